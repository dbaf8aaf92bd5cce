/// The sections of an ipsec.conf, as strongSwan's starter and libreswan read it.
///
/// Both write `conn NAME` at the beginning of a line and indented `key=value` below; both let sections inherit by
/// `also=` and from `%default`. What differs is which keys there are.
struct IPsecConf {
    /// A section as it is written.
    struct Section {
        enum Kind { case setup, connection, authority }

        let kind: Kind
        let name: String
        let position: SettingsPosition
        var keys: [ForeignKey] = []
        /// The sections that it inherits from, in the order of the text.
        var also: [ForeignKey] = []
    }

    private(set) var sections: [Section] = []

    /// Reads a file and all that it includes.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - include: finds the files that a pattern means.
    /// - Throws: `SettingsError` at the first place that is neither section nor setting.
    init(
        _ file: SettingsFile,
        include: (_ pattern: String, _ includingFile: String) throws(SettingsError) -> [SettingsFile]
    ) throws(SettingsError) {
        try read(file, depth: 0, include: include)
    }

    private mutating func read(
        _ file: SettingsFile, depth: Int,
        include: (_ pattern: String, _ includingFile: String) throws(SettingsError) -> [SettingsFile]
    ) throws(SettingsError) {
        var input = SettingsInput(path: file.path, bytes: file.bytes ?? [], depth: depth)
        while input.peek() != nil {
            let indent = input.count(of: [SettingsByte.blank, SettingsByte.tab])
            input.skip(indent)
            let position = input.position
            guard let words = try IPsecConfLine.words(&input), let first = words.first else { continue }
            if first == "include", words.count >= 2, words[1] != "=" {
                guard depth < SettingsLexer.deepestInclude else {
                    throw SettingsError("includes lead deeper than \(SettingsLexer.deepestInclude) files", at: position)
                }
                for found in try include(words[1], file.path) { try read(found, depth: depth + 1, include: include) }
            } else if indent > 0 || (words.count > 1 && words[1] == "=") {
                try add(words, at: position)
            } else {
                try open(words, at: position)
            }
        }
    }

    private mutating func open(_ words: [String], at position: SettingsPosition) throws(SettingsError) {
        switch (words[0], words.count) {
        case ("version", _): return
        case ("config", 2): sections.append(Section(kind: .setup, name: "setup", position: position))
        case ("conn", 2): openOrExtend(.connection, words[1], at: position)
        case ("ca", 2): openOrExtend(.authority, words[1], at: position)
        default: throw SettingsError("neither a section nor an indented setting", at: position)
        }
    }

    /// A section of a name that was there before goes on: it comes last, so that settings go to it.
    private mutating func openOrExtend(_ kind: Section.Kind, _ name: String, at position: SettingsPosition) {
        let known = sections.firstIndex { $0.kind == kind && $0.name == name }
        sections.append(known.map { sections.remove(at: $0) } ?? Section(kind: kind, name: name, position: position))
    }

    private mutating func add(_ words: [String], at position: SettingsPosition) throws(SettingsError) {
        guard words.count >= 2, words[1] == "=" else {
            throw SettingsError("a setting without '='", at: position)
        }
        guard let index = sections.indices.last else {
            throw SettingsError("a setting outside of a section", at: position)
        }
        let name = words[0].lowercased()
        let section = sections[index]
        let kind =
            section.kind == .setup
            ? "config setup" : section.kind == .connection ? "conn \(section.name)" : "ca \(section.name)"
        var key = ForeignKey(
            name: name, path: "\(kind): \(words[0])", value: words.dropFirst(2).joined(separator: " "),
            position: position)
        if name == "also" {
            sections[index].also.append(key)
        } else if let known = section.keys.firstIndex(where: { $0.name == name }) {
            key.earlier = section.keys[known].earlier + [section.keys[known].position]
            sections[index].keys[known] = key
        } else {
            sections[index].keys.append(key)
        }
    }

