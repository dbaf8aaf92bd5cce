/// What the spec's format foresees and this version does not do.
///
/// It is all here, so that a feature that arrives removes its line and nothing else; none of it is ever ignored.
enum NotYet {
    /// Why something is refused.
    struct Refusal {
        let what: String
        let remedy: String?

        init(_ what: String, _ remedy: String? = nil) {
            self.what = "\(what) not supported yet"
            self.remedy = remedy
        }
    }

    /// By the section and the key, wherever the section stands.
    private static let keys: [String: Refusal] = [
        "auth.eap": Refusal("EAP is", "use 'psk' or a certificate"),
        "ike.childless": Refusal("the key is", "remove it"),
    ]

    /// The refusal of a key by its path; nil when it is not one of these.
    static func refusal(ofKey path: String) -> Refusal? {
        keys[path.split(separator: ".").suffix(2).joined(separator: ".")]
    }
}
