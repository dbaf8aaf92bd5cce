import Glibc

/// How a series of pings went.
public struct PingResult: Sendable, CustomStringConvertible {
    /// Requests sent.
    public let sent: Int
    /// Replies that came back, duplicates not counted.
    public let received: Int
    /// What ping(8) wrote.
    public let text: String

    /// Requests without a reply.
    public var lost: Int { sent - received }
    /// Sent and received, for a test's message.
    public var description: String { "\(received) of \(sent)\n\(text)" }
}

/// Pings that go on until they are stopped.
public final class ContinuousPing: Sendable {
    private let program: Program

    init(_ program: Program) {
        self.program = program
    }

    /// The number of replies that have come back so far.
    public var received: Int { ContinuousPing.sequences(in: program.stdout).count }

    /// The number of the last request that was answered; 0 when the last few were not.
    ///
    /// Only the end of what was written is looked at, which costs as little after an hour as after a second.
    public var lastReply: Int { ContinuousPing.sequences(in: program.lastOutput).max() ?? 0 }

    /// Waits until some more replies have come back.
    /// - Parameter count: How many more.
    /// - Throws: ``TestBedError`` when pings end before.
    public func moreReplies(_ count: Int) async throws {
        let goal = received + count
        while received < goal {
            guard program.isRunning else { throw TestBedError("\(await program.outcome())") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends it.
    ///
    /// The requests after the last reply are not counted: their replies may have been on the way.
    /// Wait for ``moreReplies(_:)`` before, so that a loss up to now is seen as a gap.
    public func stop() async -> PingResult {
        program.send(signal: SIGINT)
        let outcome = await program.outcome()
        let seen = ContinuousPing.sequences(in: outcome.stdout)
        return PingResult(sent: seen.max() ?? 0, received: seen.count, text: outcome.text)
    }

    /// The sequence numbers of all replies.
    public static func sequences(in text: String) -> Set<Int> {
        Set(
            text.split(separator: "\n").compactMap { line in
                guard line.contains("bytes from"), let start = line.firstRange(of: "icmp_seq=")?.upperBound else {
                    return nil
                }
                return Int(line[start...].prefix(while: \.isNumber))
            })
    }
}

extension Host {
    /// Pings and waits for the end.
    /// - Parameters:
    ///   - destination: An address of either family.
    ///   - count: Requests to send.
    ///   - interval: Seconds from one to the next.
    ///   - size: Bytes of payload; the ICMP header's 8 and the IP header come on top.
    ///   - dontFragment: Whether the DF bit is set, and none may be fragmented here either.
    ///   - source: The address or interface they come from.
    ///   - netns: A named network namespace inside of this host to ping from.
    ///   - patience: Seconds to wait for the reply to the last one.
    /// - Returns: The numbers sent and received.
    /// - Throws: ``TestBedError`` when ping(8) cannot be run.
    public func ping(
        _ destination: String, count: Int = 3, interval: Double = 0.02, size: Int = 56, dontFragment: Bool = false,
        source: String? = nil, netns: String? = nil, patience: Int = 2
    ) async throws -> PingResult {
        var words = ["ping", "-n", "-q", "-c", "\(count)", "-i", "\(interval)", "-W", "\(patience)", "-s", "\(size)"]
        if dontFragment { words += ["-M", "do"] }
        if let source { words += ["-I", source] }
        let outcome = try await attempt(words + [destination], netns: netns)
        // "100 packets transmitted, 98 received, 2% packet loss": not there when it could not even begin.
        let numbers = outcome.stdout.split(separator: "\n").first { $0.contains(" packets transmitted") }?
            .split(separator: " ").compactMap { Int($0) }
        return PingResult(sent: numbers?.first ?? count, received: numbers?.dropFirst().first ?? 0, text: outcome.text)
    }

    /// Starts to ping and goes on until it is stopped.
    /// - Parameters:
    ///   - destination: An address of either family.
    ///   - interval: Seconds from one to the next.
    ///   - source: The address or interface they come from.
    ///   - netns: A named network namespace inside of this host to ping from.
    /// - Returns: The pings that go on.
    /// - Throws: ``TestBedError`` when ping(8) cannot be run.
    public func keepPinging(
        _ destination: String, interval: Double = 0.05, source: String? = nil, netns: String? = nil
    ) throws -> ContinuousPing {
        var words = ["ping", "-n", "-i", "\(interval)", "-W", "2"]
        if let source { words += ["-I", source] }
        return ContinuousPing(try start(words + [destination], netns: netns, timeout: .seconds(24 * 3600)))
    }
}
