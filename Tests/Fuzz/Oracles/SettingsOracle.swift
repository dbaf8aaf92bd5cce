@testable import ViaductCore

/// A text that is taken can be searched, and printed anew it reads as the same tree.
enum SettingsOracle {
    static func check(_ input: [UInt8]) throws(OracleFailure) {
        let file = SettingsFile(path: "/etc/s.conf", bytes: input)
        _ = try? SettingsParser.parseSnippet(file)
        guard let tree = try? parse(file) else { return }
        search(tree, in: "", depth: 0)
        let printed = SettingsFile(path: "/etc/s.conf", text: tree.root.printed)
        let again: SettingsTree
        do {
            again = try parse(printed)
        } catch {
            throw OracleFailure("printed anew the settings are not taken: \(error)")
        }
        try require(again.root.shape == tree.root.shape, "printed anew the settings are others")
    }

    /// Includes lead to the file itself, to one with a section that is left open, or to one that cannot be read.
    private static func parse(_ file: SettingsFile) throws(SettingsError) -> SettingsTree {
        try SettingsParser.parse(file) { pattern, _ in
            switch pattern {
            case "self": [file]
            case "open": [SettingsFile(path: "/etc/open.conf", text: "open {\n")]
            case "*": [file, SettingsFile(path: "/etc/none.conf", bytes: nil)]
            default: []
            }
        }
    }

    private static func search(_ tree: SettingsTree, in section: String, depth: Int) {
        for key in tree.keys(in: section) {
            let name = section.isEmpty ? key.name : "\(section).\(key.name)"
            _ = tree.located(name)
            _ = tree.bool(name)
            _ = tree.integer(name)
            _ = tree.seconds(name)
        }
        // References may lead round and round; what lies deeper says nothing new.
        guard depth < 4 else { return }
        for name in tree.sectionNames(in: section).prefix(4) {
            search(tree, in: section.isEmpty ? name : "\(section).\(name)", depth: depth + 1)
        }
    }
}

extension SettingsSection {
    /// The section's content as text.
    fileprivate var printed: String {
        var text = ""
        for key in keys { text += "\(key.name) = \(key.value.map(Self.quoted) ?? "")\n" }
        for section in sections {
            let references = section.references.map(\.name).joined(separator: ", ")
            // Without a blank: "include {" would be an include.
            text += "\(section.name)\(references.isEmpty ? "" : ":\(references)"){\n\(section.printed)}\n"
        }
        return text
    }

    private static func quoted(_ value: String) -> String {
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: "\(scalar)"
            }
        }
        return "\"\(escaped.joined())\""
    }

    /// The section without the lines it stands in.
    fileprivate var shape: SettingsSection {
        var plain = SettingsSection(name: name)
        let nowhere = SettingsPosition(file: "", line: 0)
        plain.keys = keys.map { SettingsKey(name: $0.name, value: $0.value, position: nowhere) }
        plain.sections = sections.map(\.shape)
        plain.references = references.map { SettingsReference(name: $0.name, position: nil) }
        return plain
    }
}
