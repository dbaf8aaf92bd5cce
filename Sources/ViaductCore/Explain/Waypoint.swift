public import NetworkModel

/// Something found on a packet's way, from top to bottom.
public enum Waypoint: Sendable, Hashable {
    /// The interface that it came in by.
    case arrival(SceneLink)
    /// A rule that was asked.
    case rule(RuleStep)
    /// The route it takes.
    case route(RouteWaypoint)
    /// A setting of the kernel that decides or may decide.
    case setting(SettingWaypoint)
    /// The interface that the route leads to.
    case interface(InterfaceWaypoint)
    /// A search for a policy.
    case policies(PolicyWaypoint)
    /// A search for an SA.
    case state(StateWaypoint)
    /// The outer packet.
    case outer(OuterWaypoint)
    /// The room that is left.
    case room(Room)
    /// Something worth knowing.
    case note(String)
}

/// The route that a packet takes.
public struct RouteWaypoint: Sendable, Hashable {
    /// The entry of the table, or the answer where the kernel does not tell the entry.
    public var entry: Route
    /// What becomes of it for this packet.
    public var answer: Route
    /// The source that the kernel chooses; nil when the packet had one.
    public var chosenSource: IPAddress?
}

/// A setting of the kernel.
public struct SettingWaypoint: Sendable, Hashable {
    /// Its key.
    public var key: SysctlKey
    /// Its value.
    public var value: String
    /// What it means for this packet.
    public var meaning: String
    /// Whether it stops the packet.
    public var stops: Bool
}

/// The interface that a route leads to.
public struct InterfaceWaypoint: Sendable, Hashable {
    /// The link.
    public var link: SceneLink
    /// The tunnel of ours whose link it is; nil when it is none.
    public var tunnel: TunnelName?
    /// The VRF it belongs to; nil when none.
    public var vrf: InterfaceName?
}

/// A search for a policy.
public struct PolicyWaypoint: Sendable, Hashable {
    /// The search.
    public var lookup: PolicyLookup
    /// charon's name of the policy that was hit; nil when it has none.
    public var name: String?
    /// The interface that asks for it; nil when it is the search that follows every route.
    public var interface: InterfaceName?
    /// Whether the search stops the packet.
    public var stops: Bool
}

/// A search for an SA.
public struct StateWaypoint: Sendable, Hashable {
    /// The search.
    public var search: StateSearch
    /// charon's name of the SA; nil when it has none.
    public var name: String?
    /// Whether the SA takes packets in.
    public var isInbound: Bool
    /// Whether the packet may pass without it.
    public var isOptional: Bool
    /// When it was looked at, in seconds since 1970.
    public var now: UInt64

    /// Makes the description of a search.
    init(search: StateSearch, name: String?, isInbound: Bool = false, isOptional: Bool = false, now: UInt64) {
        self.search = search
        self.name = name
        self.isInbound = isInbound
        self.isOptional = isOptional
        self.now = now
    }

    /// Seconds since the SA was made; nil without one.
    public var age: UInt64? { search.state.map { now > $0.addTime ? now - $0.addTime : 0 } }

    /// Seconds until the SA ends; nil without one, or when it does not.
    public var remaining: UInt64? {
        guard let state = search.state, state.hardAddExpiry != 0 else { return nil }
        let end = state.addTime + state.hardAddExpiry
        return end > now ? end - now : 0
    }

    /// Seconds until the SA is to be renewed; nil without one, or when it is not.
    public var untilRekey: UInt64? {
        guard let state = search.state, state.softAddExpiry != 0 else { return nil }
        let end = state.addTime + state.softAddExpiry
        return end > now ? end - now : 0
    }
}

/// The outer packet and its route.
public struct OuterWaypoint: Sendable, Hashable {
    /// The SA that makes it.
    public var state: XFRMState
    /// The mark it is routed with, host byte order; 0 means none.
    public var mark: UInt32
    /// The VRF it is routed in; nil when none.
    public var vrf: InterfaceName?
    /// What the kernel says of it.
    public var reply: RouteReply
    /// The interface that it leaves by; nil when there is no route.
    public var device: InterfaceName?
}
