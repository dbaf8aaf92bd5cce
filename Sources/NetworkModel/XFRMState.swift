/// A security association of the kernel, without its keys (XFRM_MSG_NEWSA, `struct xfrm_usersa_info`, linux/xfrm.h).
public struct XFRMState: Sendable, Hashable {
    /// The sender's address.
    public var source: IPAddress
    /// The receiver's address.
    public var destination: IPAddress
    /// The security parameter index, host byte order.
    public var spi: UInt32
    /// The IP protocol: 50 ESP, 51 AH, 108 IPComp.
    public var ipProtocol: UInt8
    /// The number that ties policy and state together.
    public var requestID: UInt32
    /// The mode: 0 transport, 1 tunnel, 4 BEET.
    public var mode: UInt8
    /// The mark a packet must bear to find it (XFRMA_MARK); nil means any.
    public var mark: Mark?
    /// The XFRM interface it belongs to (XFRMA_IF_ID), host byte order; 0 means none.
    public var ifID: UInt32
    /// The mark put on packets after the transform (XFRMA_SET_MARK, XFRMA_SET_MARK_MASK); nil means none.
    public var outputMark: Mark?
    /// Its algorithms, in the order of the message; none while it is larval.
    public var algorithms: [XFRMAlgorithm]
    /// The inner packets it is for (`sel`); nil means any, of either family (XFRM_STATE_AF_UNSPEC).
    public var selector: XFRMSelector?
    /// Its flags.
    public var flags: Flags
    /// UDP encapsulation's ports (XFRMA_ENCAP), host byte order; nil means plain ESP.
    public var encapsulation: (source: UInt16, destination: UInt16)? {
        encapsulationSource.flatMap { source in encapsulationDestination.map { (source, $0) } }
    }
    /// Bytes that went through.
    public var byteCount: UInt64
    /// Packets that went through.
    public var packetCount: UInt64
    /// When it was made, in seconds since 1970.
    public var addTime: UInt64
    /// When it was first used, in seconds since 1970; 0 means never.
    public var useTime: UInt64
    /// Seconds after `addTime` when it must be renewed; 0 means never.
    public var softAddExpiry: UInt64
    /// Seconds after `addTime` when it ends; 0 means never.
    public var hardAddExpiry: UInt64
    /// When it was last used (XFRMA_LASTUSED), in seconds since 1970; nil means never, or not told.
    public var lastUse: UInt64?
    /// Bytes after which it must be renewed; nil means without limit.
    public var softByteLimit: UInt64?
    /// Bytes after which it ends; nil means without limit.
    public var hardByteLimit: UInt64?
    /// Packets after which it must be renewed; nil means without limit.
    public var softPacketLimit: UInt64?
    /// Packets after which it ends; nil means without limit.
    public var hardPacketLimit: UInt64?
    /// The replay window in packets.
    public var replayWindow: UInt32
    /// Packets refused as older than the replay window.
    public var replayWindowCount: UInt32
    /// Packets refused as replayed.
    public var replayCount: UInt32
    /// Packets that failed the integrity check.
    public var integrityFailureCount: UInt32

    private var encapsulationSource: UInt16?
    private var encapsulationDestination: UInt16?

    /// The flags of a state (XFRM_STATE_*, linux/xfrm.h).
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits, as the kernel has them.
        public let rawValue: UInt8

        /// Makes flags of bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The outer header does not take over congestion marks (XFRM_STATE_NOECN).
        public static let noECN = Flags(rawValue: 1)
        /// The inner header takes over the outer one's DSCP (XFRM_STATE_DECAP_DSCP).
        public static let decapsulatesDSCP = Flags(rawValue: 2)
        /// The outer packet may be fragmented (XFRM_STATE_NOPMTUDISC).
        public static let noPathMTUDiscovery = Flags(rawValue: 4)
        /// It takes packets from any source, and is not found for packets that leave (XFRM_STATE_WILDRECV).
        public static let wildcardReceive = Flags(rawValue: 8)
        /// It is for either family (XFRM_STATE_AF_UNSPEC).
        public static let anyFamily = Flags(rawValue: 32)
        /// It has extended sequence numbers (XFRM_STATE_ESN).
        public static let extendedSequenceNumbers = Flags(rawValue: 128)
    }

    /// Whether it only waits for the key exchange: it has been asked for, and has no keys (XFRM_STATE_ACQ).
    public var isLarval: Bool { algorithms.isEmpty && [50, 51, 108].contains(ipProtocol) }

    /// Makes the description of a state.
    public init(
        source: IPAddress, destination: IPAddress, spi: UInt32, ipProtocol: UInt8, requestID: UInt32, mode: UInt8,
        mark: Mark? = nil, ifID: UInt32 = 0, outputMark: Mark? = nil, algorithms: [XFRMAlgorithm] = [],
        selector: XFRMSelector? = nil, flags: Flags = [], encapsulation: (source: UInt16, destination: UInt16)? = nil,
        byteCount: UInt64 = 0, packetCount: UInt64 = 0, addTime: UInt64 = 0, useTime: UInt64 = 0,
        softAddExpiry: UInt64 = 0, hardAddExpiry: UInt64 = 0, lastUse: UInt64? = nil, softByteLimit: UInt64? = nil,
        hardByteLimit: UInt64? = nil, softPacketLimit: UInt64? = nil, hardPacketLimit: UInt64? = nil,
        replayWindow: UInt32 = 0, replayWindowCount: UInt32 = 0, replayCount: UInt32 = 0,
        integrityFailureCount: UInt32 = 0
    ) {
        self.source = source
        self.destination = destination
        self.spi = spi
        self.ipProtocol = ipProtocol
        self.requestID = requestID
        self.mode = mode
        self.mark = mark
        self.ifID = ifID
        self.outputMark = outputMark
        self.algorithms = algorithms
        self.selector = selector
        self.flags = flags
        self.byteCount = byteCount
        self.packetCount = packetCount
        self.addTime = addTime
        self.useTime = useTime
        self.softAddExpiry = softAddExpiry
        self.hardAddExpiry = hardAddExpiry
        self.lastUse = lastUse
        self.softByteLimit = softByteLimit
        self.hardByteLimit = hardByteLimit
        self.softPacketLimit = softPacketLimit
        self.hardPacketLimit = hardPacketLimit
        self.replayWindow = replayWindow
        self.replayWindowCount = replayWindowCount
        self.replayCount = replayCount
        self.integrityFailureCount = integrityFailureCount
        encapsulationSource = encapsulation?.source
        encapsulationDestination = encapsulation?.destination
    }
}
