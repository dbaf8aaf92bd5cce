import Glibc
import NetworkModel
import TestBed
import Testing
import ViaductCore
import ViaductHost

extension TestBed.Host {
    /// Asks the library about a packet, in this process and in this host's network: many questions cost little so.
    /// - Parameters:
    ///   - probe: The packet.
    ///   - isForwarded: Whether the host passes it on, coming in by `lan`.
    /// - Returns: What it answers.
    /// - Throws: What it throws, and ``TestBedError`` when the host's network cannot be entered.
    func explainInProcess(_ probe: TestPacket, isForwarded: Bool) async throws -> Explained {
        var packet = try probe.packet()
        if isForwarded {
            packet.arrival = InterfaceName("lan")
            packet.mark = probe.source == "10.1.0.11" ? 7 : 0
        }
        let question = packet
        return try await inNetwork {
            let operations = Operations(library: SpecLibrary(directory: "/nowhere"), viciPath: "/nowhere/vici")
            return Explained(try operations.explain(question, in: nil))
        }
    }
}

extension TestPacket {
    /// The packet as the library takes it.
    fileprivate func packet() throws -> Packet {
        let destination = try #require(IPAddress(destination))
        let source = try source.map { try #require(IPAddress($0)) }
        let number: UInt8? =
            switch kind {
            case .udp: 17
            case .tcp: 6
            case .icmp: nil
            }
        return Packet(
            to: destination, from: source, mark: mark, boundTo: device.flatMap { InterfaceName($0) },
            ipProtocol: number, sourcePort: kind == .icmp ? nil : sourcePort,
            destinationPort: kind == .icmp ? nil : destinationPort)
    }
}

extension Explained {
    /// What tests look at of an explanation.
    fileprivate init(_ explanation: Explanation) {
        var interface: String?
        if case .clear(let name) = explanation.verdict { interface = name.text }
        let path = explanation.waypoints.map { waypoint in
            var entry = Entry(stage: "", outcome: "", text: "")
            switch waypoint {
            case .state(let state):
                if case .found(let sa) = state.search.outcome {
                    entry.outcome = "taken"
                    entry.sa = Entry.SA(spi: sa.spiText, isInbound: state.isInbound)
                }
            case .outer(let outer): entry.outer = Entry.Outer(device: outer.device?.text)
            case .arrival, .rule, .route, .setting, .interface, .policies, .room, .note: break
            }
            return entry
        }
        self.init(
            format: 1,
            verdict: Verdict(
                kind: explanation.verdict.word, interface: interface, text: "\(explanation.verdict)"),
            path: path, remedies: explanation.remedies)
    }
}
