import Glibc

/// A packet on a wire, by what can be seen of it there.
public enum WirePacket: Sendable, Equatable {
    /// IKE: UDP port 500, or 4500 with the marker that says so; and NAT keep-alives.
    case ike
    /// ESP, by itself or within UDP.
    case esp
    /// What belongs to the wire itself: ARP, neighbour discovery, multicast listener reports, router solicitation.
    case housekeeping
    /// All else: what should have been encrypted, in words.
    case clear(String)
}

/// A capture of all that crosses one end of a wire.
public final class Capture: Sendable {
    private let program: Program
    private let path: String

    init(_ program: Program, path: String) {
        self.program = program
        self.path = path
    }

    /// Ends the capture and tells what was seen.
    /// - Throws: ``TestBedError`` when tcpdump failed or wrote no readable file.
    public func stop() async throws -> Captured {
        // What has reached the interface is delivered when tcpdump gets to run; it counts what it could not take.
        try await Task.sleep(for: .milliseconds(200))
        program.send(signal: SIGINT)
        let outcome = await program.outcome()
        guard outcome.stderr.contains("0 packets dropped by kernel") else {
            throw TestBedError("the capture is not complete: \(outcome)")
        }
        return Captured(packets: try PacketFile(try Files.bytes(at: path)).packets.map(WirePacket.init(frame:)))
    }
}

/// What was seen on a wire.
public struct Captured: Sendable {
    /// Every packet, in order.
    public let packets: [WirePacket]

    /// What crossed and should not have, in words.
    public var cleartext: [String] {
        packets.compactMap { packet in
            guard case .clear(let words) = packet else { return nil }
            return words
        }
    }

    /// How many packets of one kind.
    public func count(_ kind: WirePacket) -> Int {
        packets.filter { $0 == kind }.count
    }
}

extension Host {
    /// Starts tcpdump, and returns when it has begun to look.
    ///
    /// It stays root: a capture's folder needs that, and the user it would become is not known in every root folder.
    /// - Parameters:
    ///   - interface: Where it looks.
    ///   - arguments: Its other arguments.
    ///   - timeout: It is killed after this time.
    /// - Returns: The program, which runs on.
    /// - Throws: ``TestBedError`` with the words of tcpdump.
    public func startTcpdump(
        on interface: String, _ arguments: [String], timeout: Duration = .seconds(600)
    ) async throws -> Program {
        let program = try start(["tcpdump", "-n", "-Z", "root", "-i", interface] + arguments, timeout: timeout)
        try await program.wrote("listening on")
        return program
    }

    /// Starts to capture on an interface, and returns when the capture has begun.
    /// - Parameters:
    ///   - interface: An Ethernet interface of this host.
    ///   - expression: Which packets, as pcap-filter(7) has it; all when nil.
    /// - Returns: The capture, to be stopped.
    /// - Throws: ``TestBedError`` with the words of tcpdump.
    public func capture(on interface: String, matching expression: String? = nil) async throws -> Capture {
        let file = "capture-\(interface)-\(Int.random(in: 0..<1_000_000)).pcap"
        // In a folder that dumps leave out.
        let (path, outside) =
            kind == .gateway
            ? ("/run/.testbed/\(file)", "\(folder)/run/.testbed/\(file)") : ("\(folder)/\(file)", "\(folder)/\(file)")
        // Headers are enough; and in immediate mode the buffer holds as many packets as whole packets would fit in it.
        let arguments = ["-p", "-U", "--immediate-mode", "-s", "192", "-B", "8192", "-w", path]
        let program = try await startTcpdump(
            on: interface, arguments + (expression.map { [$0] } ?? []), timeout: .seconds(24 * 3600))
        return Capture(program, path: outside)
    }
}
