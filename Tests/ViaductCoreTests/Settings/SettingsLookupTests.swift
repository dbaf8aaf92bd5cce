import Testing
import ViaductCore

@Suite("Settings are looked up as strongSwan does")
struct SettingsLookupTests {
    /// A text, and what libstrongswan 5.9.8 enumerates.
    static let recorded: [(text: String, listing: String)] = [
        ("b {\n x = 1\n y = 2\n}\na : b {\n y = 3\n}", "b{x=1 y=2} a{y=3 x=1}"),
        ("a : b {\n}\nb {\n x = 1\n}", "a{x=1} b{x=1}"),
        ("a : b {\n x =\n}\nb {\n x = 1\n}", "a{} b{x=1}"),
        ("a : none {\n x = 1\n}", "a{x=1}"),
        ("a : b, c {\n}\nb {\n x = 1\n}\nc {\n x = 2\n y = 3\n}", "a{x=1 y=3} b{x=1} c{x=2 y=3}"),
        ("a : b {\n}\na : c {\n}\nb {\n x = 1\n}\nc {\n y = 2\n}", "a{x=1 y=2} b{x=1} c{y=2}"),
        (
            "a : b {\n s { z = 1\n}\n}\nb {\n s { x = 1\n}\n t { y = 2\n}\n}",
            "a{s{z=1 x=1} t{y=2}} b{s{x=1} t{y=2}}"
        ),
        ("d {\n e {\n x = 1\n}\n}\na : d.e {\n}", "d{e{x=1}} a{x=1}"),
        ("a : b {\n}\nb : a {\n x = 1\n}", "a{x=1} b{x=1}"),
        ("a : a {\n x = 1\n}", "a{x=1}"),
    ]

    @Test("references", arguments: recorded)
    func references(_ text: String, _ expected: String) throws {
        #expect(listing(try settings(text)) == expected)
    }

    @Test("a reference that leads into itself, at which strongSwan crashes, is an error")
    func endless() {
        let error = #expect(throws: SettingsError.self) { try settings("\na : a.b {\n}") }
        #expect(error?.line == 2)
    }

    @Test("a daemon's section comes before those it falls back to")
    func fallback() throws {
        var tree = try settings("charon {\n a = 1\n b = 2\n p { q = 3\n}\n}\ncharon-systemd {\n a = 4\n}")
        tree.addFallback("charon-systemd", to: "charon")
        tree.addFallback("none", to: "charon")
        #expect(tree.value("charon-systemd.a") == "4")
        #expect(tree.value("charon-systemd.p.q") == "3")
        #expect(tree.value("none.b") == "2")
        let found = try #require(tree.located("charon-systemd.p.q"))
        #expect(found.section == "charon.p")
    }

    @Test("a value is yes or no in eight words, in any case")
    func bool() {
        for word in ["yes", "TRUE", "Enabled", "1"] { #expect(SettingsValue.bool(word) == true) }
        for word in ["no", "False", "disabled", "0"] { #expect(SettingsValue.bool(word) == false) }
        for word in ["", "on", "y", "2", " yes"] { #expect(SettingsValue.bool(word) == nil) }
    }

    @Test(
        "a number is what strtol takes to the end",
        arguments: [
            ("220", 220), ("-1", -1), ("+7", 7), (" 5", 5), ("010", 10), ("4294967297", 1), ("", nil), ("5 ", nil),
            ("0x10", 16), ("0x", nil), ("0x-1", nil), ("x", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func integer(_ text: String, _ expected: Int?) {
        #expect(SettingsValue.integer(text) == expected)
    }

    @Test(
        "of a time's unit the first letter counts",
        arguments: [
            ("30", 30), ("30s", 30), ("5m", 300), ("2 h", 7200), ("1d", 86400), ("5ms", 300), ("1week", nil), ("", nil),
            ("m", nil), ("-1", UInt32.max),
        ] as [(String, UInt32?)])
    func seconds(_ text: String, _ expected: UInt32?) {
        #expect(SettingsValue.seconds(text) == expected)
    }
}
