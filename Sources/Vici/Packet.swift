/// One packet of the VICI protocol, in both directions; numbers and layout from strongSwan's `vici_dispatcher.h`.
package enum Packet: Sendable, Equatable {
    /// A command and its arguments (CMD_REQUEST, 0).
    case request(String, Message)
    /// The answer to a command (CMD_RESPONSE, 1).
    case response(Message)
    /// The command does not exist (CMD_UNKNOWN, 2).
    case unknownCommand
    /// Asks for an event (EVENT_REGISTER, 3).
    case register(String)
    /// Asks for an event no longer (EVENT_UNREGISTER, 4).
    case unregister(String)
    /// The last registration or its end was taken (EVENT_CONFIRM, 5).
    case eventConfirmed
    /// The event does not exist, or was not registered (EVENT_UNKNOWN, 6).
    case eventUnknown
    /// Something happened (EVENT, 7).
    case event(String, Message)

    /// The longest segment charon takes and sends: type, name and message, without the four bytes of length.
    package static let longestSegment = 512 * 1024

    /// Writes the packet with its length in front.
    ///
    /// - Throws: `CodingFault` when a name, a value or the whole is beyond the limits.
    package func segment(names rule: NameRule = .printable) throws(CodingFault) -> [UInt8] {
        var body: [UInt8] = []
        switch self {
        case .request(let name, let message): body = try Self.body(0, name, message, rule)
        case .response(let message): body = [1] + (try message.encoded(names: rule))
        case .unknownCommand: body = [2]
        case .register(let name): body = try Self.body(3, name, Message(), rule)
        case .unregister(let name): body = try Self.body(4, name, Message(), rule)
        case .eventConfirmed: body = [5]
        case .eventUnknown: body = [6]
        case .event(let name, let message): body = try Self.body(7, name, message, rule)
        }
        guard body.count <= Self.longestSegment else {
            throw CodingFault(reason: "it has \(body.count) bytes, more than \(Self.longestSegment)")
        }
        let length = UInt32(body.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
    }

    private static func body(
        _ type: UInt8, _ name: String, _ message: Message, _ rule: NameRule
    ) throws(CodingFault) -> [UInt8] {
        var body = [type]
        try body.append(name: name, rule)
        return body + (try message.encoded(names: rule))
    }

    /// Reads a packet from a segment without its length.
    ///
    /// - Throws: `CodingFault` when the type is unknown, the name is cut short, the message is malformed, or something
    ///   follows a packet that ends with its type or name.
    package init(decoding segment: ArraySlice<UInt8>) throws(CodingFault) {
        var reader = ByteReader(segment)
        guard let type = reader.next() else { throw reader.fault("a packet without a type") }
        switch type {
        case 0:
            let name = try reader.name()
            self = .request(name, try Message(decoding: reader.remainder()))
        case 1: self = .response(try Message(decoding: reader.remainder()))
        case 2: self = .unknownCommand
        case 3: self = .register(try reader.name())
        case 4: self = .unregister(try reader.name())
        case 5: self = .eventConfirmed
        case 6: self = .eventUnknown
        case 7:
            let name = try reader.name()
            self = .event(name, try Message(decoding: reader.remainder()))
        default: throw reader.fault("packet type \(type) is unknown")
        }
        guard reader.remainder().isEmpty else { throw reader.fault("bytes behind the end of a packet") }
    }
}
