/// An algorithm of an IPsec state, without its key (XFRMA_ALG_*, linux/xfrm.h).
public struct XFRMAlgorithm: Sendable, Hashable {
    /// What an algorithm does.
    public enum Role: String, Sendable, Hashable, Codable {
        /// Encrypts and authenticates (XFRMA_ALG_AEAD).
        case combined
        /// Encrypts (XFRMA_ALG_CRYPT).
        case encryption
        /// Authenticates (XFRMA_ALG_AUTH, XFRMA_ALG_AUTH_TRUNC).
        case integrity
        /// Compresses (XFRMA_ALG_COMP).
        case compression
    }

    /// What it does.
    public var role: Role
    /// The kernel's name, such as `rfc4106(gcm(aes))`, as it appears in the message.
    public var name: String
    /// The length of the key in bits; with some counter modes a salt is counted too.
    public var keyLength: Int
    /// The length of the check value in bits; nil where there is none, or the message does not tell it.
    public var checkLength: Int?

    /// Makes the description of an algorithm.
    ///
    /// - Parameters:
    ///   - role: what it does.
    ///   - name: the kernel's name.
    ///   - keyLength: bits.
    ///   - checkLength: bits; nil for none.
    public init(_ role: Role, _ name: String, keyLength: Int = 0, checkLength: Int? = nil) {
        self.role = role
        self.name = name
        self.keyLength = keyLength
        self.checkLength = checkLength
    }
}

extension XFRMAlgorithm: CustomStringConvertible {
    /// The kernel's name.
    public var description: String { name }
}
