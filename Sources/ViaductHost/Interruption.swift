internal import Glibc

/// The wish of a person or of systemd that the work at hand be ended (SIGINT, SIGTERM, SIGHUP).
///
/// The signals are held back, and looked for between steps and while waiting, so that work is always ended in an orderly
/// way and undone.
public enum Interruption {
    /// The work was ended by a signal.
    public struct Interrupted: Error, Sendable, CustomStringConvertible {
        /// The signal's number (signal(7)).
        public let signal: Int32
        /// One sentence for a person.
        public var description: String { "ended by signal \(signal)" }
    }

    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Holds the signals back from now on, for programs started later too unless they are told otherwise.
    public static func hold() {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
    }

    /// Takes the pending signal, so that what comes next, the undoing, is not ended by it again.
    ///
    /// - Throws: `Interrupted` when a signal is pending.
    public static func check() throws(Interrupted) {
        var pending = sigset_t()
        sigpending(&pending)
        for signal in signals where sigismember(&pending, signal) == 1 {
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, signal)
            var taken: Int32 = 0
            sigwait(&set, &taken)
            throw Interrupted(signal: taken)
        }
    }
}
