internal import FoundationEssentials
internal import Glibc
internal import ViaductCore

/// The process that rolls a change back unless it is confirmed, as the one that makes the change sees it.
///
/// It is started before the first step, in a session of its own: it outlives the terminal, the ssh session and `up` itself.
/// It learns each step before that is performed, so it can also roll back what an `up` that was killed has left.
final class Guardian {
    private let descriptor: Int32

    /// The word on the command line that makes a process a guardian.
    static let command = "guard"

    /// Starts it, and waits until it is ready.
    ///
    /// - Throws: `FileError` when it cannot be started, or does not answer.
    init(_ beginning: GuardianMessage.Beginning) throws {
        // A guardian that is gone must not end us by SIGPIPE.
        signal(SIGPIPE, SIG_IGN)
        var orders: (read: Int32, write: Int32) = (-1, -1)
        var answer: (read: Int32, write: Int32) = (-1, -1)
        try Self.pipe(&orders)
        defer { close(orders.read) }
        do {
            try Self.pipe(&answer)
            defer {
                close(answer.write)
                close(answer.read)
            }
            try Self.spawn(reading: orders.read, writing: answer.write)
            // Ours must go, so that the end of the guardian ends the wait for its word.
            close(answer.write)
            answer.write = -1
            try Self.send(try GuardianMessage.begin(beginning).line(), to: orders.write)
            var word: UInt8 = 0
            guard read(answer.read, &word, 1) == 1 else { throw FileError("start", Self.command, code: ECHILD) }
        } catch {
            close(orders.write)
            throw error
        }
        descriptor = orders.write
    }

    deinit {
        close(descriptor)
    }

    /// Tells that a step is about to be performed; that the guardian is gone shows at the end.
    ///
    /// - Parameters:
    ///   - step: the step.
    ///   - isUndo: whether it takes back what was done before.
    func note(_ step: Step, isUndo: Bool) { tell(isUndo ? .undo(step) : .step(step)) }

    /// Tells how it ended; false when the guardian is gone.
    @discardableResult
    func end(isDone: Bool) -> Bool { tell(isDone ? .done : .failed) }

    @discardableResult
    private func tell(_ message: GuardianMessage) -> Bool {
        switch Result(catching: { try Self.send(try message.line(), to: descriptor) }) {
        case .success: true
        case .failure: false
        }
    }

    private static func pipe(_ ends: inout (read: Int32, write: Int32)) throws {
        var pair: [Int32] = [-1, -1]
        guard Glibc.pipe(&pair) == 0 else { throw FileError("open", "a pipe") }
        for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        ends = (pair[0], pair[1])
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError("write", "the guardian's pipe") }
            rest = rest.dropFirst(count)
        }
    }

    private static func spawn(reading input: Int32, writing output: Int32) throws {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID of spawn.h, which Glibc's module does not have.
        posix_spawnattr_setflags(&attributes, 0x80)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words: [String] = ["viaduct", command]
        var arguments = words.map { strdup($0) } + [nil]
        defer {
            for text in arguments { free(text) }
        }
        // Ours may hold a key.
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process: pid_t = 0
        let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &arguments, &environment)
        guard code == 0 else { throw FileError("start", Self.command, code: code) }
    }
}
