public import NetworkModel

/// What `up` made a tunnel of, so that `watch` can tell drift of the machine from an edit of the spec.
public struct SpecStamp: Sendable, Hashable, Codable {
    /// The absolute path of the spec.
    public var path: String
    /// A check of the spec's bytes.
    public var spec: UInt16
    /// A check of the secrets and credentials that it names; nil when they were not read, as without charon.
    public var credentials: UInt16?

    /// Makes a stamp.
    ///
    /// - Parameters:
    ///   - path: the absolute path of the spec.
    ///   - bytes: what it holds.
    ///   - credentials: the secrets, keys and certificates it names; nil when they were not read.
    public init(path: String, spec bytes: [UInt8], credentials: [Secret]?) {
        self.path = path
        spec = Self.check([Self.sum(bytes)])
        self.credentials = credentials.map { Self.check($0.map { $0.reveal { Self.sum($0) } }) }
    }

    /// Whether what a tunnel is made of is the same, as far as both know.
    public func isSame(as other: SpecStamp) -> Bool {
        guard path == other.path, spec == other.spec else { return false }
        guard let credentials, let others = other.credentials else { return true }
        return credentials == others
    }

    /// FNV-1a of a text.
    private static func sum(_ text: some Sequence<UInt8>) -> UInt64 {
        text.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// A check of the sums of some texts in any order.
    ///
    /// Sixteen bits: enough to notice an edit, and far too few to find a secret by.
    private static func check(_ sums: [UInt64]) -> UInt16 {
        let sum = sums.reduce(0, &+)
        return UInt16(truncatingIfNeeded: sum ^ sum >> 16 ^ sum >> 32 ^ sum >> 48)
    }
}
