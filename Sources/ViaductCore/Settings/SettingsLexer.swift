/// Cuts files of settings into tokens, as strongSwan's settings_lexer.l does.
///
/// An include is not a statement but a splice: the tokens of the files that match come in its place, so that even a
/// section may begin in one file and end in another.
struct SettingsLexer {
    /// Finds what an include means.
    typealias Include = (_ pattern: String, _ includingFile: String) throws(SettingsError) -> [SettingsFile]

    /// How many includes may lead to a file: strongSwan itself goes on until it has no descriptors left.
    static let deepestInclude = 16

    /// What the next bytes are part of; the lexer has rules of its own for each.
    private enum Mode { case statement, references, value }

    /// The file that is read now.
    private var input: SettingsInput
    /// The files to go on with when that is at its end, the next one last.
    private var outer: [SettingsInput] = []
    private var mode = Mode.statement
    private let include: Include?
    private(set) var warnings: [SettingsWarning] = []
    /// The paths of all files that were read, in order.
    private(set) var files: [String] = []

    /// Begins with a file.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - include: finds what an include means; nil refuses includes.
    /// - Throws: `SettingsError` when the file holds a zero byte.
    init(_ file: SettingsFile, include: Include?) throws(SettingsError) {
        self.include = include
        input = SettingsInput(path: file.path, bytes: file.bytes ?? [], depth: 0)
        files = file.bytes == nil ? [] : [file.path]
        try check(file)
    }

    /// Takes the next token.
    ///
    /// - Throws: `SettingsError` when the text is not of the grammar.
    mutating func next() throws(SettingsError) -> SettingsToken {
        while true {
            let token =
                switch mode {
                case .statement: try statementToken()
                case .references: try referenceToken()
                case .value: try valueToken()
                }
            if let token { return token }
            // No token: another mode goes on, an include put a file in front, or this file is at its end.
            guard input.peek() == nil else { continue }
            guard !outer.isEmpty else { return SettingsToken(kind: .end, position: input.position) }
            goOn()
        }
    }

    private mutating func statementToken() throws(SettingsError) -> SettingsToken? {
        input.skipBlanksAndComments()
        let position = input.position
        guard let byte = input.peek() else { return nil }
        if SettingsByte.signs.contains(byte) {
            input.skip()
            if byte == SettingsByte.colon { mode = .references }
            if byte == SettingsByte.equals { mode = .value }
            return SettingsToken(kind: .sign(byte), position: position)
        }
        guard byte != SettingsByte.quote else { throw SettingsError("a quote where a name was expected", at: position) }
        if let length = includeLength {
            input.skip(length)
            try splice(try pattern(), at: position, depth: input.depth + 1)
            return nil
        }
        return SettingsToken(kind: .word(text(input.take(until: SettingsByte.nameEnds))), position: position)
    }

    private mutating func referenceToken() throws(SettingsError) -> SettingsToken? {
        input.skipBlanksAndComments()
        let position = input.position
        guard let byte = input.peek() else { return nil }
        if byte == SettingsByte.comma {
            input.skip()
            return SettingsToken(kind: .sign(byte), position: position)
        }
        var name = input.take(until: SettingsByte.nameEnds)
        guard !name.isEmpty else {
            mode = .statement
            return nil
        }
        while input.peek() == SettingsByte.dot, input.peek(1).map({ !SettingsByte.nameEnds.contains($0) }) ?? false {
            input.skip()
            name += [SettingsByte.dot] + input.take(until: SettingsByte.nameEnds)
        }
        return SettingsToken(kind: .word(text(name)), position: position)
    }

    private mutating func valueToken() throws(SettingsError) -> SettingsToken? {
        input.skip(input.count(of: [SettingsByte.blank, SettingsByte.tab, SettingsByte.carriageReturn]))
        let position = input.position
        switch input.peek() {
        case nil, SettingsByte.hash, SettingsByte.close, SettingsByte.newline:
            mode = .statement
            return SettingsToken(kind: .endOfValue, position: position)
        case SettingsByte.quote:
            return SettingsToken(kind: .quoted(text(try quoted())), position: position)
        default:
            return SettingsToken(kind: .word(text(input.take(until: SettingsByte.valueEnds))), position: position)
        }
    }

