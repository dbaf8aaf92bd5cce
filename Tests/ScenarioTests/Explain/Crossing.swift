import TestBed

/// A packet seen behind the wire.
struct Crossing: Sendable, Hashable, CustomStringConvertible {
    /// The interface that it came in by there.
    var interface: String
    /// The SPI of ESP; nil for what came in clear.
    var spi: String?
    /// What tcpdump wrote.
    var line: String

    var description: String { line }
}

/// Watches all that comes in at a host, while packets are sent to it.
final class Watch: Sendable {
    private let host: Host
    private let program: Program
    private let counter = Counter()

    /// Begins to watch.
    init(_ host: Host) async throws {
        self.host = host
        program = try await host.startTcpdump(
            on: "any",
            [
                "-l", "-U", "--immediate-mode", "-Q", "in",
                "not arp and not (icmp6 and (ip6[40] >= 130 and ip6[40] <= 143))",
            ])
    }

    /// What comes in for a destination, or as ESP, while something is done.
    /// - Parameters:
    ///   - destination: The address.
    ///   - interface: Only what comes in by this interface; nil for all.
    ///   - body: What is done.
    /// - Returns: What came in, in order.
    /// - Throws: What is done throws, and ``TestBedError`` when tcpdump does not keep up.
    func crossings(
        to destination: String, on interface: String? = nil, _ body: () async throws -> Void
    ) async throws -> [Crossing] {
        let before = program.stdout.utf8.count
        try await body()
        // What has left is behind the wire at once, but for what the kernel has put off for a moment.
        try await Task.sleep(for: .milliseconds(40))
        // A packet that is seen after it ends the wait: nothing that was sent before can come later.
        let port = await counter.next()
        let mark = "127.0.0.1.\(port) >"
        try await host.until("the mark \(mark) is seen") { host in
            // Once more each time, as one may be lost to a machine that is busy.
            try await host.send(TestPacket(.udp, to: "127.0.0.1", sourcePort: port, destinationPort: 9))
            try await Task.sleep(for: .milliseconds(20))
            return self.lines(after: before).contains { $0.contains(mark) }
        }
        return lines(after: before).compactMap { Crossing(line: $0, destination) }
            .filter { interface == nil || $0.interface == interface }
    }

    private func lines(after count: Int) -> [String] {
        String(decoding: Array(program.stdout.utf8.dropFirst(count)), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
}

/// Numbers that come once.
private actor Counter {
    private var last: UInt16 = 20000

    func next() -> UInt16 {
        last += 1
        return last
    }
}

extension Crossing {
    /// Reads a line such as `10:00:00.000000 pwan  In  IP 192.0.2.1 > 192.0.2.2: ESP(spi=0x00001001,seq=0x1), length 84`.
    init?(line: String, _ destination: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count > 6, words[1] != "lo", !line.contains("127.0.0.1.") else { return nil }
        var spi: String?
        if let start = line.firstRange(of: "ESP(spi=") {
            spi = String(line[start.upperBound...].prefix { $0 != "," })
        } else {
            guard let arrow = words.firstIndex(of: ">"), arrow + 1 < words.count else { return nil }
            let target = String(words[arrow + 1].dropLast())
            guard target == destination || target.hasPrefix(destination + ".") else { return nil }
        }
        self.init(interface: words[1], spi: spi, line: line)
    }
}
