/// A rule of the routing policy database (RTM_NEWRULE, linux/fib_rules.h; ip-rule(8)).
public struct Rule: Sendable, Hashable, Codable {
    /// The family whose rules it belongs to.
    public var family: AddressFamily
    /// The priority (FRA_PRIORITY): lower is asked first, and 0 is the `local` rule's.
    public var priority: UInt32
    /// What to do with a packet that matches.
    public var action: RuleAction
    /// Whether a packet matches when the selectors do *not* (FIB_RULE_INVERT, `not`).
    public var isInverted: Bool
    /// The packet's source (FRA_SRC); nil means any.
    public var from: IPPrefix?
    /// The packet's destination (FRA_DST); nil means any.
    public var to: IPPrefix?
    /// The packet's mark (FRA_FWMARK, FRA_FWMASK); nil means any.
    public var mark: Mark?
    /// The interface it came in by (FRA_IIFNAME): `lo` means packets of this host, nil means any.
    public var inputInterface: InterfaceName?
    /// The interface its socket is bound to (FRA_OIFNAME); nil means any.
    public var outputInterface: InterfaceName?
    /// The IP protocol number (FRA_IP_PROTO); nil means any.
    public var ipProtocol: UInt8?
    /// The source ports (FRA_SPORT_RANGE); nil means any.
    public var sourcePorts: ClosedRange<UInt16>?
    /// The destination ports (FRA_DPORT_RANGE); nil means any.
    public var destinationPorts: ClosedRange<UInt16>?
    /// The owners of the sending socket (FRA_UID_RANGE); nil means any.
    public var users: ClosedRange<UInt32>?
    /// The type of service (`tos` in the header); nil means any.
    public var typeOfService: UInt8?
    /// The tunnel id of the packet's metadata (FRA_TUN_ID) in host byte order; nil means any.
    public var tunnelID: UInt64?
    /// Whether it applies to packets of any VRF, with that VRF's table (FRA_L3MDEV).
    public var isL3Master: Bool
    /// A look-up is dropped when it found a prefix of this length or shorter (FRA_SUPPRESS_PREFIXLEN); nil drops none.
    public var suppressPrefixLength: UInt32?
    /// A look-up is dropped when it leads to an interface of this group (FRA_SUPPRESS_IFGROUP); nil drops none.
    public var suppressGroup: UInt32?
    /// Who made it (FRA_PROTOCOL; names in /etc/iproute2/rt_protos): 2 is the kernel.
    public var origin: UInt8

    /// Makes the description of a rule.
    public init(
        family: AddressFamily, priority: UInt32, action: RuleAction, isInverted: Bool = false, from: IPPrefix? = nil,
        to: IPPrefix? = nil, mark: Mark? = nil, inputInterface: InterfaceName? = nil,
        outputInterface: InterfaceName? = nil, ipProtocol: UInt8? = nil, sourcePorts: ClosedRange<UInt16>? = nil,
        destinationPorts: ClosedRange<UInt16>? = nil, users: ClosedRange<UInt32>? = nil, typeOfService: UInt8? = nil,
        tunnelID: UInt64? = nil, isL3Master: Bool = false, suppressPrefixLength: UInt32? = nil,
        suppressGroup: UInt32? = nil, origin: UInt8 = 4
    ) {
        self.family = family
        self.priority = priority
        self.action = action
        self.isInverted = isInverted
        self.from = from
        self.to = to
        self.mark = mark
        self.inputInterface = inputInterface
        self.outputInterface = outputInterface
        self.ipProtocol = ipProtocol
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
        self.users = users
        self.typeOfService = typeOfService
        self.tunnelID = tunnelID
        self.isL3Master = isL3Master
        self.suppressPrefixLength = suppressPrefixLength
        self.suppressGroup = suppressGroup
        self.origin = origin
    }
}

/// What a rule does with a packet that matches (`enum` FR_ACT_*, linux/fib_rules.h).
public enum RuleAction: Sendable, Hashable, Codable {
    /// Look in a table (FR_ACT_TO_TBL, FRA_TABLE). With `isL3Master` the VRF decides and the number is 0.
    case lookup(table: UInt32)
    /// Go on at the rule of another priority (FR_ACT_GOTO, FRA_GOTO).
    case goto(priority: UInt32)
    /// Do nothing (FR_ACT_NOP).
    case nop
    /// Drop in silence (FR_ACT_BLACKHOLE).
    case blackhole
    /// Drop with "unreachable" (FR_ACT_UNREACHABLE).
    case unreachable
    /// Drop with "prohibited" (FR_ACT_PROHIBIT).
    case prohibit
}