    /// Takes a text in quotes.
    private mutating func quoted() throws(SettingsError) -> [UInt8] {
        let start = input.position
        var result: [UInt8] = []
        input.skip()
        while let byte = input.peek() {
            input.skip()
            switch byte {
            case SettingsByte.quote: return result
            case SettingsByte.carriageReturn: break
            case SettingsByte.backslash:
                guard let escaped = input.peek() else { break }
                let isJoint = escaped == SettingsByte.carriageReturn && input.peek(1) == SettingsByte.newline
                input.skip(isJoint ? 2 : 1)
                if !isJoint, escaped != SettingsByte.newline { result.append(Self.escapes[escaped] ?? escaped) }
            default: result.append(byte)
            }
        }
        throw SettingsError("a quote is opened here and never closed", at: start)
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): SettingsByte.newline, UInt8(ascii: "r"): SettingsByte.carriageReturn,
        UInt8(ascii: "t"): SettingsByte.tab,
    ]

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

// MARK: - Includes

extension SettingsLexer {
    /// How many bytes `include` and the blanks behind it take; nil when this is a name, as in `include = x`.
    private var includeLength: Int? {
        let word = "include".utf8.count
        guard input.starts(with: "include") else { return nil }
        var blanks = input.count(of: [SettingsByte.blank, SettingsByte.tab], ahead: word)
        // The word is one when anything but '=' follows; of several blanks the last may be that.
        let next = input.peek(word + blanks)
        if next == nil || next == SettingsByte.equals { blanks -= 1 }
        return blanks > 0 ? word + blanks : nil
    }

    /// Takes the pattern of an include.
    private mutating func pattern() throws(SettingsError) -> String {
        var pattern: [UInt8] = []
        while let byte = input.peek() {
            switch byte {
            case SettingsByte.hash, SettingsByte.close, SettingsByte.newline: return text(pattern)
            case SettingsByte.blank, SettingsByte.tab:
                input.skip()
                return text(pattern)
            case SettingsByte.quote:
                // Closing quotes end the pattern.
                return text(pattern + (try quoted()))
            case SettingsByte.carriageReturn: input.skip()
            case SettingsByte.backslash:
                let escaped: Set<UInt8> = [
                    SettingsByte.quote, SettingsByte.hash, SettingsByte.close, SettingsByte.blank,
                ]
                if let next = input.peek(1), escaped.contains(next) { input.skip() }
                pattern.append(input.peek() ?? byte)
                input.skip()
            default:
                pattern.append(byte)
                input.skip()
            }
        }
        return text(pattern)
    }

    /// Puts the files of an include on top, the first uppermost.
    private mutating func splice(
        _ pattern: String, at position: SettingsPosition, depth: Int
    ) throws(SettingsError) {
        guard let include else { throw SettingsError("an include was not expected here", at: position) }
        guard !pattern.isEmpty else {
            warnings.append(SettingsWarning("an include without a pattern is passed over", at: position))
            return
        }
        guard depth <= Self.deepestInclude else {
            throw SettingsError("includes lead deeper than \(Self.deepestInclude) files; is it a circle?", at: position)
        }
        let found = try include(pattern, position.file)
        if found.isEmpty { warnings.append(SettingsWarning("no file matches \(Quoted(pattern))", at: position)) }
        for file in found where file.bytes == nil {
            let path = Quoted(file.path, limit: 4096)
            warnings.append(SettingsWarning("\(path) cannot be read, and is passed over", at: position))
        }
        outer.append(input)
        for file in found.reversed() {
            guard let bytes = file.bytes else { continue }
            try check(file)
            outer.append(SettingsInput(path: file.path, bytes: bytes, depth: depth))
        }
        goOn()
    }

    /// Goes on with the uppermost of the other files.
    private mutating func goOn() {
        input = outer.removeLast()
        // One that was left for an include has been noted before.
        if input.index == 0 { files.append(input.path) }
    }

    /// Notes what is odd with a file as a whole.
    private mutating func check(_ file: SettingsFile) throws(SettingsError) {
        guard let bytes = file.bytes else { return }
        if let zero = bytes.firstIndex(of: 0) {
            let line = 1 + bytes[..<zero].count { $0 == SettingsByte.newline }
            throw SettingsError("a zero byte", at: SettingsPosition(file: file.path, line: line))
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            warnings.append(
                SettingsWarning(
                    "the file begins with a byte order mark, which strongSwan takes for a part of the first name",
                    at: SettingsPosition(file: file.path, line: 1)))
        }
    }
}
