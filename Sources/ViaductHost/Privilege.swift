internal import CLinux
internal import Glibc
internal import Netlink
public import NetworkModel

/// What this process is allowed to do.
public enum Privilege {
    /// The right to change the network is missing.
    public struct Missing: Error, Sendable, CustomStringConvertible {
        /// What needs the right.
        public let action: String
        /// What is missing, and the remedy.
        public var description: String {
            "\(action) needs the capability CAP_NET_ADMIN, which this process lacks: run it as root, as with sudo"
        }
    }

    /// Makes sure that this process may change links, routes and policies (CAP_NET_ADMIN, capabilities(7)).
    ///
    /// - Throws: `Missing`.
    public static func requireNetworkAdministration(for action: String) throws(Missing) {
        guard Capabilities.effective.contains(.networkAdministration) else { throw Missing(action: action) }
    }

    /// What any command may need: only the first is in effect all the time, the others just where they are used.
    public static let usual: Capabilities = [
        .networkAdministration, .rawSockets, .namespaces, .inspection, .readingEverywhere,
    ]

    /// Gives up every right but these for good, and has only CAP_NET_ADMIN in effect; nobody else may look into this
    /// process any more, nor is there a core dump of it, or a backtrace by Swift's run-time.
    ///
    /// To be called once, before anything is read. Programs that are run as root have root's rights again, within the
    /// bounding set.
    ///
    /// - Parameter capabilities: what may be needed.
    public static func limit(to capabilities: Capabilities) {
        clinux_set_dumpable(0)
        // Where Swift's own backtracer is installed, it would print the memory that registers point to.
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number, SIG_DFL) }
        Capabilities.retain(capabilities, inEffect: .networkAdministration)
    }

    /// Runs something with the right to write in folders of other users, where it was kept.
    ///
    /// - Parameter body: what to do.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public static func writingEverywhere<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Capabilities.writingEverywhere.inEffect(body)
    }
}
