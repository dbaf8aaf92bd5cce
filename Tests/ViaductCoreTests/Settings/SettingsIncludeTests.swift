import Testing
import ViaductCore

@Suite("An include puts other files in its place")
struct SettingsIncludeTests {
    @Test("files come in order, relative to the file that includes them, into the section around")
    func folder() throws {
        let files = MemoryFiles(texts: [
            "/etc/s.conf": "a = 1\np {\n  include s.d/*.conf\n}\nb = 2\n",
            "/etc/s.d/1.conf": "x {\n  k = 1\n}\ninclude more/x.conf\n", "/etc/s.d/2.conf": "x { k = 2 }",
            "/etc/s.d/more/x.conf": "y = 1",
        ])
        let tree = try files.tree("/etc/s.conf")
        #expect(listing(tree) == "a=1 b=2 p{y=1 x{k=2}}")
        #expect(tree.files == ["/etc/s.conf", "/etc/s.d/1.conf", "/etc/s.d/more/x.conf", "/etc/s.d/2.conf"])
        #expect(tree.key("p.x.k")?.position == SettingsPosition(file: "/etc/s.d/2.conf", line: 1))
        #expect(tree.warnings.isEmpty)
    }

    @Test("a section may begin in one file and end in another")
    func splice() throws {
        let files = MemoryFiles(texts: ["/s": "include /open\nb = 2\n}", "/open": "s {\na = 1"])
        #expect(listing(try files.tree("/s")) == "s{a=1 b=2}")
    }

    @Test(
        "a pattern ends at a blank, a brace or a comment",
        arguments: [
            ("include /x", ""), ("include \"/x\" b = 2", "b=2 "), ("include /x b = 2", "b=2 "),
            ("s { include /x}", "s"), ("include\t/\\x#c", nil), ("include / x", nil), ("include /\"x\"", ""),
        ] as [(String, String?)])
    func pattern(_ text: String, _ around: String?) throws {
        let tree = try? MemoryFiles(texts: ["/s": text, "/x": "a = 1"]).tree("/s")
        switch around {
        case "s"?: #expect(tree.map { listing($0) } == "s{a=1}")
        case ""?: #expect(tree?.value("a") == "1")
        case nil: #expect(tree?.value("a") == nil)
        default: #expect(tree?.value("a") == "1" && tree?.value("b") == "2")
        }
    }

    @Test("what matches nothing, or cannot be read, is only a warning")
    func missing() throws {
        let files = MemoryFiles(texts: ["/s": "include /none*\na = 1\ninclude /un\ninclude #\n", "/un": "unreadable"])
        let tree = try files.tree("/s")
        #expect(listing(tree) == "a=1")
        #expect(tree.warnings.map(\.position.line) == [1, 3, 4])
        #expect(tree.files == ["/s"])
    }

    @Test("a file that includes itself is refused")
    func circle() {
        let error = #expect(throws: SettingsError.self) {
            try MemoryFiles(texts: ["/s": "a = 1\ninclude /s"]).tree("/s")
        }
        #expect(error?.line == 2)
    }

    @Test("an error in an included file has that file's name")
    func place() {
        let error = #expect(throws: SettingsError.self) {
            try MemoryFiles(texts: ["/s": "\ninclude /t\n", "/t": "\n\na b\n"]).tree("/s")
        }
        #expect(error?.position == SettingsPosition(file: "/t", line: 3))
    }
}
