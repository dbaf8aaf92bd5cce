/// The algorithms of an ESP SA by the kernel's names (xfrm_algo.c), as a state takes them.
public struct TransformSuite: Sendable, Hashable, CustomStringConvertible {
    /// The cipher, such as `cbc(aes)`, or cipher and integrity in one, such as `rfc4106(gcm(aes))`.
    public var cipher: String
    /// The length of its key in bits, with the salt where it has one.
    public var cipherKeyBits: UInt32
    /// The length of its own check value in bits; nil when an integrity algorithm stands beside it.
    public var checkBits: UInt32?
    /// The integrity algorithm; nil when the cipher has its own.
    public var integrity: Integrity?

    /// An integrity algorithm.
    public struct Integrity: Sendable, Hashable {
        /// Its name, such as `hmac(sha256)`.
        public var name: String
        /// The length of its key in bits.
        public var keyBits: UInt32
        /// What is left of its value in a packet, in bits.
        public var checkBits: UInt32

        /// Makes the description of an integrity algorithm.
        public init(_ name: String, keyBits: UInt32, checkBits: UInt32) {
            self.name = name
            self.keyBits = keyBits
            self.checkBits = checkBits
        }
    }

    /// Makes a suite.
    public init(cipher: String, cipherKeyBits: UInt32, checkBits: UInt32? = nil, integrity: Integrity? = nil) {
        self.cipher = cipher
        self.cipherKeyBits = cipherKeyBits
        self.checkBits = checkBits
        self.integrity = integrity
    }

    /// The names, such as `cbc(aes) with hmac(sha256)`.
    public var description: String { cipher + (integrity.map { " with \($0.name)" } ?? "") }
}
