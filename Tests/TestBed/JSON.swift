/// A JSON value, as `ip -json` writes it; numbers keep their text.
indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// Reads one value.
    /// - Throws: ``TestBedError`` with the place when it is none.
    init(_ text: String) throws {
        var reader = Reader(bytes: Array(text.utf8))
        self = try reader.value()
    }

    subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The items of an array; none for anything else.
    var items: [JSON] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    /// A text or number as text.
    var string: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): "\(value)"
        case .null, .array, .object: nil
        }
    }

    /// All in it as `name=value`, in order of names; nested names joined by dots.
    func flattened(_ prefix: String = "") -> [String] {
        switch self {
        case .null: [prefix]
        case .bool(let value): ["\(prefix)=\(value)"]
        case .number(let text), .string(let text): ["\(prefix)=\(text)"]
        case .array(let items): items.flatMap { $0.flattened(prefix) }.sorted()
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap {
                $0.value.flattened(prefix.isEmpty ? $0.key : "\(prefix).\($0.key)")
            }
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        mutating func value() throws -> JSON {
            skipBlanks()
            switch peek {
            case UInt8(ascii: "{"): return try object()
            case UInt8(ascii: "["): return try array()
            case UInt8(ascii: "\""): return .string(try string())
            default: return try word()
            }
        }

        private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

        private mutating func skipBlanks() {
            while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { place += 1 }
        }

        private mutating func accept(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard peek == byte else { return false }
            place += 1
            return true
        }

        private mutating func expect(_ byte: UInt8) throws {
            guard accept(byte) else {
                throw TestBedError("JSON: “\(Character(Unicode.Scalar(byte)))” expected at byte \(place)")
            }
        }

        private mutating func object() throws -> JSON {
            try expect(UInt8(ascii: "{"))
            var members: [String: JSON] = [:]
            if accept(UInt8(ascii: "}")) { return .object(members) }
            repeat {
                skipBlanks()
                let name = try string()
                try expect(UInt8(ascii: ":"))
                members[name] = try value()
            } while accept(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
            return .object(members)
        }

        private mutating func array() throws -> JSON {
            try expect(UInt8(ascii: "["))
            var items: [JSON] = []
            if accept(UInt8(ascii: "]")) { return .array(items) }
            repeat { items.append(try value()) } while accept(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
            return .array(items)
        }

        /// ip(8) escapes only what it must; \u is kept as it stands.
        private mutating func string() throws -> String {
            try expect(UInt8(ascii: "\""))
            var text: [UInt8] = []
            while let byte = peek, byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\\") { place += 1 }
                if let next = peek { text.append(next) }
                place += 1
            }
            try expect(UInt8(ascii: "\""))
            return String(decoding: text, as: UTF8.self)
        }

        private mutating func word() throws -> JSON {
            let start = place
            while let byte = peek, !Array(",]} \n\t\r".utf8).contains(byte) { place += 1 }
            let text = String(decoding: bytes[start..<place], as: UTF8.self)
            switch text {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .null
            default:
                guard text.first.map({ $0.isNumber || $0 == "-" }) == true else {
                    throw TestBedError("JSON: a value expected at byte \(start)")
                }
                return .number(text)
            }
        }
    }
}
