internal import ViaductCore

/// What a pair came to, for machines; it never holds the secret.
struct PairAnswer: JSONAnswer {
    /// The form of this answer.
    var format = 1
    /// The tunnel's name.
    var tunnel: String
    /// The ends, in the order in which they are brought up.
    var ends: [End]

    struct End: Encodable {
        /// The address or name; `any` for an end that calls from anywhere.
        var host: String
        /// How it is configured.
        var format: String
        /// The paths of its files.
        var files: [String]
        /// What is to be done there, in order.
        var steps: [String]
    }

    init(_ ends: [PairedEnd], name: String, folder: String) {
        tunnel = name
        self.ends = ends.map { end in
            End(
                host: end.host.name, format: end.format.rawValue, files: end.placed.map { "\(folder)/\($0.path)" },
                steps: end.steps)
        }
    }
}

/// What a pair came to, for a person.
enum PairText {
    /// The files, and what is to be done with them.
    static func text(_ ends: [PairedEnd], paths: [String]) -> String {
        paths.map { "wrote \($0)\n" }.joined()
            + ends.map { end in "\non \(end.host.name):\n" + end.steps.map { "  \($0)\n" }.joined() }.joined()
    }
}

extension PairedEnd {
    /// The end's files in the folder of its name.
    var placed: [FileDraft] {
        drafts.map { FileDraft(path: "\(host.name)/\($0.path)", bytes: $0.bytes) }
    }
}
