/// The bytes of a spec file, checked before the YAML parser sees them.
///
/// The parser would stop at the same bytes, but it names them by an offset and guesses encodings.
struct SpecText {
    /// The greatest size in bytes; a spec of thousands of routes is far below.
    static let maximumLength = 1 << 20
    /// The greatest number of aliases: bounds what nested aliases can grow to.
    static let maximumAliases = 32

    /// The text in UTF-8, without a byte order mark.
    let bytes: ArraySlice<UInt8>

    /// Checks the bytes.
    ///
    /// - Throws: `SpecProblem` with the first place that is no text for YAML.
    init(_ bytes: [UInt8], file: String) throws(SpecProblem) {
        guard bytes.count <= Self.maximumLength else {
            throw SpecProblem(file: file, what: "is longer than \(Self.maximumLength) bytes")
        }
        let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
        guard let text = String(validating: content, as: UTF8.self) else {
            let good = Self.validPrefix(of: content)
            throw SpecProblem(
                file: file, position: Self.end(of: good), what: "is not UTF-8", remedy: "save the file as UTF-8")
        }
        if let index = text.unicodeScalars.firstIndex(where: { !Self.isPrintable($0) }) {
            let code = String(text.unicodeScalars[index].value, radix: 16)
            throw SpecProblem(
                file: file, position: Self.end(of: text[..<index]), what: "has the control character U+\(code)",
                remedy: "remove it")
        }
        guard Self.aliasCount(in: bytes) <= Self.maximumAliases else {
            throw SpecProblem(file: file, what: "has more than \(Self.maximumAliases) aliases ('*name')")
        }
        self.bytes = content
    }

    /// What YAML 1.1 takes as a character of a stream (section 5.1).
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xd7ff: true
        case 0xe000...0xfffd: scalar.value != 0xfeff
        case 0x10000...: true
        default: false
        }
    }

    /// The position behind a text, counted as the YAML parser does.
    private static func end(of text: some StringProtocol) -> SpecPosition {
        var line = 1
        var column = 1
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a where previous == "\r": break
            case 0x0a, 0x0d, 0x85, 0x2028, 0x2029: (line, column) = (line + 1, 1)
            default: column += 1
            }
            previous = scalar
        }
        return SpecPosition(line: line, column: column)
    }

    /// What can be read of bytes before the first that are no UTF-8.
    private static func validPrefix(of bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        var decoder = UTF8()
        var source = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&source) {
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// At most one too many for each `*` in a comment or a quoted text.
    private static func aliasCount(in bytes: [UInt8]) -> Int {
        zip(bytes, bytes.dropFirst()).count { star, next in
            star == 0x2a
                && (next == 0x2d || next == 0x5f || Character(Unicode.Scalar(next)).isLetter
                    || (0x30...0x39).contains(next))
        }
    }
}
