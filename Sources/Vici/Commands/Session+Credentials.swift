extension Session {
    /// What a shared secret is for (`type` of load-shared).
    public enum SharedSecretType: String, Sendable {
        /// A pre-shared key of IKE.
        case ike = "IKE"
        /// A password of EAP.
        case eap = "EAP"
        /// A password of XAuth.
        case xauth = "XAUTH"
        /// An NTLM hash of a password.
        case ntlm = "NTLM"
        /// A post-quantum pre-shared key.
        case ppk = "PPK"
    }

    /// Loads a shared secret, or replaces the one of that id (`load-shared`).
    ///
    /// - Parameters:
    ///   - id: the handle for `unloadShared`, 1 to 255 printable ASCII characters; charon would take other text and drop
    ///     it, leaving a secret that nobody can unload.
    ///   - type: what it is for.
    ///   - data: the raw bytes, not swanctl's `0x` or `0s` spelling; at least one.
    ///   - owners: the identities it belongs to, each at most 255 bytes. None would mean everybody, so at least one.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`; `.unencodable` when the id, the data or the owners are not as above.
    public func loadShared(
        id: String, type: SharedSecretType, data: [UInt8], owners: [String], deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        let reason: String? =
            if !(1...255).contains(id.utf8.count) || !id.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
                "the secret's id must be 1 to 255 printable ASCII characters"
            } else if data.isEmpty {
                "the secret is empty"
            } else if owners.isEmpty {
                "the secret has no owner, so it would serve every peer"
            } else if !owners.allSatisfy({ (1...255).contains($0.utf8.count) }) {
                "an owner of the secret must have 1 to 255 bytes"
            } else {
                nil
            }
        if let reason { throw .unencodable(operation: "load-shared", reason: reason) }
        let arguments = Message([
            ("id", .text(id)), ("type", .text(type.rawValue)), ("data", .value(data)), ("owners", .texts(owners)),
        ])
        try perform("load-shared", arguments, deadline: deadline)
    }

    /// Unloads a shared secret (`unload-shared`); charon says yes also when it has none of that id.
    ///
    /// - Throws: `ViciError`.
    public func unloadShared(id: String, deadline: ContinuousClock.Instant) throws(ViciError) {
        try perform("unload-shared", Message([("id", .text(id))]), deadline: deadline)
    }

    /// The ids of the shared secrets loaded over VICI (`get-shared`).
    ///
    /// - Throws: `ViciError`.
    public func sharedIDs(deadline: ContinuousClock.Instant) throws(ViciError) -> [String] {
        try request("get-shared", deadline: deadline).texts("keys")
    }

    /// The kind of a private key (`type` of load-key).
    public enum KeyType: String, Sendable {
        /// Whatever the data turns out to be.
        case any, rsa, ecdsa, ed25519, ed448
    }

    /// Loads a private key (`load-key`).
    ///
    /// - Parameters:
    ///   - type: the kind of key.
    ///   - data: the key as PEM or DER, not encrypted.
    ///   - deadline: until when to wait for the answer.
    /// - Returns: the key's id, the SHA-1 of its public key in hexadecimal: the handle for `unloadKey`.
    /// - Throws: `ViciError`.
    public func loadKey(
        type: KeyType = .any, data: [UInt8], deadline: ContinuousClock.Instant
    ) throws(ViciError) -> String {
        let arguments = Message([("type", .text(type.rawValue)), ("data", .value(data))])
        let answer = try perform("load-key", arguments, deadline: deadline)
        guard let id = answer.text("id") else {
            close()
            throw .malformed(operation: "load-key", reason: "it lacks the key's id")
        }
        return id
    }

    /// Unloads a private key (`unload-key`).
    ///
    /// - Throws: `ViciError`; `.refused` when there is none of that id.
    public func unloadKey(id: String, deadline: ContinuousClock.Instant) throws(ViciError) {
        try perform("unload-key", Message([("id", .text(id))]), deadline: deadline)
    }

    /// The ids of the private keys loaded over VICI (`get-keys`).
    ///
    /// - Throws: `ViciError`.
    public func keyIDs(deadline: ContinuousClock.Instant) throws(ViciError) -> [String] {
        try request("get-keys", deadline: deadline).texts("keys")
    }

    /// The kind of a certificate (`type` of load-cert).
    public enum CertificateType: String, Sendable {
        /// An X.509 certificate.
        case x509 = "X509"
        /// An X.509 attribute certificate.
        case attribute = "X509_AC"
        /// A revocation list.
        case revocationList = "X509_CRL"
    }

    /// What a certificate may do (`flag` of load-cert).
    public enum CertificateFlag: String, Sendable {
        /// Identifies an end entity.
        case none = "NONE"
        /// Signs certificates; it must have the basic constraint CA.
        case ca = "CA"
        /// Signs attribute certificates.
        case aa = "AA"
        /// Signs OCSP answers.
        case ocsp = "OCSP"
    }

    /// Loads a certificate (`load-cert`); it stays until charon ends or all credentials are cleared.
    ///
    /// - Parameters:
    ///   - type: the kind of certificate.
    ///   - flag: what it may do.
    ///   - data: PEM or DER. Of a PEM bundle charon reads only the first block.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`.
    public func loadCertificate(
        type: CertificateType = .x509, flag: CertificateFlag, data: [UInt8], deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        let arguments = Message([
            ("type", .text(type.rawValue)), ("flag", .text(flag.rawValue)), ("data", .value(data)),
        ])
        try perform("load-cert", arguments, deadline: deadline)
    }
}
