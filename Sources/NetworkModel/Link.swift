/// A network interface, as `ip -d link` shows it (RTM_NEWLINK, linux/if_link.h).
public struct Link: Sendable, Hashable, Codable {
    /// The interface's name (IFLA_IFNAME).
    public var name: InterfaceName
    /// What sort of interface it is, with what is special to the sort (IFLA_LINKINFO).
    public var kind: LinkKind
    /// The MTU in bytes (IFLA_MTU); nil leaves the kernel's default at creation.
    public var mtu: UInt32?
    /// The alias (IFLA_IFALIAS), a free text of at most 255 bytes; nil means none.
    public var alias: String?
    /// The interface group (IFLA_GROUP); 0 is the default group.
    public var group: UInt32
    /// Whether the link is administratively up (IFF_UP).
    public var isUp: Bool
    /// Whether the link carries multicast (IFF_MULTICAST).
    public var isMulticast: Bool
    /// How the kernel makes its IPv6 link-local address (IFLA_INET6_ADDR_GEN_MODE); nil means unknown or left alone.
    public var addressGeneration: AddressGenerationMode?
    /// The VRF or bridge it belongs to (IFLA_MASTER); nil means none.
    public var master: InterfaceName?
    /// The network namespace it was moved to after it was made here (IFLA_NET_NS_FD); nil means that it is here.
    ///
    /// The outer side of a tunnel stays where the link was made.
    public var namespace: NamespaceName?

    /// Makes the description of a link.
    public init(
        name: InterfaceName, kind: LinkKind, mtu: UInt32? = nil, alias: String? = nil, group: UInt32 = 0,
        isUp: Bool = false, isMulticast: Bool = false, addressGeneration: AddressGenerationMode? = nil,
        master: InterfaceName? = nil, namespace: NamespaceName? = nil
    ) {
        self.name = name
        self.kind = kind
        self.mtu = mtu
        self.alias = alias
        self.group = group
        self.isUp = isUp
        self.isMulticast = isMulticast
        self.addressGeneration = addressGeneration
        self.master = master
        self.namespace = namespace
    }
}

/// How the kernel makes a link's IPv6 link-local address (`enum in6_addr_gen_mode`, linux/if_link.h).
public enum AddressGenerationMode: String, Sendable, Hashable, Codable {
    /// From the hardware address (`IN6_ADDR_GEN_MODE_EUI64`), the kernel's default.
    case eui64
    /// None at all (`IN6_ADDR_GEN_MODE_NONE`).
    case none
    /// Stable and opaque, from a secret set by an administrator (`IN6_ADDR_GEN_MODE_STABLE_PRIVACY`).
    case stableSecret = "stable_secret"
    /// Stable and opaque, from a random secret (`IN6_ADDR_GEN_MODE_RANDOM`).
    case random
}

/// The sort of an interface, with what is special to the sort (IFLA_INFO_KIND and IFLA_INFO_DATA).
public enum LinkKind: Sendable, Hashable, Codable {
    /// An XFRM interface (kind `xfrm`).
    case xfrm(XFRMLink)
    /// A virtual tunnel interface (kind `vti` or `vti6`, as its underlay's family says).
    case vti(VTILink)
    /// A VRF device (kind `vrf`) and its table (IFLA_VRF_TABLE).
    case vrf(table: UInt32)
    /// Any other kind by the kernel's word for it; the empty text for a link without a kind, as hardware is.
    case other(String)

    /// The kernel's word for the kind (IFLA_INFO_KIND); empty for a link that has none.
    public var word: String {
        switch self {
        case .xfrm: "xfrm"
        case .vti(let vti): vti.family == .ipv4 ? "vti" : "vti6"
        case .vrf: "vrf"
        case .other(let word): word
        }
    }
}

/// What is special to an XFRM interface (IFLA_XFRM_*, linux/if_link.h).
public struct XFRMLink: Sendable, Hashable, Codable {
    /// The interface id that policies and states of this link carry (IFLA_XFRM_IF_ID), host byte order, never 0.
    public var ifID: UInt32
    /// The underlay device (IFLA_XFRM_LINK); nil means none, which kernels from 5.3 on allow.
    public var device: InterfaceName?

    /// Makes the description of an XFRM interface.
    public init(ifID: UInt32, device: InterfaceName? = nil) {
        self.ifID = ifID
        self.device = device
    }
}

/// What is special to a virtual tunnel interface (IFLA_VTI_*, linux/if_tunnel.h).
public struct VTILink: Sendable, Hashable, Codable {
    /// Our address on the underlay (IFLA_VTI_LOCAL); it decides between `vti` and `vti6`.
    public var local: IPAddress
    /// The peer's address on the underlay (IFLA_VTI_REMOTE), of the same family; nil means any peer.
    public var remote: IPAddress?
    /// The key for packets coming in (IFLA_VTI_IKEY) in host byte order; it equals the inbound policy's mark.
    public var inputKey: UInt32
    /// The key for packets going out (IFLA_VTI_OKEY) in host byte order; it equals the outbound policy's mark.
    public var outputKey: UInt32
    /// The underlay device (IFLA_VTI_LINK); nil means none.
    public var device: InterfaceName?

    /// The underlay's family.
    public var family: AddressFamily { local.family }

    /// Makes the description of a VTI.
    public init(
        local: IPAddress, remote: IPAddress?, inputKey: UInt32, outputKey: UInt32, device: InterfaceName? = nil
    ) {
        self.local = local
        self.remote = remote
        self.inputKey = inputKey
        self.outputKey = outputKey
        self.device = device
    }
}
