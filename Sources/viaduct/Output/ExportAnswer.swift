internal import ViaductCore

/// A tunnel written for another manager, for machines; it never holds a secret.
struct ExportAnswer: JSONAnswer {
    /// The form of this answer.
    var format = 1
    /// The tunnel's name.
    var tunnel: String
    /// The files.
    var files: [File]
    /// What the manager cannot say.
    var remarks: [Remark]

    struct File: Encodable {
        var name: String
        /// Where it was written; left out when it was not.
        var path: String?
        var text: String
    }

    struct Remark: Encodable {
        var what: String
        /// How it is done by hand.
        var commands: [String]
    }

    init(_ export: Export, tunnel: String, paths: [String]?) {
        self.tunnel = tunnel
        files = export.files.enumerated().map { index, file in
            File(name: file.name, path: paths?[index], text: file.publicText)
        }
        remarks = export.remarks.map { Remark(what: $0.what, commands: $0.commands) }
    }
}

/// A tunnel written for another manager, as it is printed.
enum ExportText {
    /// The one file as it is, or each below its name.
    static func text(_ export: Export) -> String {
        guard export.files.count > 1 else { return export.files.map(\.publicText).joined() }
        return export.files.map { "# \($0.name)\n\($0.publicText)" }.joined(separator: "\n")
    }
}
