internal import Glibc
internal import ViaductCore

/// A hook did not end well.
public struct HookError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The program's path.
    public let program: String
    /// What became of it.
    public let outcome: String

    /// One sentence for a person.
    public var description: String { "the hook \(program) \(outcome)" }
}

/// Runs hooks.
enum HookProgram {
    /// Runs a hook and waits for its end, at most as long as it may take.
    ///
    /// It gets an environment of its own: PATH and the assignments. It runs in a process group of its own, all of which is
    /// killed when the time is up.
    ///
    /// - Throws: `HookError` when it cannot be started, does not end with 0, or not in time.
    static func run(_ hook: Hook, assignments: [String]) throws(HookError) {
        let program = hook.words[0]
        let environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] + assignments
        let process: pid_t
        switch start(hook.words, environment: environment) {
        case .success(let started): process = started
        case .failure(let code):
            throw HookError(program: program, outcome: "cannot be started: \(String(cString: strerror(code.code)))")
        }
        let end = ContinuousClock.now + .seconds(hook.timeout)
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            guard ContinuousClock.now < end else {
                kill(-process, SIGKILL)
                _ = waitpid(process, &status, 0)
                throw HookError(program: program, outcome: "did not end within \(hook.timeout) s and was killed")
            }
            usleep(10_000)
        }
        // The low seven bits are the signal, the next eight what it returned (wait(2)).
        if status & 0x7f != 0 { throw HookError(program: program, outcome: "was ended by signal \(status & 0x7f)") }
        guard status == 0 else { throw HookError(program: program, outcome: "ended with status \(status >> 8)") }
    }

    private struct Code: Error { let code: Int32 }

    private static func start(_ words: [String], environment: [String]) -> Result<pid_t, Code> {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The signals that Viaduct holds back are not held back from hooks.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Standard output is for Viaduct's answer alone.
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer {
            for text in arguments + variables { free(text) }
        }
        var process: pid_t = 0
        let code = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &variables)
        return code == 0 ? .success(process) : .failure(Code(code: code))
    }
}
