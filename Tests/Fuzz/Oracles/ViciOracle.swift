@testable import Vici

/// A packet that is taken encodes to the same bytes, and everything can be read of it.
enum ViciOracle {
    static func check(_ input: [UInt8]) throws(OracleFailure) {
        guard input.count <= Packet.longestSegment, let packet = try? Packet(decoding: input[...]) else { return }
        let encoded: [UInt8]
        do {
            encoded = try packet.segment(names: .any)
        } catch {
            throw OracleFailure("a packet that was taken cannot be encoded: \(error.reason)")
        }
        try require(Array(encoded.dropFirst(4)) == input, "a packet that was taken encodes to other bytes")
        switch packet {
        case .request(_, let message), .response(let message): try readAll(message)
        case .event(let name, let message):
            try readAll(message)
            readEvent(Event(name: EventName(rawValue: name), message: message))
        case .unknownCommand, .register, .unregister, .eventConfirmed, .eventUnknown: break
        }
    }

    private static func readAll(_ message: Message) throws(OracleFailure) {
        try require(!message.description.isEmpty, "a message has no description")
        try require(
            Message(message.entries.map { ($0.name, $0.element) }) == message, "entries do not make the message")
        _ = DaemonVersion(message)
        _ = DaemonStatistics(message)
        _ = LogLine(message).description
        for (name, content) in message.sections {
            _ = LoadedConnection(name: name, content)
            _ = InstalledPolicy(name: name, content)
            _ = AddressPool(name: name, content)
            _ = IKESA(name: name, content)
        }
    }

    private static func readEvent(_ event: Event) {
        _ = event.isUp
        _ = event.logLine?.description
        for sa in event.sas {
            _ = sa.state.word
            for child in sa.children { _ = child.state.word }
        }
    }
}
