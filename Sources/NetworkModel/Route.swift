/// A route (RTM_NEWROUTE, linux/rtnetlink.h).
public struct Route: Sendable, Hashable, Codable {
    /// Where it leads to (RTA_DST), host bits clear.
    public var destination: IPPrefix
    /// What happens to a packet that takes it (rtm_type).
    public var type: RouteType
    /// The next hops; empty for types that drop, one or more for unicast.
    public var nextHops: [NextHop]
    /// The routing table (RTA_TABLE): 254 is `main`, 255 `local`.
    public var table: UInt32
    /// The metric (RTA_PRIORITY), lower wins; nil is the kernel's default: 0 for IPv4, 1024 for IPv6.
    public var metric: UInt32?
    /// The source address preferred for packets of this host (RTA_PREFSRC); nil leaves it to the kernel.
    public var source: IPAddress?
    /// Who made it (rtm_protocol; names in /etc/iproute2/rt_protos): 2 kernel, 3 boot, 4 static.
    public var origin: UInt8
    /// How far it reaches (rtm_scope); nil lets the kernel's rule decide: `link` for an IPv4 route without a gateway.
    public var scope: RouteScope?
    /// The path MTU in bytes (RTAX_MTU); nil means the device's.
    public var mtu: UInt32?
    /// The TCP MSS to advertise in bytes (RTAX_ADVMSS); nil leaves it to the kernel.
    public var advertisedMSS: UInt32?

    /// The family of the destination.
    public var family: AddressFamily { destination.family }

    /// The table that `ip route` uses when none is named.
    public static let mainTable: UInt32 = 254

    /// Makes the description of a route.
    public init(
        to destination: IPPrefix, type: RouteType = .unicast, nextHops: [NextHop] = [], table: UInt32 = mainTable,
        metric: UInt32? = nil, source: IPAddress? = nil, origin: UInt8 = 4, scope: RouteScope? = nil,
        mtu: UInt32? = nil, advertisedMSS: UInt32? = nil
    ) {
        self.destination = destination
        self.type = type
        self.nextHops = nextHops
        self.table = table
        self.metric = metric
        self.source = source
        self.origin = origin
        self.scope = scope
        self.mtu = mtu
        self.advertisedMSS = advertisedMSS
    }

    /// Makes the description of a unicast route over one device, without a gateway.
    public init(
        to destination: IPPrefix, device: InterfaceName, table: UInt32 = mainTable, metric: UInt32? = nil,
        source: IPAddress? = nil, origin: UInt8 = 4, mtu: UInt32? = nil, advertisedMSS: UInt32? = nil
    ) {
        self.init(
            to: destination, nextHops: [NextHop(device: device)], table: table, metric: metric, source: source,
            origin: origin, mtu: mtu, advertisedMSS: advertisedMSS)
    }
}

/// One way on from a route (RTA_OIF and RTA_GATEWAY, or `struct rtnexthop`).
public struct NextHop: Sendable, Hashable, Codable {
    /// The device; nil lets the kernel find it from the gateway.
    public var device: InterfaceName?
    /// The gateway; nil means that the destination is on the link.
    public var gateway: IPAddress?
    /// Its share among several: 1...256 (rtnh_hops + 1).
    public var weight: Int
    /// Whether the gateway counts as on the link although no prefix says so (RTNH_F_ONLINK).
    public var isOnLink: Bool

    /// Makes the description of a next hop.
    public init(device: InterfaceName?, gateway: IPAddress? = nil, weight: Int = 1, isOnLink: Bool = false) {
        self.device = device
        self.gateway = gateway
        self.weight = weight
        self.isOnLink = isOnLink
    }
}

/// What happens to a packet that takes a route (rtm_type, linux/rtnetlink.h).
public enum RouteType: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// It goes on its way (`RTN_UNICAST`).
    case unicast = 1
    /// It is for this host (`RTN_LOCAL`).
    case local = 2
    /// It goes to all on the link (`RTN_BROADCAST`).
    case broadcast = 3
    /// It goes to any of several hosts (`RTN_ANYCAST`).
    case anycast = 4
    /// It goes to a group (`RTN_MULTICAST`).
    case multicast = 5
    /// It is dropped in silence (`RTN_BLACKHOLE`).
    case blackhole = 6
    /// It is dropped, and the sender told that the host is unreachable (`RTN_UNREACHABLE`).
    case unreachable = 7
    /// It is dropped, and the sender told that it is prohibited (`RTN_PROHIBIT`).
    case prohibit = 8
    /// The look-up goes on with the next rule (`RTN_THROW`).
    case `throw` = 9

    /// The word of ip(8) for the type.
    public var word: String { "\(self)" }
}
