/// Proposals of ipsec.conf in the words of swanctl.conf.
struct IPsecProposals {
    private let dialect: IPsecDialect

    init(_ dialect: IPsecDialect) {
        self.dialect = dialect
    }

    /// The proposals of a list.
    ///
    /// strongSwan's starter adds charon's own proposals unless the list ends with `!`; libreswan never does.
    func text(of list: String, isIKE: Bool) -> String {
        let isStrict = list.hasSuffix("!")
        let items = (isStrict ? list.dropLast() : list[...]).split(separator: ",").map { item in
            String(item.filter { $0 != " " })
        }
        switch dialect {
        case .strongSwan:
            return (items + (isStrict || items.contains("default") ? [] : ["default"])).joined(separator: ", ")
        case .libreswan: return items.map { libreswan($0, isIKE: isIKE) }.joined(separator: ", ")
        }
    }

    private func libreswan(_ item: String, isIKE: Bool) -> String {
        let words = item.lowercased().split { "-;+".contains($0) }.map(String.init)
        let isCombined = words.contains { $0.contains("gcm") || $0.contains("ccm") || $0.contains("chacha") }
        return words.compactMap { word -> String? in
            if let group = Self.groups[word] { return group }
            if let hash = Self.hashes[word] { return isCombined ? (isIKE ? "prf\(hash)" : nil) : hash }
            if word == "null" { return nil }
            return cipher(word)
        }.joined(separator: "-")
    }

    private func cipher(_ word: String) -> String {
        let digits = word.filter(\.isNumber)
        if word.hasPrefix("aes_gcm") || word.hasPrefix("aes_ccm") {
            let kind = word.contains("gcm") ? "gcm16" : "ccm16"
            return "aes\(["128", "192", "256"].first { digits.hasSuffix($0) } ?? "256")\(kind)"
        }
        if word.hasPrefix("aes_ctr") { return "aes\(digits.isEmpty ? "256" : digits)ctr" }
        if word.hasPrefix("aes_cbc") { return "aes\(digits.isEmpty ? "256" : digits)" }
        return ["chacha20_poly1305": "chacha20poly1305", "3des_cbc": "3des", "aes": "aes256"][word] ?? word
    }

    private static let hashes = [
        "sha1": "sha1", "sha": "sha1", "md5": "md5", "sha2": "sha256", "sha2_256": "sha256", "sha256": "sha256",
        "sha2_384": "sha384", "sha384": "sha384", "sha2_512": "sha512", "sha512": "sha512", "aes_xcbc": "aesxcbc",
        "hmac_sha1": "sha1", "hmac_sha2_256": "sha256",
    ]

    private static let groups = [
        "dh2": "modp1024", "dh5": "modp1536", "dh14": "modp2048", "dh15": "modp3072", "dh16": "modp4096",
        "dh17": "modp6144", "dh18": "modp8192", "dh19": "ecp256", "dh20": "ecp384", "dh21": "ecp521",
        "dh22": "modp1024s160", "dh23": "modp2048s224", "dh24": "modp2048s256", "dh31": "curve25519",
    ]
}
