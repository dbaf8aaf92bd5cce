/// One keyword of a proposal, as strongSwan's `proposal_keywords_static.txt` sorts them.
enum ProposalAlgorithm: Hashable {
    /// A cipher.
    case encryption(Cipher)
    /// An integrity algorithm with the length of its check value in bytes.
    case integrity(checkLength: Int)
    /// A pseudo-random function, for IKE only.
    case pseudoRandomFunction
    /// A Diffie-Hellman group or curve.
    case keyExchange
    /// No key exchange beside one (`none`): perfect forward secrecy is optional.
    case noKeyExchange
    /// 64-bit sequence numbers, or 32-bit ones.
    case sequenceNumbers(isExtended: Bool)

    /// What of a cipher counts for the size of packets and for what must stand beside it.
    enum Cipher: Hashable {
        /// Block chaining with blocks of so many bytes; needs an integrity algorithm.
        case chained(block: Int)
        /// Counter mode; needs an integrity algorithm.
        case counter
        /// Encryption and integrity in one, with a check value of so many bytes.
        case combined(checkLength: Int)
        /// Integrity without encryption (`aes256gmac`).
        case integrityOnly
        /// Nothing at all (`null`).
        case null
    }

    /// All keywords that are understood, with what they mean.
    static let named: [String: ProposalAlgorithm] = {
        var named: [String: ProposalAlgorithm] = [
            "null": .encryption(.null), "3des": .encryption(.chained(block: 8)),
            "aes": .encryption(.chained(block: 16)), "camellia": .encryption(.chained(block: 16)),
            "chacha20poly1305": .encryption(.combined(checkLength: 16)),
            "sha": .integrity(checkLength: 12), "sha1": .integrity(checkLength: 12),
            "sha256": .integrity(checkLength: 16), "sha2_256": .integrity(checkLength: 16),
            "sha256_96": .integrity(checkLength: 12), "sha2_256_96": .integrity(checkLength: 12),
            "sha384": .integrity(checkLength: 24), "sha2_384": .integrity(checkLength: 24),
            "sha512": .integrity(checkLength: 32), "sha2_512": .integrity(checkLength: 32),
            "md5": .integrity(checkLength: 12), "aesxcbc": .integrity(checkLength: 12),
            "aescmac": .integrity(checkLength: 12),
            "none": .noKeyExchange, "modpnone": .noKeyExchange,
            "esn": .sequenceNumbers(isExtended: true), "noesn": .sequenceNumbers(isExtended: false),
        ]
        for function in ["sha1", "sha256", "sha384", "sha512", "md5", "aesxcbc", "aescmac"] {
            named["prf" + function] = .pseudoRandomFunction
        }
        for group in groups { named[group] = .keyExchange }
        for size in ["128", "192", "256"] {
            for cipher in ["aes", "camellia"] {
                named[cipher + size] = .encryption(.chained(block: 16))
                named[cipher + size + "ctr"] = .encryption(.counter)
            }
            named["aes\(size)gmac"] = .encryption(.integrityOnly)
            for (lengths, bytes) in [(["8", "64"], 8), (["12", "96"], 12), (["16", "128", ""], 16)] {
                for length in lengths {
                    named["aes\(size)gcm\(length)"] = .encryption(.combined(checkLength: bytes))
                    named["aes\(size)ccm\(length)"] = .encryption(.combined(checkLength: bytes))
                    guard !length.isEmpty else { continue }
                    named["camellia\(size)ccm\(length)"] = .encryption(.combined(checkLength: bytes))
                }
            }
        }
        return named
    }()

    /// The groups and curves that charon of 5.9 and 6.0 both know; `modp768` is too weak to be one.
    private static let groups = [
        "modp1024", "modp1536", "modp2048", "modp3072", "modp4096", "modp6144", "modp8192", "modp1024s160",
        "modp2048s224", "modp2048s256", "ecp192", "ecp224", "ecp256", "ecp384", "ecp521", "ecp224bp", "ecp256bp",
        "ecp384bp", "ecp512bp", "curve25519", "x25519", "curve448", "x448",
    ]

    /// Why a keyword that strongSwan knows is refused; nil for one that nobody knows.
    static func refusal(of keyword: String) -> ProposalFault? {
        if keyword.hasPrefix("ke"), keyword.contains("_") {
            return ProposalFault("names '\(keyword)', which only strongSwan 6 knows", remedy: "leave it out for now")
        }
        let isObsolete = ["des", "blowfish", "cast", "serpent", "twofish", "modp768", "modpnull"].contains {
            keyword.hasPrefix($0)
        }
        guard isObsolete else { return nil }
        return ProposalFault("names '\(keyword)', which is obsolete", remedy: "use aes256gcm16, or ecp384 for a group")
    }
}
