/// Rights of a thread (capabilities(7)), as far as Viaduct has a use for them.
public struct Capabilities: OptionSet, Sendable, Hashable {
    /// A bit for each capability, by the kernel's number (linux/capability.h).
    public let rawValue: UInt64

    /// Makes a set of the kernel's bits.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// CAP_DAC_OVERRIDE: to write in folders of other users.
    public static let writingEverywhere = Capabilities(rawValue: 1 << 1)
    /// CAP_DAC_READ_SEARCH: to read files in folders of other users.
    public static let readingEverywhere = Capabilities(rawValue: 1 << 2)
    /// CAP_NET_ADMIN: links, addresses, routes, rules, policies, the firewall, settings below /proc/sys/net.
    public static let networkAdministration = Capabilities(rawValue: 1 << 12)
    /// CAP_NET_RAW: raw sockets.
    public static let rawSockets = Capabilities(rawValue: 1 << 13)
    /// CAP_SYS_PTRACE: to see the environment and the namespaces of processes that have more rights.
    public static let inspection = Capabilities(rawValue: 1 << 19)
    /// CAP_SYS_ADMIN: to enter and make network namespaces.
    public static let namespaces = Capabilities(rawValue: 1 << 21)
}
