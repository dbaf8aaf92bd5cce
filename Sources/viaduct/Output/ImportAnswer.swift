internal import ViaductCore

/// What an import came to, for machines; it never holds a secret.
struct ImportAnswer: JSONAnswer {
    /// The form of this answer.
    var format = 1
    /// `written`, or `planned` when nothing was written.
    var result: String
    /// The specs.
    var specs: [Spec]
    /// What a person has to know.
    var warnings: [Warning]

    struct Spec: Encodable {
        var name: String
        /// What it was made of.
        var origin: String
        /// The file's name.
        var file: String
        /// The spec itself.
        var text: String
        /// The names of its secrets' files.
        var secrets: [String]
    }

    struct Warning: Encodable {
        /// Left out where no single place is meant.
        var file: String?
        var line: Int?
        var subject: String
        /// Left out where it may be a secret.
        var value: String?
        var what: String
        var remedy: String?
    }

    init(_ result: ImportResult, paths: [String]?) {
        self.result = paths == nil ? "planned" : "written"
        specs = result.specs.map {
            Spec(
                name: $0.name.text, origin: $0.origin, file: $0.fileName, text: $0.text,
                secrets: $0.secrets.map(\.fileName))
        }
        warnings = result.warnings.map {
            Warning(
                file: $0.position?.file, line: $0.position?.line, subject: $0.subject, value: $0.value, what: $0.what,
                remedy: $0.remedy)
        }
    }
}
