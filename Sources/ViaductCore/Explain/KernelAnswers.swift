public import NetworkModel

/// A network namespace on a packet's way.
public enum Place: Sendable, Hashable {
    /// The one that the packet starts in.
    case here
    /// The one that a link's outer side was left in, by its id as seen from the first (RTM_GETNSID).
    case beneath(Int32)
}

/// What the kernel says of a packet's route.
public enum RouteReply: Sendable, Hashable {
    /// It takes a route.
    ///
    /// - Parameters:
    ///   - Route: what becomes of it for this packet: device, gateway, source, MTU.
    ///   - entry: the entry of the table, with prefix and metric; nil when the kernel does not tell.
    case found(Route, entry: Route?)
    /// A route or rule of this type drops it.
    case dropped(RouteType)
    /// There is no route.
    case none
    /// The source would be reached by another way than the packet came by (rp_filter), or is one of this machine's.
    case filtered
    /// The kernel refuses the source, the destination, or to forward by this interface; its words.
    case refused(String)
}

/// The kernel, to be asked about one packet.
public protocol KernelAnswers {
    /// What was seen of a namespace; nil when it cannot be entered.
    ///
    /// - Throws: what looking at the machine throws.
    func scene(of place: Place) throws -> Scene?

    /// Which route a packet takes.
    ///
    /// - Throws: what asking the kernel throws.
    func route(_ query: RouteQuery, in place: Place) throws -> RouteReply

    /// The routes of a table.
    ///
    /// - Throws: what asking the kernel throws.
    func routes(table: UInt32, family: AddressFamily, in place: Place) throws -> [Route]

    /// The value of a setting below /proc/sys; nil when this kernel has no such setting.
    ///
    /// - Throws: what reading it throws.
    func setting(_ key: SysctlKey, in place: Place) throws -> String?

    /// The names that charon has for policies and SAs; nil when it does not run or may not be asked.
    ///
    /// - Throws: what asking charon throws.
    func names() throws -> CharonNames?

    /// The time, in seconds since 1970.
    var now: UInt64 { get }
}
