/// Why the secrets of a tunnel could not be read.
public struct SecretProblem: Sendable, Hashable, CustomStringConvertible {
    /// One sentence for a person; never the secret.
    public let description: String
    /// Whether that is as it should be: a credential is there for its unit alone, and this process is none of it.
    public let isElsewhere: Bool

    /// Makes a problem.
    public init(_ description: String, isElsewhere: Bool = false) {
        self.description = description
        self.isElsewhere = isElsewhere
    }
}
