/// A JSON value that is to be written, with its keys in the order given.
enum JSONText {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([JSONText])
    case mapping([Entry])

    /// A key with its value.
    struct Entry {
        let key: String
        let value: JSONText
    }

    /// An object with its keys in this order.
    static func object(_ entries: [(key: String, value: JSONText)]) -> JSONText {
        .mapping(entries.map { Entry(key: $0.key, value: $0.value) })
    }

    /// A list of texts.
    static func texts(_ texts: [String]) -> JSONText { .list(texts.map { .text($0) }) }

    /// The value as text, indented by two blanks a level.
    func written(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let number): return "\(number)"
        case .flag(let flag): return "\(flag)"
        case .list(let items):
            if items.allSatisfy(\.isScalar) { return "[" + items.map { $0.written() }.joined(separator: ", ") + "]" }
            let lines = items.map { inner + $0.written(indent: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .mapping(let entries):
            guard !entries.isEmpty else { return "{}" }
            let lines = entries.map { "\(inner)\(Self.quoted($0.key)): \($0.value.written(indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .text, .number, .flag: true
        case .list, .mapping: false
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5c: result += "\\" + String(scalar)
            case 0x00...0x1f:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
