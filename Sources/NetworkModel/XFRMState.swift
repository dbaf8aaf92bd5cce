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
    /// The kernel's names of its algorithms, such as `rfc4106(gcm(aes))`, as they appear in the message.
    public var algorithms: [String]
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
    /// Packets refused as replayed.
    public var replayCount: UInt32
    /// Packets that failed the integrity check.
    public var integrityFailureCount: UInt32

    private var encapsulationSource: UInt16?
    private var encapsulationDestination: UInt16?

    /// Makes the description of a state.
    public init(
        source: IPAddress, destination: IPAddress, spi: UInt32, ipProtocol: UInt8, requestID: UInt32, mode: UInt8,
        mark: Mark? = nil, ifID: UInt32 = 0, outputMark: Mark? = nil, algorithms: [String] = [],
        encapsulation: (source: UInt16, destination: UInt16)? = nil, byteCount: UInt64 = 0, packetCount: UInt64 = 0,
        addTime: UInt64 = 0, useTime: UInt64 = 0, softAddExpiry: UInt64 = 0, hardAddExpiry: UInt64 = 0,
        replayCount: UInt32 = 0, integrityFailureCount: UInt32 = 0
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
        self.byteCount = byteCount
        self.packetCount = packetCount
        self.addTime = addTime
        self.useTime = useTime
        self.softAddExpiry = softAddExpiry
        self.hardAddExpiry = hardAddExpiry
        self.replayCount = replayCount
        self.integrityFailureCount = integrityFailureCount
        encapsulationSource = encapsulation?.source
        encapsulationDestination = encapsulation?.destination
    }
}
