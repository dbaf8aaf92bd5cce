import NetworkModel
import Testing
import ViaductCore

@Suite("A secret never shows in a problem")
struct SpecSecretTests {
    @Test(
        "wherever it was put by mistake",
        arguments: [
            "psk: hunter2",
            "psk: [hunter2]",
            "psk: { hunter2 }",
            "psk: { hunter2: hunter2 }",
            "psk: { hunter2: 1, hunter2: 2 }",
            "psk: { value: { hunter2: hunter2 } }",
            "psk: { value: [hunter2] }",
            "psk: { value: \"hunter2\", fiel: hunter2 }",
            "psk: { value: \"hunter2\", file: hunter2 }",
            "psk: { file: hunter2/ }",
            "psk: { file: ~hunter2 }",
            "psk: { file: \"hunter2\\0\" }",
            "psk: { env: 2hunter2 }",
            "psk: { env: \"hunter2 hunter2\" }",
            "psk: { value: !!hunter2 hunter2 }",
            "psk: { ? [hunter2] : hunter2 }",
            "psk: &hunter2 hunter2",
            "psk: *hunter2",
            "psk: hunter2: hunter2",
            "psk: \"hunter2",
            "psk: {hunter2",
            "psk: @hunter2",
            "psk:\n  value: hunter2\n hunter2",
            "psk hunter2: x",
            "psk=hunter2",
            "psk: { value: hunter2 }\nauth: hunter2",
            "auth: hunter2",
            "auth: { hunter2: x }",
            "auth: { psk: hunter2 }",
            "auth: { psk: { hunter2: hunter2 } }",
            "auth: { eap: { password: hunter2 } }",
            "auth: { key: hunter2/, certificate: [hunter2] }",
            "local: { auth: { psk: hunter2 } }",
            "local: { psk: hunter2 }",
            "remote: { address: a.b, auth: { psk: { value: [hunter2] } } }",
            "peers: { a: { psk: hunter2 } }",
            "peers: { a: { auth: { psk: { hunter2: x } } } }",
            "peers: { a: { swanctl: { connection: { secret: { hunter2: 1 } } } } }",
            "hooks: { post-up: [[hunter2, --password=hunter2]] }",
            "hooks: { post-up: [[/bin/login, \"hunter2\\t\"]] }",
            "swanctl: { connection: { secret: \"hunter2\\n\" } }",
            "swanctl: { connection: { secret: { hunter2: 1 } } }",
            "swanctl: { child: { secret: [\"hunter2,\"] } }",
        ])
    func hidden(text: String) throws {
        let found = try specProblems(text + "\n")
        #expect(!found.isEmpty)
        for problem in found {
            #expect(!"\(problem) \(String(reflecting: problem)) \(problem.path)".contains("hunter2"))
        }
    }

    @Test("an inline secret is kept as it is written, and does not print")
    func inline() throws {
        let tunnel = try readSpec("remote: a.b\npsk: { value: \"0s hunter2 ü\" }")
        #expect(tunnel.local.authentication == .psk(.inline(Secret("0s hunter2 ü".utf8))))
        var dumped = ""
        dump(tunnel, to: &dumped)
        #expect(!"\(tunnel) \(dumped)".contains("hunter2"))
    }

    @Test("a number or a word is a secret as well", arguments: ["12345678", "true", "0x41", "~", "null"])
    func odd(text: String) throws {
        let spec = "remote: a.b\npsk: { value: \(text) }"
        guard !["~", "null"].contains(text) else {
            #expect(
                try specProblems(spec).map(\.description) == [
                    "office.yaml:2:8: psk.value: has no value; give it one, or remove the key"
                ])
            return
        }
        #expect(try readSpec(spec).local.authentication == .psk(.inline(Secret(text.utf8))))
    }
}
