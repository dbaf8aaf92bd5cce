/// A proposal of swanctl.conf in the words of libreswan (ipsec.conf(5), `ike=` and `esp=`).
enum LibreswanProposal {
    /// The proposal in those words.
    ///
    /// - Parameter proposal: the proposal.
    /// - Returns: the text; nil when libreswan has no word for a part of it.
    static func text(_ proposal: Proposal) -> String? {
        var cipher: String?
        var hashes: [String] = []
        var groups: [String] = []
        for word in proposal.text.split(separator: "-").map(String.init) {
            if let group = Self.groups[word] {
                groups.append(group)
            } else if let hash = Self.hashes[word.hasPrefix("prf") ? String(word.dropFirst(3)) : word] {
                hashes.append(hash)
            } else if let name = Self.cipher(word) {
                cipher = name
            } else if word != "noesn" {
                return nil
            }
        }
        guard let cipher else { return nil }
        let head = ([cipher] + hashes.prefix(1)).joined(separator: "-")
        return groups.isEmpty ? head : head + ";" + groups.joined(separator: "+")
    }

    private static func cipher(_ word: String) -> String? {
        for length in ["128", "192", "256"] {
            if word == "aes\(length)gcm16" || word == "aes\(length)gcm128" { return "aes_gcm\(length)" }
            if word == "aes\(length)" { return "aes\(length)" }
            if word == "aes\(length)ctr" { return "aes_ctr\(length)" }
        }
        return word == "chacha20poly1305" ? "chacha20_poly1305" : nil
    }

    private static let hashes = [
        "sha1": "sha1", "sha256": "sha2_256", "sha384": "sha2_384", "sha512": "sha2_512", "aesxcbc": "aes_xcbc",
    ]

    private static let groups = [
        "modp1024": "dh2", "modp1536": "dh5", "modp2048": "dh14", "modp3072": "dh15", "modp4096": "dh16",
        "modp6144": "dh17", "modp8192": "dh18", "ecp256": "dh19", "ecp384": "dh20", "ecp521": "dh21", "x25519": "dh31",
    ]
}
