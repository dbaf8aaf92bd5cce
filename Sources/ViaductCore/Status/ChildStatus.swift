/// A CHILD_SA as charon tells of it.
public struct ChildStatus: Sendable, Hashable {
    /// The child's name in the configuration.
    public var name: String
    /// charon's number of it; nil when not told.
    public var uniqueID: UInt32?
    /// The reqid that joins its policies and SAs in the kernel; nil when not told.
    public var requestID: UInt32?
    /// charon's word, such as `INSTALLED`.
    public var state: String
    /// The mode in charon's word, such as `TUNNEL`; nil when not told.
    public var mode: String?
    /// The SPI of the inbound SA; nil before it is installed.
    public var inputSPI: UInt32?
    /// The SPI of the outbound SA; nil before it is installed.
    public var outputSPI: UInt32?
    /// What its policies bear; nil when neither if_ids nor marks.
    public var binding: Binding?
    /// Whether its packets go in UDP.
    public var isEncapsulated: Bool
    /// The negotiated algorithms in charon's words, such as `AES_GCM_16-256`; empty before it is installed.
    public var algorithms: [String]
    /// Seconds since it was installed; nil before that.
    public var age: Int?
    /// Seconds until its keys are renewed, negative when overdue; nil when they will not be.
    public var rekeyIn: Int?
    /// Seconds until it ends, negative when overdue; nil when it does not.
    public var expiresIn: Int?
    /// What came in.
    public var input: TrafficCount
    /// What went out.
    public var output: TrafficCount
    /// The local traffic selectors as negotiated, in charon's spelling.
    public var localSelectors: [String]
    /// The remote traffic selectors as negotiated.
    public var remoteSelectors: [String]

    /// Makes the description of a CHILD_SA.
    public init(
        name: String, uniqueID: UInt32? = nil, requestID: UInt32? = nil, state: String, mode: String? = nil,
        inputSPI: UInt32? = nil, outputSPI: UInt32? = nil, binding: Binding? = nil, isEncapsulated: Bool = false,
        algorithms: [String] = [], age: Int? = nil, rekeyIn: Int? = nil, expiresIn: Int? = nil,
        input: TrafficCount = TrafficCount(), output: TrafficCount = TrafficCount(), localSelectors: [String] = [],
        remoteSelectors: [String] = []
    ) {
        self.name = name
        self.uniqueID = uniqueID
        self.requestID = requestID
        self.state = state
        self.mode = mode
        self.inputSPI = inputSPI
        self.outputSPI = outputSPI
        self.binding = binding
        self.isEncapsulated = isEncapsulated
        self.algorithms = algorithms
        self.age = age
        self.rekeyIn = rekeyIn
        self.expiresIn = expiresIn
        self.input = input
        self.output = output
        self.localSelectors = localSelectors
        self.remoteSelectors = remoteSelectors
    }

    /// Whether it carries traffic in both directions: it does so too while its keys are renewed.
    public var isInstalled: Bool { ["INSTALLED", "REKEYING", "UPDATING"].contains(state) }
}

/// What went through an SA in one direction.
public struct TrafficCount: Sendable, Hashable {
    /// Bytes.
    public var bytes: UInt64
    /// Packets.
    public var packets: UInt64
    /// Seconds since the last packet; nil when there was none.
    public var idle: Int?

    /// Makes a count.
    public init(bytes: UInt64 = 0, packets: UInt64 = 0, idle: Int? = nil) {
        self.bytes = bytes
        self.packets = packets
        self.idle = idle
    }
}
