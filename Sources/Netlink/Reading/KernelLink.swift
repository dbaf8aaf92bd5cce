public import NetworkModel

/// A link as the kernel has it: the link, its index, and its state.
public struct KernelLink: Sendable, Hashable {
    /// The interface index (ifi_index), never given to another link while this one lives.
    public var index: UInt32
    /// The link; `mtu`, `group`, and `addressGeneration` (where the kernel has IPv6) are always told.
    public var link: Link
    /// Whether it is up and can pass packets (IFF_RUNNING).
    public var isRunning: Bool
    /// Its operational state (IFLA_OPERSTATE, RFC 2863); most tunnels stay `unknown`, which is fine.
    public var operationalState: OperationalState
    /// The hardware type (ifi_type, ARPHRD_* of linux/if_arp.h), such as 768 of a VTI over IPv4.
    public var hardwareType: UInt16
    /// The index of the link below it (IFLA_LINK); nil means none.
    public var underlayIndex: UInt32?
    /// The id of the network namespace in which the link below lies (IFLA_LINK_NETNSID); nil means in this one.
    public var underlayNamespaceID: Int32?
    /// Whether an XFRM interface takes its `if_id` from each packet's route (IFLA_XFRM_COLLECT_METADATA, `external`).
    public var isExternal: Bool

    /// A link's operational state (IF_OPER_*, linux/if.h).
    public enum OperationalState: UInt8, Sendable, Hashable {
        /// Not told by the driver.
        case unknown = 0
        /// Something it needs, as hardware, is missing.
        case notPresent = 1
        /// Down.
        case down = 2
        /// The link below it is down.
        case lowerLayerDown = 3
        /// In a test.
        case testing = 4
        /// Waits for something, as for a login.
        case dormant = 5
        /// Up.
        case up = 6
    }

    /// Makes the description of a link as the kernel has it.
    public init(
        index: UInt32, link: Link, isRunning: Bool = false, operationalState: OperationalState = .unknown,
        hardwareType: UInt16 = 0, underlayIndex: UInt32? = nil, underlayNamespaceID: Int32? = nil,
        isExternal: Bool = false
    ) {
        self.index = index
        self.link = link
        self.isRunning = isRunning
        self.operationalState = operationalState
        self.hardwareType = hardwareType
        self.underlayIndex = underlayIndex
        self.underlayNamespaceID = underlayNamespaceID
        self.isExternal = isExternal
    }

    /// The link with the name of its underlay device, which reading cannot tell of a link that was moved away from it.
    ///
    /// - Parameter birthplace: the interfaces of the namespace that the link was made in.
    /// - Returns: the link; without a device when it has none, or `birthplace` does not know it.
    public func link(madeAmong birthplace: InterfaceTable) -> Link {
        guard underlayNamespaceID != nil, let device = underlayIndex.flatMap({ birthplace[$0] }) else { return link }
        var whole = link
        switch link.kind {
        case .xfrm(var xfrm):
            xfrm.device = device
            whole.kind = .xfrm(xfrm)
        case .vti(var vti):
            vti.device = device
            whole.kind = .vti(vti)
        case .vrf, .other: break
        }
        return whole
    }
}
