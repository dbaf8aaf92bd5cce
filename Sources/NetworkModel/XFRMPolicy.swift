/// An IPsec policy of the kernel (XFRM_MSG_NEWPOLICY, `struct xfrm_userpolicy_info`, linux/xfrm.h).
public struct XFRMPolicy: Sendable, Hashable {
    /// The packets it is for.
    public var selector: XFRMSelector
    /// Which packets it looks at.
    public var direction: XFRMDirection
    /// The priority; lower is asked first.
    public var priority: UInt32
    /// The kernel's number of the policy.
    public var index: UInt32
    /// False when matching packets are dropped (XFRM_POLICY_BLOCK).
    public var isAllowed: Bool
    /// The mark a packet must bear (XFRMA_MARK); nil means any.
    public var mark: Mark?
    /// The XFRM interface a packet must go through (XFRMA_IF_ID), host byte order; 0 means none.
    public var ifID: UInt32
    /// The transforms a packet needs (XFRMA_TMPL); empty means that it passes in clear.
    public var templates: [XFRMTemplate]
    /// Whether it is a sub policy (XFRMA_POLICY_TYPE, XFRM_POLICY_TYPE_SUB), which the kernel asks before all others.
    public var isSubPolicy: Bool
    /// When it was made, in seconds since 1970; 0 when not told.
    public var addTime: UInt64
    /// When a packet last matched it, in seconds since 1970; 0 means never.
    public var useTime: UInt64

    /// Makes the description of a policy.
    public init(
        selector: XFRMSelector, direction: XFRMDirection, priority: UInt32, index: UInt32, isAllowed: Bool,
        mark: Mark?, ifID: UInt32, templates: [XFRMTemplate], isSubPolicy: Bool = false, addTime: UInt64 = 0,
        useTime: UInt64 = 0
    ) {
        self.selector = selector
        self.direction = direction
        self.priority = priority
        self.index = index
        self.isAllowed = isAllowed
        self.mark = mark
        self.ifID = ifID
        self.templates = templates
        self.isSubPolicy = isSubPolicy
        self.addTime = addTime
        self.useTime = useTime
    }
}

/// Which packets a policy looks at (XFRM_POLICY_*, linux/xfrm.h).
public enum XFRMDirection: UInt8, Sendable, Hashable {
    /// Packets for this host (XFRM_POLICY_IN).
    case input = 0
    /// Packets that leave (XFRM_POLICY_OUT).
    case output = 1
    /// Packets passed on (XFRM_POLICY_FWD).
    case forward = 2
    /// Packets of one socket, coming in.
    case socketInput = 3
    /// Packets of one socket, going out.
    case socketOutput = 4
}

/// The packets a policy or state is for (`struct xfrm_selector`, linux/xfrm.h).
public struct XFRMSelector: Sendable, Hashable {
    /// The sources.
    public var source: IPPrefix
    /// The destinations.
    public var destination: IPPrefix
    /// The IP protocol number; 0 means any.
    public var ipProtocol: UInt8
    /// The source port with the bits that count, host byte order; mask 0 means any.
    public var sourcePort: (value: UInt16, mask: UInt16) { (sourcePortValue, sourcePortMask) }
    /// The destination port with the bits that count, host byte order; mask 0 means any.
    public var destinationPort: (value: UInt16, mask: UInt16) { (destinationPortValue, destinationPortMask) }
    /// The index of the interface it is bound to; 0 means any.
    public var interfaceIndex: UInt32

    private var sourcePortValue: UInt16
    private var sourcePortMask: UInt16
    private var destinationPortValue: UInt16
    private var destinationPortMask: UInt16

    /// Makes a selector.
    public init(
        source: IPPrefix, destination: IPPrefix, ipProtocol: UInt8 = 0,
        sourcePort: (value: UInt16, mask: UInt16) = (0, 0), destinationPort: (value: UInt16, mask: UInt16) = (0, 0),
        interfaceIndex: UInt32 = 0
    ) {
        self.source = source
        self.destination = destination
        self.ipProtocol = ipProtocol
        sourcePortValue = sourcePort.value
        sourcePortMask = sourcePort.mask
        destinationPortValue = destinationPort.value
        destinationPortMask = destinationPort.mask
        self.interfaceIndex = interfaceIndex
    }
}

/// A transform that a policy asks for (`struct xfrm_user_tmpl`, linux/xfrm.h).
public struct XFRMTemplate: Sendable, Hashable {
    /// Our end of the tunnel.
    public var source: IPAddress
    /// The other end.
    public var destination: IPAddress
    /// The IP protocol: 50 ESP, 51 AH, 108 IPComp.
    public var ipProtocol: UInt8
    /// The mode: 0 transport, 1 tunnel, 4 BEET.
    public var mode: UInt8
    /// The number that ties policy and state together.
    public var requestID: UInt32
    /// The SPI asked for, host byte order; 0 means any.
    public var spi: UInt32
    /// Whether a packet may pass without this transform.
    public var isOptional: Bool

    /// Makes the description of a template.
    public init(
        source: IPAddress, destination: IPAddress, ipProtocol: UInt8, mode: UInt8, requestID: UInt32, spi: UInt32,
        isOptional: Bool
    ) {
        self.source = source
        self.destination = destination
        self.ipProtocol = ipProtocol
        self.mode = mode
        self.requestID = requestID
        self.spi = spi
        self.isOptional = isOptional
    }
}
