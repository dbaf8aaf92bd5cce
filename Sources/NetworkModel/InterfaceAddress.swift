/// An address of an interface (RTM_NEWADDR, linux/if_addr.h).
public struct InterfaceAddress: Sendable, Hashable, Codable {
    /// The interface.
    public var interface: InterfaceName
    /// Our address with the prefix length (IFA_LOCAL, ifa_prefixlen).
    ///
    /// With a peer, the length is that of the peer's prefix.
    public var address: IPPrefix
    /// The other end's address of a point-to-point pair (IFA_ADDRESS); nil means none.
    public var peer: IPAddress?
    /// The scope (ifa_scope).
    public var scope: RouteScope
    /// Who made it (IFA_PROTO, kernel 5.18 and later): 0 is unspecified, 2 the kernel for link-local addresses.
    public var origin: UInt8

    /// Makes the description of an address.
    public init(
        interface: InterfaceName, address: IPPrefix, peer: IPAddress? = nil, scope: RouteScope = .universe,
        origin: UInt8 = 0
    ) {
        self.interface = interface
        self.address = address
        self.peer = peer
        self.scope = scope
        self.origin = origin
    }
}

/// How far an address or route reaches (`enum rt_scope_t`, linux/rtnetlink.h; names in /etc/iproute2/rt_scopes).
public enum RouteScope: UInt8, Sendable, Hashable, Codable {
    /// Everywhere (`RT_SCOPE_UNIVERSE`, `global`).
    case universe = 0
    /// This site (`RT_SCOPE_SITE`).
    case site = 200
    /// Directly on the link (`RT_SCOPE_LINK`, `link`).
    case link = 253
    /// This host (`RT_SCOPE_HOST`, `host`).
    case host = 254
    /// Nowhere (`RT_SCOPE_NOWHERE`).
    case nowhere = 255
}
