import NetworkModel
import Testing
import ViaductCore

@Suite("Text that is no spec is refused with its place")
struct SpecYAMLTests {
    @Test(
        "YAML that a spec has no use for",
        arguments: [
            FaultySpec(
                "remote: 192.0.2.2\n⟨⟩---\nremote: 192.0.2.3\n",
                "has a second YAML document; write one file for each tunnel"),
            FaultySpec("⟨⟩remote: a.b\nremote: b.c\n", "'remote' is given more than once; keep one"),
            FaultySpec(
                "remote: ⟨⟩!!python/object a.b\npsk: { file: a }",
                "has a YAML tag ('!...'); remove it; every key knows its own type"),
            FaultySpec(
                "remote: a.b\npsk: { file: a }\nroutes: ⟨⟩!!set { a }",
                "has a YAML tag ('!...'); remove it; every key knows its own type"),
            FaultySpec(
                "remote: a.b\npsk: { file: a }\nesp:\n  ⟨⟩<<: { rekey: 1h }",
                "has a merge key ('<<'); write the keys out"),
            FaultySpec(
                "remote: a.b\npsk: { file: a }\n⟨⟩[a, b]: c",
                "has a key that is a list or a mapping; write a word as the key"),
            FaultySpec(
                "remote: a.b\npsk: { file: a }\n⟨⟩~: c", "has a key that is nothing; write a word as the key"),
            FaultySpec("remote: ⟨⟩*nobody", "is not YAML: found undefined alias"),
            FaultySpec("⟨⟩hello", "is a text; write a mapping such as 'remote: vpn.example.org'"),
            FaultySpec("⟨⟩- a", "is a list; write a mapping such as 'remote: vpn.example.org'"),
            FaultySpec(
                "esp:\n⟨⟩\trekey: 1h",
                "is not YAML: found character that cannot start any token (while scanning for the next token at 2:1); "
                    + "indent with blanks, and quote a value that begins with @, ` or %"),
            FaultySpec(
                "remote: [a.b\npsk⟨⟩: { file: a }",
                "is not YAML: did not find expected ',' or ']' (while parsing a flow sequence at 1:9)"),
            FaultySpec("remote: a.b # ⟨⟩\u{7}", "has the control character U+7; remove it"),
            FaultySpec("remote: ü\r\n# x⟨⟩\u{0}", "has the control character U+0; remove it"),
        ])
    func refused(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test("nothing at all is an empty spec", arguments: ["", "\n\n", "# only a comment\n", "\u{feff}"])
    func empty(text: String) throws {
        #expect(
            try specProblems(text).map(\.description) == [
                "office.yaml: is empty; a spec needs at least 'remote' and 'psk' or 'auth'"
            ])
    }

    @Test("bytes that are no UTF-8 are found by line and column")
    func encoding() throws {
        let name = try #require(TunnelName("office"))
        let bytes = Array("remote: ü\n# ".utf8) + [0xc3, 0x28]
        #expect {
            try SpecReader.read(text: bytes, file: "office.yaml", name: name, directory: "/")
        } throws: { error in
            "\(error)" == "office.yaml:2:3: is not UTF-8; save the file as UTF-8"
        }
    }

    @Test("aliases cannot grow beyond bounds")
    func billionLaughs() throws {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(try specProblems(text).map(\.what) == ["has more than 32 aliases ('*name')"])
        text = "a0: &a0 [x, x]\n"
        for level in 1...5 {
            let name = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(name), \(name), \(name), \(name), \(name), \(name)]\n"
        }
        #expect(try !specProblems(text).isEmpty)
        // As keys the nodes are hashed and compared, which aliases must not make endless.
        text = "a0: &a0 [x, x]\n"
        for level in 1...10 {
            let name = "*a\(level - 1) "
            text += "a\(level): &a\(level) { ? [\(name), \(name), \(name)] : x }\n"
        }
        #expect(try !specProblems(text).isEmpty)
    }

    @Test("deep nesting and long files are refused")
    func bounds() throws {
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(try specProblems("routes: " + deep).contains { $0.what == "is nested too deep" })
        let tooDeep = String(repeating: "[", count: 100_000)
        #expect(try specProblems("routes: " + tooDeep).count == 1)
        // A key that is beyond the limits is reported as that, not as a key that is nothing as well.
        let mappings = String(repeating: "{ a: ", count: 40) + "x" + String(repeating: " }", count: 40)
        #expect(try specProblems(mappings).map(\.what) == ["is nested too deep"])
        let many = "[" + String(repeating: "{a: x},", count: 60_000) + "]"
        #expect(try specProblems(many).map(\.what) == ["has too many values"])
        let long = "# " + String(repeating: "x", count: 1 << 20)
        #expect(try specProblems(long).map(\.what) == ["is longer than 1048576 bytes"])
    }

    @Test("a thousand routes are read")
    func manyRoutes() throws {
        let routes = (0..<1000).map { "- 10.\($0 / 250).\($0 % 250).0/24" }.joined(separator: "\n")
        let tunnel = try readSpec("remote: 192.0.2.2\npsk: { file: a }\nroutes:\n\(routes)\n")
        #expect(tunnel.routes.count == 1000)
    }
}
