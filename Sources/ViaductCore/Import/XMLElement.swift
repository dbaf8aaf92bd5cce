/// An element of an XML file.
///
/// It is read by a small strict reader of our own: Foundation's `XMLParser` would bring libxml2 and the whole of
/// Foundation into a program that starts in milliseconds, for the one kind of file that is read. The reader knows what such
/// files have (elements, attributes, text, comments, the five entities and numbers) and refuses all else, above all
/// document types, whose entities can grow without bound.
struct XMLElement {
    let name: String
    let line: Int
    var attributes: [(name: String, value: String)] = []
    var children: [XMLElement] = []
    /// The text in it, without the blanks around it.
    var text = ""

    /// The first element in this one with a name; nil when there is none.
    func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }
}

/// Reads XML.
struct XMLReader {
    private static let deepest = 100
    private let file: String
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1

    /// Reads the one element that a file consists of.
    ///
    /// - Throws: `SettingsError` at the first place that is not understood.
    static func read(_ file: SettingsFile) throws(SettingsError) -> XMLElement {
        var reader = XMLReader(file: file.path, bytes: file.bytes ?? [])
        if reader.starts(with: "\u{feff}") { reader.skip(3) }
        try reader.skipMisc()
        guard reader.starts(with: "<") else { throw reader.fault("is no XML") }
        let element = try reader.element(depth: 0)
        try reader.skipMisc()
        guard reader.index == reader.bytes.count else { throw reader.fault("something stands behind the last element") }
        return element
    }

    private init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    private func fault(_ problem: String) -> SettingsError {
        SettingsError(problem, at: SettingsPosition(file: file, line: line))
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func starts(with text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func skip(_ count: Int) {
        for byte in bytes[index..<min(index + count, bytes.count)] where byte == UInt8(ascii: "\n") { line += 1 }
        index = min(index + count, bytes.count)
    }

    private mutating func skipBlanks() {
        while let next, [0x20, 0x09, 0x0a, 0x0d].contains(next) { skip(1) }
    }

    /// Passes over blanks, comments and the declaration.
    private mutating func skipMisc() throws(SettingsError) {
        while true {
            skipBlanks()
            if starts(with: "<?") {
                try skip(behind: "?>")
            } else if starts(with: "<!--") {
                try skip(behind: "-->")
            } else {
                return
            }
        }
    }

    private mutating func skip(behind end: String) throws(SettingsError) {
        let start = self
        while !starts(with: end) {
            guard next != nil else { throw start.fault("what begins here does not end") }
            skip(1)
        }
        skip(end.utf8.count)
    }

    private mutating func name() throws(SettingsError) -> String {
        let run = bytes[index...].prefix {
            SpecKeys.isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
        }
        guard !run.isEmpty else { throw fault("a name was expected") }
        skip(run.count)
        return String(decoding: run, as: UTF8.self)
    }

    private mutating func expect(_ text: String) throws(SettingsError) {
        guard starts(with: text) else { throw fault("'\(text)' was expected") }
        skip(text.utf8.count)
    }

    private mutating func element(depth: Int) throws(SettingsError) -> XMLElement {
        guard depth < Self.deepest else { throw fault("more than \(Self.deepest) elements in one another") }
        let start = line
        try expect("<")
        var element = XMLElement(name: try name(), line: start)
        skipBlanks()
        while let byte = next, byte != UInt8(ascii: ">"), byte != UInt8(ascii: "/") {
            let attribute = try name()
            skipBlanks()
            try expect("=")
            skipBlanks()
            guard let quote = next, quote == 0x22 || quote == 0x27 else { throw fault("a quote was expected") }
            skip(1)
            element.attributes.append((attribute, try text(until: quote)))
            skip(1)
            skipBlanks()
        }
        if starts(with: "/>") {
            skip(2)
            return element
        }
        try expect(">")
        try fill(&element, depth: depth)
        return element
    }

    private mutating func fill(_ element: inout XMLElement, depth: Int) throws(SettingsError) {
        while true {
            element.text += try text(until: UInt8(ascii: "<"))
            if starts(with: "</") {
                skip(2)
                let end = try name()
                guard end == element.name else {
                    throw fault("the element '\(element.name)' of line \(element.line) is not closed here")
                }
                skipBlanks()
                try expect(">")
                element.text = String(
                    element.text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
                return
            }
            if starts(with: "<!--") {
                try skip(behind: "-->")
            } else if starts(with: "<!") || starts(with: "<?") {
                throw fault("a declaration was not expected here")
            } else {
                element.children.append(try self.element(depth: depth + 1))
            }
        }
    }

    /// Text up to a byte, with its entities resolved.
    private mutating func text(until end: UInt8) throws(SettingsError) -> String {
        var result: [UInt8] = []
        while let byte = next, byte != end {
            guard byte == UInt8(ascii: "&") else {
                result.append(byte)
                skip(1)
                continue
            }
            let run = bytes[index...].dropFirst().prefix(10).prefix { $0 != UInt8(ascii: ";") }
            guard let character = Self.entity(String(decoding: run, as: UTF8.self)) else {
                throw fault("an unknown entity")
            }
            result += String(character).utf8
            skip(run.count + 2)
        }
        guard next != nil else { throw fault("the text ends before the element does") }
        return String(decoding: result, as: UTF8.self)
    }

    private static func entity(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16).flatMap { Unicode.Scalar($0) }
                : name.hasPrefix("#") ? UInt32(name.dropFirst()).flatMap { Unicode.Scalar($0) } : nil
        }
    }
}

extension ForeignSection {
    /// An element with its attributes as keys, and those elements in it as keys that hold nothing but text.
    convenience init(_ element: XMLElement, file: String, above: String = "") {
        let path = above.isEmpty ? element.name : "\(above).\(element.name)"
        let leaves = element.children.filter { $0.children.isEmpty && $0.attributes.isEmpty }
        let position = { (line: Int) in SettingsPosition(file: file, line: line) }
        self.init(
            element.name, path: path, position: position(element.line),
            keys: element.attributes.map {
                ForeignKey(name: $0.name, path: "\(path).\($0.name)", value: $0.value, position: position(element.line))
            }
                + leaves.map {
                    ForeignKey(name: $0.name, path: "\(path).\($0.name)", value: $0.text, position: position($0.line))
                },
            sections: element.children.filter { !$0.children.isEmpty || !$0.attributes.isEmpty }
                .map { ForeignSection($0, file: file, above: path) })
    }
}
