/// A proposal of algorithms, such as `aes256gcm16-ecp384` (swanctl `proposals`, `esp_proposals`).
public struct Proposal: Sendable, Hashable, CustomStringConvertible {
    /// The greatest length of a proposal's text in bytes; charon cuts longer ones without a word.
    public static let maximumLength = 255

    /// The text as swanctl takes it: algorithm keywords joined by `-`, lower case.
    public let text: String

    /// Makes a proposal, or tells why charon or we refuse it.
    ///
    /// Keywords are those of strongSwan's `proposal_keywords_static.txt` that protect a packet and that every version
    /// of 5.9 and 6.0 knows; `default` stands for charon's own list.
    ///
    /// - Parameters:
    ///   - text: keywords joined by `-`, at most 255 bytes.
    ///   - use: what the proposal is for; IKE needs a PRF and a key exchange, ESP may not have a PRF.
    /// - Throws: `ProposalFault` when the text is none that both sides could use safely.
    public init(_ text: String, for use: ProposalUse) throws(ProposalFault) {
        self.text = text
        guard text.utf8.count <= Self.maximumLength else {
            throw ProposalFault("is longer than \(Self.maximumLength) bytes", remedy: "write several proposals")
        }
        guard text != Self.charonDefault.text else { return }
        try ProposalGrammar.check(text, for: use)
    }

    init(unchecked text: String) {
        self.text = text
    }

    /// The text.
    public var description: String { text }

    /// The algorithms; empty for `default`, which names none.
    var algorithms: [ProposalAlgorithm] {
        text.split(separator: "-").compactMap { ProposalAlgorithm.named[String($0)] }
    }

    /// Charon's own list of proposals, which its version and plugins decide (`default`).
    public static let charonDefault = Proposal(unchecked: "default")

    /// What Viaduct offers for IKE when the spec says nothing: strong first, and a widely known one.
    public static let ikeDefaults = [
        Proposal(unchecked: "aes256gcm16-prfsha384-ecp384"), Proposal(unchecked: "aes128-sha256-x25519"),
    ]

    /// What Viaduct offers for ESP when the spec says nothing.
    public static let espDefaults = [
        Proposal(unchecked: "aes256gcm16-ecp384"), Proposal(unchecked: "aes128gcm16-x25519"),
    ]
}

/// What a proposal is for.
public enum ProposalUse: String, Sendable, Hashable {
    /// The IKE_SA (swanctl `proposals`).
    case ike = "IKE"
    /// A CHILD_SA (swanctl `esp_proposals`).
    case esp = "ESP"
}

/// Why a text is not a proposal.
public struct ProposalFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as the end of a sentence that begins with the proposal.
    public let what: String
    /// What to write; nil when `what` says all.
    public let remedy: String?

    init(_ what: String, remedy: String? = nil) {
        self.what = what
        self.remedy = remedy
    }

    /// Both in one line.
    public var description: String { remedy.map { "\(what); \($0)" } ?? what }
}
