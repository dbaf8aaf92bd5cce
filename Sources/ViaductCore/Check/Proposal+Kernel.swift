public import NetworkModel

extension Proposal {
    /// The suites that an ESP proposal may come to, by the kernel's names, as charon tells them to it
    /// (`kernel_netlink_ipsec.c`); none for `default`.
    public var transformSuites: [TransformSuite] {
        let words = text.split(separator: "-").map(String.init)
        let integrities = words.compactMap { Self.integrities[$0] }
        return words.flatMap { word -> [TransformSuite] in
            if let combined = Self.combined(word) { return [combined] }
            guard let (name, bits) = Self.cipher(word) else { return [] }
            return integrities.map { TransformSuite(cipher: name, cipherKeyBits: bits, integrity: $0) }
        }
    }

    private static let integrities: [String: TransformSuite.Integrity] = {
        let sha1 = TransformSuite.Integrity("hmac(sha1)", keyBits: 160, checkBits: 96)
        let sha256 = TransformSuite.Integrity("hmac(sha256)", keyBits: 256, checkBits: 128)
        let short = TransformSuite.Integrity("hmac(sha256)", keyBits: 256, checkBits: 96)
        let sha384 = TransformSuite.Integrity("hmac(sha384)", keyBits: 384, checkBits: 192)
        let sha512 = TransformSuite.Integrity("hmac(sha512)", keyBits: 512, checkBits: 256)
        return [
            "sha": sha1, "sha1": sha1, "sha256": sha256, "sha2_256": sha256, "sha256_96": short,
            "sha2_256_96": short, "sha384": sha384, "sha2_384": sha384, "sha512": sha512, "sha2_512": sha512,
            "md5": TransformSuite.Integrity("hmac(md5)", keyBits: 128, checkBits: 96),
            "aesxcbc": TransformSuite.Integrity("xcbc(aes)", keyBits: 128, checkBits: 96),
            "aescmac": TransformSuite.Integrity("cmac(aes)", keyBits: 128, checkBits: 96),
        ]
    }()

    /// A keyword's name before its number, the number, and what follows it: `aes`, 256, `gcm16`.
    private static func parts(_ word: String) -> (name: Substring, bits: UInt32?, rest: Substring) {
        let name = word.prefix { !$0.isNumber }
        let digits = word.dropFirst(name.count).prefix { $0.isNumber }
        return (name, UInt32(digits), word.dropFirst(name.count + digits.count))
    }

    private static func cipher(_ word: String) -> (name: String, bits: UInt32)? {
        if word == "3des" { return ("cbc(des3_ede)", 192) }
        let (name, bits, rest) = parts(word)
        switch (name, rest) {
        case ("aes", ""): return ("cbc(aes)", bits ?? 128)
        case ("camellia", ""): return ("cbc(camellia)", bits ?? 128)
        // The salt of 32 bits is part of the key.
        case ("aes", "ctr"): return ("rfc3686(ctr(aes))", (bits ?? 128) + 32)
        default: return nil
        }
    }

    private static func combined(_ word: String) -> TransformSuite? {
        if word == "chacha20poly1305" {
            return TransformSuite(cipher: "rfc7539esp(chacha20,poly1305)", cipherKeyBits: 288, checkBits: 128)
        }
        let (name, bits, rest) = parts(word)
        let lengths: [String: UInt32] = ["8": 64, "64": 64, "12": 96, "96": 96, "16": 128, "128": 128, "": 128]
        guard name == "aes", let bits, let check = lengths[String(rest.dropFirst(3))] else { return nil }
        switch rest.prefix(3) {
        case "gcm": return TransformSuite(cipher: "rfc4106(gcm(aes))", cipherKeyBits: bits + 32, checkBits: check)
        case "ccm": return TransformSuite(cipher: "rfc4309(ccm(aes))", cipherKeyBits: bits + 24, checkBits: check)
        default: return nil
        }
    }
}
