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
        // A spec may hold a secret.
        spec = Secret(bytes).check
        self.credentials = credentials.map { $0.map(\.check).reduce(0, &+) }
    }

    /// Whether what a tunnel is made of is the same, as far as both know.
    public func isSame(as other: SpecStamp) -> Bool {
        guard path == other.path, spec == other.spec else { return false }
        guard let credentials, let others = other.credentials else { return true }
        return credentials == others
    }
}
