/// A value of charon's control messages, in the order in which it was sent.
public indirect enum ViciValue: Sendable, Equatable {
    /// A text.
    case text(String)
    /// A list of texts.
    case list([String])
    /// Named values.
    case section([Entry])

    /// A named value of a section.
    public struct Entry: Sendable, Equatable {
        /// The name, which may repeat.
        public let name: String
        /// The value.
        public let value: ViciValue
    }

    /// The first value of that name in a section; nil when there is none, or this is no section.
    public subscript(name: String) -> ViciValue? {
        entries.first { $0.name == name }?.value
    }

    /// The text itself; nil for a list or section.
    public var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The named values of a section; none for text or list.
    public var entries: [Entry] {
        guard case .section(let entries) = self else { return [] }
        return entries
    }

    /// One line for each text and list in it, as `conns.office.version = 2`.
    func flattened(_ prefix: String, skipping: (String) -> Bool = { _ in false }) -> [String] {
        switch self {
        case .text(let text): ["\(prefix) = \(text)"]
        case .list(let items): ["\(prefix) = [\(items.joined(separator: ", "))]"]
        case .section(let entries):
            entries.flatMap { skipping($0.name) ? [] : $0.value.flattened("\(prefix).\($0.name)", skipping: skipping) }
        }
    }
}

/// Reads and writes the bytes of a message; on purpose not the project's own coder, which is under test.
enum ViciCoder {
    static func encode(_ value: ViciValue) -> [UInt8] {
        value.entries.flatMap { entry -> [UInt8] in
            let name = [UInt8(entry.name.utf8.count)] + Array(entry.name.utf8)
            switch entry.value {
            case .text(let text): return [3] + name + long(text)
            case .list(let items): return [4] + name + items.flatMap { [5] + long($0) } + [6]
            case .section: return [1] + name + encode(entry.value) + [2]
            }
        }
    }

    private static func long(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }

    static func decode(_ bytes: ArraySlice<UInt8>) throws -> ViciValue {
        var rest = bytes
        func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard rest.count >= count else { throw TestBedError("a message of charon ends too early") }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        func text(lengthBytes: Int) throws -> String {
            let length = try take(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
            return String(decoding: try take(length), as: UTF8.self)
        }
        func section() throws -> ViciValue {
            var entries: [ViciValue.Entry] = []
            while let kind = rest.popFirst(), kind != 2 {
                let name = try text(lengthBytes: 1)
                switch kind {
                case 1: entries.append(.init(name: name, value: try section()))
                case 3: entries.append(.init(name: name, value: .text(try text(lengthBytes: 2))))
                case 4:
                    var items: [String] = []
                    while try take(1).first == 5 { items.append(try text(lengthBytes: 2)) }
                    entries.append(.init(name: name, value: .list(items)))
                default: throw TestBedError("element \(kind) in a message of charon")
                }
            }
            return .section(entries)
        }
        return try section()
    }
}
