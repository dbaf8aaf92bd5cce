import ViaductCore

/// Files of settings in memory, by path; a pattern may have one star, in its last component.
struct MemoryFiles {
    var texts: [String: String]

    func tree(_ path: String) throws -> SettingsTree {
        try SettingsParser.parse(SettingsFile(path: path, text: texts[path] ?? "")) { pattern, file in
            let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            let full = pattern.hasPrefix("/") ? pattern : "\(folder)/\(pattern)"
            return texts.keys.filter { Self.matches($0, full) }.sorted()
                .map { SettingsFile(path: $0, bytes: texts[$0] == "unreadable" ? nil : Array((texts[$0] ?? "").utf8)) }
        }
    }

    private static func matches(_ path: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count == 2, path.hasPrefix(parts[0]), path.hasSuffix(parts[1]) else { return path == pattern }
        return !path.dropFirst(parts[0].count).contains("/")
    }
}

/// Reads one text, as the file `/etc/s.conf`.
func settings(_ text: String) throws -> SettingsTree {
    try MemoryFiles(texts: ["/etc/s.conf": text]).tree("/etc/s.conf")
}

/// What strongSwan enumerates of a tree, in a line: `a{x=1 b{y=2}}`, with inherited keys and sections filled in.
func listing(_ tree: SettingsTree, in section: String = "") -> String {
    let keys = tree.keys(in: section).map { "\($0.name)=\($0.value ?? "")" }
    let sections = tree.sectionNames(in: section).map { name in
        "\(name){\(listing(tree, in: section.isEmpty ? name : "\(section).\(name)"))}"
    }
    return (keys + sections).joined(separator: " ")
}
