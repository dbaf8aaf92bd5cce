public import NetworkModel

/// What to change of a link (RTM_SETLINK, ip-link(8) `set`); nil leaves a property as it is.
public struct LinkChange: Sendable, Hashable {
    /// Whether it is administratively up (IFF_UP).
    public var isUp: Bool?
    /// Whether it carries multicast (IFF_MULTICAST).
    public var isMulticast: Bool?
    /// The MTU in bytes (IFLA_MTU).
    public var mtu: UInt32?
    /// The alias (IFLA_IFALIAS), at most 255 bytes; the empty text removes it.
    public var alias: String?
    /// The group (IFLA_GROUP).
    public var group: UInt32?
    /// The VRF or bridge it belongs to (IFLA_MASTER).
    public var master: Master?
    /// How its IPv6 link-local address is made (IFLA_INET6_ADDR_GEN_MODE); it must be set before the link is up.
    public var addressGeneration: AddressGenerationMode?
    /// The new name (IFLA_IFNAME); needs `LinkReference.index`.
    public var name: InterfaceName?
    /// A descriptor of the network namespace to move it to (IFLA_NET_NS_FD), open until the request is sent.
    ///
    /// The outer side of a tunnel stays where the link was made.
    public var namespace: Int32?

    /// The membership of a link in a VRF or bridge.
    public enum Master: Sendable, Hashable {
        /// It belongs to none (IFLA_MASTER 0).
        case none
        /// It belongs to this one.
        case interface(InterfaceName)
    }

    /// Makes a change; by default nothing changes.
    public init(
        isUp: Bool? = nil, isMulticast: Bool? = nil, mtu: UInt32? = nil, alias: String? = nil, group: UInt32? = nil,
        master: Master? = nil, addressGeneration: AddressGenerationMode? = nil, name: InterfaceName? = nil,
        namespace: Int32? = nil
    ) {
        self.isUp = isUp
        self.isMulticast = isMulticast
        self.mtu = mtu
        self.alias = alias
        self.group = group
        self.master = master
        self.addressGeneration = addressGeneration
        self.name = name
        self.namespace = namespace
    }
}

/// How a request names a link.
public enum LinkReference: Sendable, Hashable {
    /// By its index, which is never given to another link while this one lives.
    case index(UInt32)
    /// By its name, which needs no look-up and serves for links made in the same send.
    case name(InterfaceName)
}