    // MARK: - Inheritance

    /// A section's keys with those that it inherits: its own, those of its `also`, then `%default`.
    func keys(of section: Section) -> [ForeignKey] {
        var found = section.keys
        for parent in parents(of: section, behind: [section.name]) + defaults(of: section) {
            for key in parent.keys where !found.contains(where: { $0.name == key.name }) { found.append(key) }
        }
        return found.filter { !$0.value.isEmpty }
    }

    /// The names of the sections that others inherit from.
    var templates: Set<String> { Set(sections.flatMap(\.also).map(\.value)) }

    /// A remark for each `also` that leads nowhere.
    var lostReferences: [ImportRemark] {
        sections.flatMap { section in
            section.also.filter { key in
                !sections.contains { $0.kind == section.kind && $0.name == key.value }
            }.map { $0.remark("is a section that is not there") }
        }
    }

    /// The last `also` counts most, and what is nearer counts more.
    private func parents(of section: Section, behind path: [String]) -> [Section] {
        section.also.reversed().flatMap { key -> [Section] in
            guard !path.contains(key.value),
                let parent = sections.first(where: { $0.kind == section.kind && $0.name == key.value })
            else { return [] }
            return [parent] + parents(of: parent, behind: path + [key.value])
        }
    }

    private func defaults(of section: Section) -> [Section] {
        sections.filter { $0.kind == section.kind && $0.name == "%default" && section.name != "%default" }
    }
}

/// A line of ipsec.conf or ipsec.secrets, cut into words.
enum IPsecConfLine {
    /// The words of the rest of a line, quoted ones as what they hold, `=` by itself the first time; nil for none.
    ///
    /// - Throws: `SettingsError` for a quote that is not closed.
    static func words(_ input: inout SettingsInput) throws(SettingsError) -> [String]? {
        var words: [String] = []
        var hasSign = false
        while let byte = input.peek() {
            switch byte {
            case SettingsByte.newline:
                input.skip()
                return words.isEmpty ? nil : words
            case SettingsByte.blank, SettingsByte.tab, SettingsByte.carriageReturn: input.skip()
            case SettingsByte.hash: _ = input.take(until: [SettingsByte.newline])
            case SettingsByte.quote: words.append(String(decoding: try quoted(&input), as: UTF8.self))
            case SettingsByte.equals where !hasSign:
                hasSign = true
                words.append("=")
                input.skip()
            default: words.append(word(&input, endsAtSign: !hasSign))
            }
        }
        return words.isEmpty ? nil : words
    }

    private static func word(_ input: inout SettingsInput, endsAtSign: Bool) -> String {
        var bytes: [UInt8] = []
        if input.starts(with: "@#") {
            bytes = Array("@#".utf8)
            input.skip(2)
        }
        var ends: Set<UInt8> = [
            SettingsByte.hash, SettingsByte.quote, SettingsByte.blank, SettingsByte.tab, SettingsByte.newline,
            SettingsByte.carriageReturn,
        ]
        if endsAtSign { ends.insert(SettingsByte.equals) }
        return String(decoding: bytes + input.take(until: ends), as: UTF8.self)
    }

    private static func quoted(_ input: inout SettingsInput) throws(SettingsError) -> [UInt8] {
        let start = input.position
        var result: [UInt8] = []
        input.skip()
        while let byte = input.peek() {
            input.skip()
            switch byte {
            case SettingsByte.quote: return result
            case SettingsByte.backslash:
                guard let escaped = input.peek() else { break }
                input.skip()
                switch escaped {
                case UInt8(ascii: "n"): result.append(SettingsByte.newline)
                case UInt8(ascii: "t"): result.append(SettingsByte.tab)
                case SettingsByte.newline: break
                default: result.append(escaped)
                }
            default: result.append(byte)
            }
        }
        throw SettingsError("a quote is opened here and never closed", at: start)
    }
}
