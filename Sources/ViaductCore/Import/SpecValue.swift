/// A value of a spec that is to be written.
indirect enum SpecValue: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A list.
    case list([SpecValue])
    /// A mapping, in the order in which it is written.
    case mapping([Entry])

    /// A key with its value.
    struct Entry: Sendable, Hashable {
        let key: String
        let value: SpecValue

        init(_ key: String, _ value: SpecValue) {
            self.key = key
            self.value = value
        }
    }

    /// A list of texts; one alone stands for itself, as everywhere in a spec.
    static func texts(_ texts: [String]) -> SpecValue {
        texts.count == 1 ? .text(texts[0]) : .list(texts.map { .text($0) })
    }

    /// A mapping of the entries that are there.
    static func mapping(_ entries: Entry?...) -> SpecValue { .mapping(entries.compactMap { $0 }) }
}

extension SpecValue.Entry {
    /// An entry with a text.
    init(_ key: String, _ text: String) {
        self.init(key, .text(text))
    }

    /// An entry when there is a value.
    init?(_ key: String, ifAny value: SpecValue?) {
        guard let value else { return nil }
        self.init(key, value)
    }
}

// MARK: - YAML

extension SpecValue {
    /// How long a line may be before a list or mapping is broken into several.
    private static let width = 100

    /// The value as a YAML document, which has the same texts when it is read again, whatever is in them.
    var yaml: String {
        switch self {
        case .text, .list: flow + "\n"
        case .mapping(let entries): Self.block(entries, indent: "")
        }
    }

    private static func block(_ entries: [Entry], indent: String) -> String {
        guard !entries.isEmpty else { return indent + "{}\n" }
        return entries.map { entry in
            let head = indent + scalar(entry.key) + ":"
            let line = "\(head) \(entry.value.flow)\n"
            switch entry.value {
            case .text: return line
            case .list(let items):
                if items.isEmpty || (items.allSatisfy(\.isText) && line.utf8.count <= width) { return line }
                return head + "\n" + items.map { "\(indent)  - \($0.flow)\n" }.joined()
            case .mapping(let inner):
                let isLeaf = inner.allSatisfy { entry in
                    if case .mapping = entry.value { false } else { true }
                }
                if inner.isEmpty || (isLeaf && line.utf8.count <= width) { return line }
                return head + "\n" + block(inner, indent: indent + "  ")
            }
        }.joined()
    }

    /// The value in one line, as it stands within a list or mapping.
    var line: String { flow }

    private var isText: Bool { if case .text = self { true } else { false } }

    /// The value in one line.
    private var flow: String {
        switch self {
        case .text(let text): Self.scalar(text)
        case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let entries):
            entries.isEmpty
                ? "{}"
                : "{ " + entries.map { "\(Self.scalar($0.key)): \($0.value.flow)" }.joined(separator: ", ") + " }"
        }
    }

    /// A text, quoted unless it cannot be taken for anything else wherever it stands.
    private static func scalar(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            SpecKeys.isWordByte(byte) || [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@")].contains(byte)
        }
        let begins = text.utf8.first.map {
            SpecKeys.isWordByte($0) && $0 != UInt8(ascii: "-") || $0 == UInt8(ascii: "/")
        }
        guard isWord, begins ?? false, !["null", "Null", "NULL"].contains(text) else { return quoted(text) }
        return text
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5c: result += "\\" + String(scalar)
            // A star is written so that nobody counts it as an alias.
            case 0x00...0x1f, 0x2a, 0x7f...0xa0: result += "\\x" + hexadecimal(scalar, digits: 2)
            case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: result += "\\u" + hexadecimal(scalar, digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
