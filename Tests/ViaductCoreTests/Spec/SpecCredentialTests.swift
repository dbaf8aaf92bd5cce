import Testing
import ViaductCore

@Suite("Credentials of systemd as the source of secrets")
struct SpecCredentialTests {
    @Test("a pre-shared key, a certificate and a key may be one")
    func read() throws {
        let name = try #require(CredentialName("gw1.key@2026-a_b"))
        let shared = try readSpec("remote: 192.0.2.2\npsk: { credential: gw1.key@2026-a_b }")
        #expect(shared.local.authentication == .psk(.credential(name)))
        let certified = try readSpec(
            """
            remote: { address: 192.0.2.2, id: gw2 }
            auth: { certificate: a.pem, key: { credential: gw1.key@2026-a_b }, ca: { credential: gw1.key@2026-a_b } }
            """)
        let ours = CertificateSources(certificate: .file("/etc/viaduct/a.pem"), key: .credential(name))
        #expect(certified.local.authentication == .certificate(ours))
        #expect(certified.remote.authentication == .certificate(CertificateSources(authority: .credential(name))))
    }

    @Test(
        "what is no plain file name is refused, and not shown",
        arguments: [
            "..", ".", ".hidden", "a/b", "/etc/shadow", "-rf", "a b", "a:b", "$HOME", "a\\nb", "ä", "\u{202e}a", "a'b",
            "%i", String(repeating: "a", count: 256),
        ])
    func refused(name: String) throws {
        let expected = "the value is not the name of a credential: A-Z a-z 0-9 _ . @ -, at most 255 bytes"
        for (spec, path) in [
            ("psk: { credential: \"\(name)\" }", "psk"),
            ("auth: { certificate: a, key: { credential: \"\(name)\" } }", "auth.key"),
        ] {
            let found = try specProblems("remote: 192.0.2.2\n\(spec)")
            #expect(found.map(\.path) == ["\(path).credential"])
            #expect(found.map(\.what) == [expected])
        }
    }

    @Test("beside another source, or with another key, it is an error")
    func mixed() throws {
        for spec in [
            "psk: { credential: a, file: b }", "auth: { certificate: a, key: { file: b } }",
            "auth: { certificate: a, key: {} }", "auth: { certificate: [a], key: b }",
        ] {
            #expect(try !specProblems("remote: 192.0.2.2\n\(spec)").isEmpty, "\(spec)")
        }
    }
}
