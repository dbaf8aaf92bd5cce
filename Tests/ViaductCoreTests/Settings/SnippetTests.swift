import NetworkModel
import Testing
import ViaductCore

@Suite("What Viaduct writes for swanctl reads back the same")
struct SnippetTests {
    @Test("every character that may be in a value comes back, and a secret with padding is taken")
    func roundTrip() throws {
        let values = ["plain", "a # b", "{}", "=", "say \"x\"", "back\\slash\\n", "two  blanks ", "é", ""]
        let key = SecretReference.environment("KEY")
        let keys = values.enumerated().map { SwanctlTree.Entry("v\($0.offset)", .text($0.element)) }
        let tree = SwanctlTree([
            .init("connections", .section(SwanctlTree([.init("c", .section(SwanctlTree(keys)))]))),
            .init(
                "secrets",
                .section(SwanctlTree([.init("ike-c", .section(SwanctlTree([.init("secret", .secret(key))])))]))),
        ])
        let bytes = try tree.text.bytes(secrets: [key: Secret([1])]).reveal { Array($0) }
        let read = try SettingsParser.parseSnippet(SettingsFile(path: "c.conf", bytes: bytes))
        #expect(read.keys(in: "connections.c").map(\.value) == values)
        #expect(read.value("secrets.ike-c.secret") == "0sAQ==")
    }
}
