import Glibc
import Synchronization

/// A program that runs, started by `posix_spawn`, its outputs collected apart while it does.
///
/// Not Foundation's `Process`: that costs 50 ms each, and hangs for ever in a network namespace whose loopback is down.
public final class Program: Sendable {
    struct State: Sendable {
        var stdout: [UInt8] = []
        var stderr: [UInt8] = []
        var outcome: Outcome?
        var timedOut = false
        var waiters: [CheckedContinuation<Outcome, Never>] = []
    }

    /// The words it was started with, the first being the program.
    public let arguments: [String]
    /// Its process id, also that of its process group.
    public let processID: Int32
    let state = Mutex(State())

    /// Starts a program, found by PATH, in a process group of its own.
    /// - Parameters:
    ///   - arguments: The program and its arguments.
    ///   - input: What it reads from standard input; then comes the end of the file.
    ///   - environment: Variables to set in addition to our own.
    ///   - timeout: It is killed with its whole process group after this time.
    /// - Throws: ``TestBedError`` when it cannot be started.
    public init(
        _ arguments: [String], input: String = "", environment: [String: String] = [:], timeout: Duration
    ) throws {
        self.arguments = arguments
        let pipes = try PipeTriple()
        processID = try pipes.spawn(arguments, environment: environment)
        let pump = Pump(
            processID: processID, input: Array(input.utf8), pipes: pipes,
            deadline: ContinuousClock.now.advanced(by: timeout))
        startThread { pump.run(into: self) }
    }

    /// What it has written to standard output so far.
    public var stdout: String { state.withLock { String(decoding: $0.stdout, as: UTF8.self) } }

    /// The last kilobyte of that.
    var lastOutput: String { state.withLock { String(decoding: $0.stdout.suffix(1024), as: UTF8.self) } }

    /// What it has written to standard error so far.
    public var stderr: String { state.withLock { String(decoding: $0.stderr, as: UTF8.self) } }

    /// True until it has ended and its outcome is known.
    public var isRunning: Bool { state.withLock { $0.outcome == nil } }

    /// Sends it a signal, unless it has ended.
    public func send(signal: Int32) {
        state.withLock { if $0.outcome == nil { _ = kill(processID, signal) } }
    }

    /// Waits for its end.
    public func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let known: Outcome? = state.withLock {
                if $0.outcome == nil { $0.waiters.append(continuation) }
                return $0.outcome
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Waits until standard error or standard output has a text in it.
    /// - Throws: ``TestBedError`` when the program ends without having written it.
    public func wrote(_ text: String) async throws {
        while !stderr.contains(text) && !stdout.contains(text) {
            guard isRunning else {
                throw TestBedError("ended before it wrote “\(text)”: \(await outcome())")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Called by the pump, once, when the process is gone.
    func end(waitStatus: Int32) {
        let (outcome, waiters) = state.withLock { state in
            let signal = waitStatus & 0x7f
            let outcome = Outcome(
                arguments: arguments, status: signal == 0 ? (waitStatus >> 8) & 0xff : 128 + signal,
                stdout: String(decoding: state.stdout, as: UTF8.self),
                stderr: String(decoding: state.stderr, as: UTF8.self), timedOut: state.timedOut)
            state.outcome = outcome
            defer { state.waiters = [] }
            return (outcome, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}
