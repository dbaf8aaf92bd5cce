public import NetworkModel

/// The link of a tunnel (spec key `interface`).
public struct TunnelInterface: Sendable, Hashable {
    /// The kind of link.
    public var kind: TunnelKind
    /// The link's name; the spec's default is the tunnel's.
    public var name: InterfaceName
    /// The number that ties link, policies and SAs together.
    public var id: TunnelID
    /// The underlay device; nil means none is named.
    public var device: InterfaceName?
    /// The addresses on the link, in order; the first of a family is the kernel's choice for its packets.
    public var addresses: [TunnelAddress]
    /// The MTU in bytes; nil means computed from the underlay and the proposals.
    public var mtu: UInt32?
    /// Whether the link carries multicast, as routing daemons need.
    public var isMulticast: Bool
    /// What is done to the MSS of TCP connections that are forwarded through the link.
    public var segmentSize: SegmentSize
    /// The network namespace that the link is moved to, while IKE and ESP stay here; nil leaves it here.
    public var namespace: NamespaceName?
    /// The VRF that the link belongs to; nil means none.
    public var vrf: InterfaceName?

    /// Makes the description of a tunnel's link.
    public init(
        kind: TunnelKind = .xfrm, name: InterfaceName, id: TunnelID = .automatic, device: InterfaceName? = nil,
        addresses: [TunnelAddress] = [], mtu: UInt32? = nil, isMulticast: Bool = false,
        segmentSize: SegmentSize = .untouched, namespace: NamespaceName? = nil, vrf: InterfaceName? = nil
    ) {
        self.kind = kind
        self.name = name
        self.id = id
        self.device = device
        self.addresses = addresses
        self.mtu = mtu
        self.isMulticast = isMulticast
        self.segmentSize = segmentSize
        self.namespace = namespace
        self.vrf = vrf
    }
}

/// What is done to the maximum segment size of forwarded TCP connections (spec key `interface.mss`).
public enum SegmentSize: Sendable, Hashable {
    /// Nothing (spec word `off`), the default.
    case untouched
    /// It is lowered to what the link's MTU allows (spec word `clamp`).
    case clamped
    /// It is lowered to this number of bytes, 536...65495.
    case limited(UInt16)
}

/// The kind of a tunnel's link (spec key `interface.kind`).
public enum TunnelKind: String, Sendable, Hashable, CaseIterable {
    /// An XFRM interface where the kernel has it, else a VTI.
    case automatic = "auto"
    /// An XFRM interface, told apart by if_id; Linux 4.19 and later.
    case xfrm
    /// A virtual tunnel interface, told apart by marks.
    case vti
}

/// The number that ties link, policies and SAs together (spec key `interface.id`).
public enum TunnelID: Sendable, Hashable {
    /// Viaduct chooses, the same one every time as long as the specs stay the same.
    case automatic
    /// This if_id, or this mark and key of a VTI: 1...0xfffffffd (0 means none; the two greatest mean `%unique` to charon).
    case fixed(UInt32)
    /// Two numbers for the two directions; a mask may let other bits of the packets' marks be.
    case pair(input: Mark, output: Mark)
}

/// An address on the link (spec key `interface.addresses`).
public struct TunnelAddress: Sendable, Hashable {
    /// Our address with the prefix length; with a peer, the length is the peer's.
    public var address: IPPrefix
    /// The far end's address of a point-to-point pair; nil means none.
    public var peer: IPAddress?

    /// Makes the description of an address.
    public init(_ address: IPPrefix, peer: IPAddress? = nil) {
        self.address = address
        self.peer = peer
    }
}

/// A prefix routed through the link (spec key `routes`).
public struct TunnelRoute: Sendable, Hashable {
    /// The prefix, host bits clear.
    public var destination: IPPrefix
    /// The routing table: 1...4294967295; nil means the VRF's, or `main`, or one of the tunnel's own for a prefix that
    /// holds the peer.
    public var table: UInt32?
    /// The metric, lower wins; nil is the kernel's default (0 for IPv4, 1024 for IPv6).
    public var metric: UInt32?
    /// The source address for this machine's own packets; nil leaves it to the kernel.
    public var source: IPAddress?
    /// The path MTU in bytes; nil means the link's.
    public var mtu: UInt32?
    /// The TCP MSS that this machine's own connections announce, in bytes; nil leaves it to the kernel.
    public var advertisedMSS: UInt32?

    /// Makes the description of a route.
    public init(
        to destination: IPPrefix, table: UInt32? = nil, metric: UInt32? = nil, source: IPAddress? = nil,
        mtu: UInt32? = nil, advertisedMSS: UInt32? = nil
    ) {
        self.destination = destination
        self.table = table
        self.metric = metric
        self.source = source
        self.mtu = mtu
        self.advertisedMSS = advertisedMSS
    }
}

/// A rule of the routing policy database that belongs to the tunnel (spec key `rules`).
public struct TunnelRule: Sendable, Hashable {
    /// The rule; its priority counts only when `hasPriority`, its origin never.
    public var rule: Rule
    /// Whether the spec gave a priority; else the planner hands one out.
    public var hasPriority: Bool

    /// Makes the description of a rule.
    public init(_ rule: Rule, hasPriority: Bool) {
        self.rule = rule
        self.hasPriority = hasPriority
    }
}

extension TunnelInterface {
    /// Whether the link is a VTI on a machine: as the spec says, or because the kernel has nothing else (`kind: auto`).
    ///
    /// - Parameter machine: the machine.
    /// - Returns: whether it is; otherwise it is an XFRM interface.
    public func isVTI(on machine: Observed) -> Bool { kind == .vti || kind == .automatic && !machine.hasXFRMInterfaces }
}
