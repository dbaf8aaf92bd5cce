/// An IKE_SA as charon tells of it.
public struct IKEStatus: Sendable, Hashable {
    /// The connection's name.
    public var connection: String
    /// charon's number of it; nil when not told.
    public var uniqueID: UInt32?
    /// The IKE version, 1 or 2; nil when not told.
    public var version: Int?
    /// charon's word, such as `ESTABLISHED`.
    public var state: String
    /// Our end.
    public var local: End
    /// The peer's end.
    public var remote: End
    /// Whether this end began it.
    public var isInitiator: Bool
    /// Whether there is a NAT between the ends, or one is feigned.
    public var hasNAT: Bool
    /// The negotiated algorithms in charon's words; empty before that.
    public var algorithms: [String]
    /// Seconds since it was established; nil before that.
    public var age: Int?
    /// Seconds until its keys are renewed, negative when overdue; nil when they will not be.
    public var rekeyIn: Int?
    /// Seconds until it is authenticated anew, negative when overdue; nil when it will not be.
    public var reauthIn: Int?
    /// Its CHILD_SAs; beside a new one the old one may still be there.
    public var children: [ChildStatus]

    /// One end of an IKE_SA.
    public struct End: Sendable, Hashable {
        /// The address; nil while it is not known.
        public var host: String?
        /// The UDP port; nil when not told.
        public var port: UInt16?
        /// The identity; nil while it is not known.
        public var identity: String?

        /// Makes an end.
        public init(host: String? = nil, port: UInt16? = nil, identity: String? = nil) {
            self.host = host
            self.port = port
            self.identity = identity
        }
    }

    /// Makes the description of an IKE_SA.
    public init(
        connection: String, uniqueID: UInt32? = nil, version: Int? = nil, state: String, local: End = End(),
        remote: End = End(), isInitiator: Bool = false, hasNAT: Bool = false, algorithms: [String] = [],
        age: Int? = nil, rekeyIn: Int? = nil, reauthIn: Int? = nil, children: [ChildStatus] = []
    ) {
        self.connection = connection
        self.uniqueID = uniqueID
        self.version = version
        self.state = state
        self.local = local
        self.remote = remote
        self.isInitiator = isInitiator
        self.hasNAT = hasNAT
        self.algorithms = algorithms
        self.age = age
        self.rekeyIn = rekeyIn
        self.reauthIn = reauthIn
        self.children = children
    }

    /// Whether it is up; it is so too while its keys are renewed.
    public var isEstablished: Bool { ["ESTABLISHED", "REKEYING"].contains(state) }
}
