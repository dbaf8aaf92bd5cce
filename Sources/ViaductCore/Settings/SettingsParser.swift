/// Reads strongswan.conf and swanctl.conf, with the grammar of strongSwan's settings_lexer.l and settings_parser.y.
///
/// A syntax error in any file makes `swanctl --load-all` unload every connection and say that all went well, and keeps
/// charon from starting; this parser says where the error is instead.
public struct SettingsParser {
    private var lexer: SettingsLexer
    /// The sections that are open, the outermost first.
    private var open = [SettingsSection(name: "")]

    /// How many sections may be in one another: far more than anybody has, and few enough for every stack.
    static let deepestSection = 100

    /// Reads a file and all that it includes.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - include: finds the files that a pattern in a file means, in order; a relative pattern starts from that
    ///     file's folder. No files is only a warning.
    /// - Returns: the tree.
    /// - Throws: `SettingsError` at the first place that the grammar does not take, and what `include` throws.
    public static func parse(
        _ file: SettingsFile,
        include: (_ pattern: String, _ includingFile: String) throws(SettingsError) -> [SettingsFile]
    ) throws(SettingsError) -> SettingsTree {
        // The lexer holds the closure only as long as this call runs.
        var result: Result<SettingsTree, SettingsError>?
        withoutActuallyEscaping(include) { include in
            result = Result { () throws(SettingsError) in
                var parser = SettingsParser(lexer: try SettingsLexer(file, include: include))
                return try parser.tree()
            }
        }
        guard let result else { return .empty }
        return try result.get()
    }

    /// Reads a text that has to stand for itself, as a snippet that is about to be written.
    ///
    /// - Returns: the tree.
    /// - Throws: `SettingsError` for what the grammar does not take, and for includes, references, and all that would
    ///   be a warning.
    public static func parseSnippet(_ file: SettingsFile) throws(SettingsError) -> SettingsTree {
        var parser = SettingsParser(lexer: try SettingsLexer(file, include: nil))
        let tree = try parser.tree()
        if let warning = tree.warnings.first { throw SettingsError(warning.remark, at: warning.position) }
        if let reference = tree.root.firstReference, let position = reference.position {
            throw SettingsError("a reference was not expected here", at: position)
        }
        return tree
    }

    private init(lexer: SettingsLexer) {
        self.lexer = lexer
    }

    private mutating func tree() throws(SettingsError) -> SettingsTree {
        while true {
            let token = try lexer.next()
            switch token.kind {
            case .word(let name): try statement(name, at: token.position)
            case .endOfValue: continue
            case .sign(SettingsByte.close): try closeSection(at: token.position)
            case .sign: throw SettingsError("a sign stands where a name was expected", at: token.position)
            case .quoted: throw SettingsError("a quote where a name was expected", at: token.position)
            case .end:
                guard open.count == 1 else { throw unclosed(at: token.position) }
                let tree = SettingsTree(root: open[0], warnings: lexer.warnings, files: lexer.files)
                try tree.checkReferences()
                return tree
            }
        }
    }

    /// Reads what follows a name: a value, or the beginning of a section.
    private mutating func statement(_ name: String, at position: SettingsPosition) throws(SettingsError) {
        switch try lexer.next().kind {
        case .sign(SettingsByte.equals):
            open[open.count - 1].add(SettingsKey(name: name, value: try value(), position: position))
        case .sign(SettingsByte.open): try openSection(name, references: [], at: position)
        case .sign(SettingsByte.colon): try openSection(name, references: try references(), at: position)
        case .sign(SettingsByte.dot): throw SettingsError("a name with a dot in it", at: position)
        default: throw SettingsError("neither '=' nor '{' nor ':' follows the name here", at: position)
        }
    }

    /// Reads a value: its parts, with one blank between them; nil when there is none.
    private mutating func value() throws(SettingsError) -> String? {
        var parts: [String] = []
        while true {
            switch try lexer.next().kind {
            case .word(let part), .quoted(let part): parts.append(part)
            case .sign, .endOfValue, .end: return parts.isEmpty ? nil : parts.joined(separator: " ")
            }
        }
    }

    /// Reads references up to the brace that opens the section.
    private mutating func references() throws(SettingsError) -> [SettingsReference] {
        var references: [SettingsReference] = []
        while true {
            let name = try lexer.next()
            guard case .word(let text) = name.kind else {
                throw SettingsError("a section's name was expected after ':' or ','", at: name.position)
            }
            references.append(SettingsReference(name: text, position: name.position))
            let next = try lexer.next()
            switch next.kind {
            case .sign(SettingsByte.comma): continue
            case .sign(SettingsByte.open): return references
            default: throw SettingsError("neither ',' nor '{' follows a reference", at: next.position)
            }
        }
    }

    private mutating func openSection(
        _ name: String, references: [SettingsReference], at position: SettingsPosition
    ) throws(SettingsError) {
        guard open.count <= Self.deepestSection else {
            throw SettingsError("more than \(Self.deepestSection) sections in one another", at: position)
        }
        var section = SettingsSection(name: name)
        section.positions = [position]
        for reference in references { section.add(reference) }
        open.append(section)
    }

    private mutating func closeSection(at position: SettingsPosition) throws(SettingsError) {
        guard open.count > 1 else { throw SettingsError("'}' without a section", at: position) }
        let section = open.removeLast()
        open[open.count - 1].add(section)
    }

    /// The error of a text that ends inside of a section.
    private func unclosed(at position: SettingsPosition) -> SettingsError {
        let start = open.last?.positions.first.map { ", opened at \($0)," } ?? ""
        return SettingsError("the text ends before the section\(start) is closed", at: position)
    }
}

extension SettingsSection {
    /// The first reference in the section or one in it; nil when there is none.
    fileprivate var firstReference: SettingsReference? {
        references.first ?? sections.lazy.compactMap(\.firstReference).first
    }
}
