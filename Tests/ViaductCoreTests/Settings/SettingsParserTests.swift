import Testing
import ViaductCore

@Suite("Settings are read as strongSwan reads them")
struct SettingsParserTests {
    /// A text, and what libstrongswan 5.9.8 enumerates after it has read it.
    static let recorded: [(text: String, listing: String)] = [
        ("", ""),
        ("a = 1", "a=1"),
        ("a=1\nb =  two   words  # comment\n", "a=1 b=two words"),
        ("a = x#y\nb = 2", "a=x b=2"),
        ("version=2 mobike=no", "version=2 mobike=no"),
        ("a = {b=c:d,e.f", "a={b=c:d,e.f"),
        ("s {\n a = 1 } b = 2", "b=2 s{a=1}"),
        ("s { a = 1 }", "s{a=1}"),
        ("s\n# comment\n{ # comment\n}", "s{}"),
        ("s { t { a = 1\n }\n t { b = 2\n a = 3\n }\n}\n", "s{t{a=3 b=2}}"),
        ("b = 1\na = 2\nb = 3", "b=3 a=2"),
        ("a = 1\na =\n", ""),
        ("a = \"\"", "a="),
        (#"a = ab"cd"ef"#, "a=ab cd ef"),
        (#"a = "b  #}{ \"q\" \\ \x""#, #"a=b  #}{ "q" \ x"#),
        (#"a = "1\n2\t3""#, "a=1\n2\t3"),
        ("a = \"1\\\n2\\\r\n3\r\n4\"", "a=123\n4"),
        (#"a = b\n"#, #"a=b\n"#),
        ("a = 1\r\ns {\r\n b = 2 # c\r\n}\r\n", "a=1 s{b=2}"),
        ("a = 1\rb = 2", "a=1 b = 2"),
        ("#x\ra = 1\nb = 2", "b=2"),
        (" #x\ra = 1\nb = 2", "a=1 b=2"),
        ("include = 1", "include=1"),
        ("includes = 1", "includes=1"),
        ("a = include x", "a=include x"),
        ("secret = 0sAAAA==", "secret=0sAAAA=="),
        ("name = $HOME 'y' \"${x}\"", "name=$HOME 'y' ${x}"),
    ]

    @Test("a text", arguments: recorded)
    func accepted(_ text: String, _ expected: String) throws {
        #expect(listing(try settings(text)) == expected)
    }

    /// A text that libstrongswan 5.9.8 refuses, and the line where it is wrong.
    static let refused: [(text: String, line: Int)] = [
        ("a.b = 1", 1), ("a.b {\n}", 1), ("a", 1), ("a\n\n", 1), ("}", 1), ("a = 1 }", 1), ("\ns {\n\n", 4),
        ("= 1", 1), ("{\n}", 1), ("a b", 1), ("\"a\" = 1", 1), ("s {\n \"a\" = 1\n}", 2), ("a = \"b\n\nc", 1),
        ("a : {\n}", 1), ("a : b", 1), ("a : b c {\n}", 1), ("a : b, {\n}", 1), ("a : b. {\n}", 1), (", = 1", 1),
        ("a = \"b\\", 1), ("include  = 1", 1), ("a = b\n \"", 2),
    ]

    @Test("an error has its line", arguments: refused)
    func rejected(_ text: String, _ line: Int) {
        #expect {
            try settings(text)
        } throws: { error in
            (error as? SettingsError)?.position == SettingsPosition(file: "/etc/s.conf", line: line)
        }
    }

    @Test("no error, description or dump shows what may be a secret")
    func secrecy() throws {
        for text in ["secret hunter2 = x", "a { secret = \"hunter2", "hunter2 : hunter2 x", "hunter2.hunter2 {"] {
            let error = #expect(throws: SettingsError.self) { try settings(text) }
            #expect(!"\(String(reflecting: error))".contains("hunter2"))
        }
        let tree = try settings("secrets { ike { secret = hunter2 } }")
        var dumped = ""
        dump(tree, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!"\(tree)".contains("hunter2"))
        #expect(!String(reflecting: tree).contains("hunter2"))
    }

    @Test("a byte order mark becomes a part of the first name, and that is said")
    func byteOrderMark() throws {
        let tree = try settings("\u{FEFF}a = 1")
        #expect(tree.value("a") == nil)
        #expect(tree.warnings.map(\.position.line) == [1])
    }

    @Test("a zero byte is an error with its line")
    func zero() {
        let error = #expect(throws: SettingsError.self) { try settings("a = 1\n#\0") }
        #expect(error?.line == 2)
    }

    @Test("sections deeper than any stack are refused")
    func depth() {
        #expect(throws: SettingsError.self) { try settings(String(repeating: "a {", count: 100_000)) }
    }

    @Test("a key and a section know where they stand")
    func positions() throws {
        let tree = try settings("s {\n  a = 1\n}\ns {\n  b = 2\n  a = 3\n}\n")
        let section = try #require(tree.root.section("s"))
        #expect(section.positions.map(\.line) == [1, 4])
        #expect(section.keys.map(\.position.line) == [6, 5])
    }

    @Test("a snippet may have neither includes nor references nor a byte order mark")
    func snippet() throws {
        func parse(_ text: String) throws(SettingsError) {
            _ = try SettingsParser.parseSnippet(SettingsFile(path: "s", text: text))
        }
        try parse("secrets {\n  ike-x {\n    secret = 0sAA==\n    id = \"a # b\"\n  }\n}\n")
        #expect(throws: SettingsError.self) { try parse("a = 1\ninclude x\n") }
        #expect(throws: SettingsError.self) { try parse("a {\n}\nb {\n c : a {\n}\n}\n") }
        #expect(throws: SettingsError.self) { try parse("\u{FEFF}a = 1") }
        #expect(throws: SettingsError.self) { try parse("a {") }
    }
}
