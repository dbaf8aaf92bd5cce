/// The algorithms of an IKE_SA or CHILD_SA, in charon's words.
public struct Algorithms: Sendable, Equatable {
    /// The encryption algorithm (`encr-alg`), such as `AES_GCM_16`; nil for none.
    public let encryption: String?
    /// The encryption key's length in bits (`encr-keysize`); nil when the algorithm has only one.
    public let encryptionKeySize: Int?
    /// The integrity algorithm (`integ-alg`), such as `HMAC_SHA2_256_128`; nil for none, as with AES-GCM.
    public let integrity: String?
    /// The integrity key's length in bits (`integ-keysize`); nil when the algorithm has only one.
    public let integrityKeySize: Int?
    /// The pseudo random function (`prf-alg`), such as `PRF_HMAC_SHA2_256`; nil when not told.
    public let prf: String?
    /// The key exchange (`dh-group`), such as `CURVE_25519`; nil for none.
    public let dh: String?

    /// Reads the keys of an IKE_SA's or CHILD_SA's section.
    init(_ content: Message) {
        encryption = content.text("encr-alg")
        encryptionKeySize = content.number("encr-keysize")
        integrity = content.text("integ-alg")
        integrityKeySize = content.number("integ-keysize")
        prf = content.text("prf-alg")
        dh = content.text("dh-group")
    }
}
