import Testing

@testable import ViaductCore

@Suite("YAML that is written") struct SpecValueTests {
    /// Texts that YAML would take for something else when they stood bare.
    ///
    /// A byte order mark is not among them: the library that reads YAML drops one at the beginning of a text, however it is
    /// written.
    static let texts: [String] = [
        "", " ", "~", "null", "NULL", "true", "no", "on", "0x10", "010", "1.5", "-", "- a", "--- a", "...", "?", "? a",
        ":",
        "a: b", "a:b", "::1", "fd00::/8", "#", "a # b", "a#b", "@", "@gw", "`", "%any", "!tag", "&anchor", "*alias",
        "*",
        "<<", "=", "|", ">", "{", "}", "[a]", "a, b", "'", "\"", "\\", "a\\nb", "it's", "\"quoted\"", "line\nline",
        "\n", "\t",
        "trailing ", " leading", "C=CH, O=Example, CN=gw", "keyid:0x12", "@#0102", "a\u{7f}b", "\u{85}", "\u{a0}",
        "\u{2028}", "ü", "😀", "\u{1}", "a\r\nb", "\r", "\u{0}",
        String(repeating: "x", count: 500), String(repeating: "a b ", count: 100),
    ]

    @Test("a hostile text is read again as it was, wherever it stands", arguments: texts)
    func hostile(text: String) throws {
        try expectSame(
            .mapping([
                .init("plain", text), .init("list", .list([.text(text), .text("x"), .text(text)])),
                .init("flow", .mapping([.init("a", text), .init("b", .list([.text(text)]))])),
                .init("deep", .mapping([.init("inner", .mapping([.init(key(text), text)]))])),
                .init("items", .list([.mapping([.init("a", text)]), .text(text)])),
            ]))
    }

    @Test("random values are read again as they were", arguments: 1...UInt64(300))
    func random(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        try expectSame(.mapping(Self.entries(depth: 0, &numbers)))
    }

    @Test("an empty list and an empty mapping stay what they are")
    func empty() throws {
        try expectSame(.mapping([.init("routes", .list([])), .init("local", .mapping([]))]))
    }

    private func key(_ text: String) -> String { text.isEmpty || text == "<<" ? "key" : String(text.prefix(60)) }

    private static func text(_ numbers: inout SeededNumbers) -> String {
        let pieces = texts + ["a", "b", "10.1.0.0/16"]
        return (0..<Int.random(in: 0...3, using: &numbers)).map { _ in pieces.randomElement(using: &numbers) ?? "" }
            .joined()
    }

    private static func entries(depth: Int, _ numbers: inout SeededNumbers) -> [SpecValue.Entry] {
        (0..<Int.random(in: 1...4, using: &numbers)).map { index in
            .init("k\(index)", value(depth: depth + 1, &numbers))
        }
    }

    private static func value(depth: Int, _ numbers: inout SeededNumbers) -> SpecValue {
        switch depth > 3 ? 0 : Int.random(in: 0...3, using: &numbers) {
        case 1: .list((0..<Int.random(in: 0...3, using: &numbers)).map { _ in value(depth: depth + 1, &numbers) })
        case 2: .mapping(entries(depth: depth, &numbers))
        default: .text(text(&numbers))
        }
    }

    private func expectSame(_ value: SpecValue, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let yaml = value.yaml
        let tree = try YAMLTree.read(Array(yaml.utf8), file: "a.yaml")
        #expect(SpecValue(tree) == value, "\(yaml)", sourceLocation: sourceLocation)
    }
}

extension SpecValue {
    /// What a tree holds, without its places; what is nothing has no text.
    fileprivate init?(_ node: SpecNode) {
        switch node.content {
        case .nothing: return nil
        case .text(let text): self = .text(text)
        case .list(let items): self = .list(items.compactMap { SpecValue($0) })
        case .mapping(let entries):
            self = .mapping(entries.compactMap { entry in SpecValue(entry.value).map { .init(entry.key, $0) } })
        }
    }
}
