public import NetworkModel

/// What was seen of one network namespace, as far as packets are concerned.
public struct Scene: Sendable {
    /// Its links.
    public var links: [SceneLink]
    /// Its addresses.
    public var addresses: [InterfaceAddress]
    /// Its rules, in the kernel's order within a family.
    public var rules: [Rule]
    /// Its IPsec policies and states; nil when this process may not see them, or the kernel has none.
    public var transforms: Transforms?

    /// Makes a scene.
    public init(
        links: [SceneLink] = [], addresses: [InterfaceAddress] = [], rules: [Rule] = [], transforms: Transforms? = nil
    ) {
        self.links = links
        self.addresses = addresses
        self.rules = rules
        self.transforms = transforms
    }

    /// The link of a name; nil when there is none.
    func link(_ name: InterfaceName?) -> SceneLink? {
        name.flatMap { name in links.first { $0.link.name == name } }
    }

    /// The VRF that a link belongs to, or that it is; nil when none.
    func vrf(of name: InterfaceName?) -> (name: InterfaceName, table: UInt32)? {
        guard let link = link(name) else { return nil }
        if case .vrf(let table) = link.link.kind { return (link.link.name, table) }
        guard let master = self.link(link.link.master), case .vrf(let table) = master.link.kind else { return nil }
        return (master.link.name, table)
    }

    /// Whether an address is one of this machine's.
    func isLocal(_ address: IPAddress) -> Bool {
        address.isLoopback || addresses.contains { $0.address.address == address }
    }
}

/// A link with its state.
public struct SceneLink: Sendable, Hashable {
    /// The interface index.
    public var index: UInt32
    /// The link.
    public var link: Link
    /// Whether it has a carrier, so that packets can leave by it.
    public var hasCarrier: Bool
    /// The id of the namespace its outer side is in (IFLA_LINK_NETNSID); nil means this one.
    public var outerNamespaceID: Int32?
    /// Whether an XFRM interface takes its if_id from each packet's route (`external`).
    public var isExternal: Bool

    /// Makes the description of a link.
    public init(
        index: UInt32, link: Link, hasCarrier: Bool = true, outerNamespaceID: Int32? = nil, isExternal: Bool = false
    ) {
        self.index = index
        self.link = link
        self.hasCarrier = hasCarrier
        self.outerNamespaceID = outerNamespaceID
        self.isExternal = isExternal
    }

    /// Where its policies, its SAs and the route of its outer packets are.
    var place: Place { outerNamespaceID.map { .beneath($0) } ?? .here }
}

/// The IPsec policies and states of a namespace.
public struct Transforms: Sendable {
    /// The policies, but for those of single sockets.
    public var policies: [XFRMPolicy]
    /// The states, newest first as the kernel lists them.
    public var states: [XFRMState]
    /// The directions in which a packet without a policy is dropped (`ip xfrm policy setdefault`).
    public var blocked: Set<XFRMDirection>

    /// Makes the description.
    public init(policies: [XFRMPolicy] = [], states: [XFRMState] = [], blocked: Set<XFRMDirection> = []) {
        self.policies = policies
        self.states = states
        self.blocked = blocked
    }
}
