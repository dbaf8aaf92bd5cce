import Foundation
import NetworkModel
import Testing
import ViaductCore

@Suite("Docs/Check.md")
struct CheckDocumentsTests {
    @Test("lists every finding with why it matters, in its order", arguments: FindingKind.allCases)
    func kinds(kind: FindingKind) throws {
        let page = try String(contentsOf: Documents.folder.appending(path: "Check.md"), encoding: .utf8)
        let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(kind.rawValue)` |") }
        #expect(row?.contains(kind.why) == true, "\(kind.rawValue): \(kind.why)")
    }

    @Test("Docs/Status.md lists every state")
    func states() throws {
        let page = try String(contentsOf: Documents.folder.appending(path: "Status.md"), encoding: .utf8)
        for condition in TunnelCondition.allCases { #expect(page.contains("| `\(condition.rawValue)` |")) }
    }

    @Test("a proposal's suites are those that charon hands to the kernel")
    func suites() throws {
        func suites(_ text: String) throws -> [String] {
            try Proposal(text, for: .esp).transformSuites.map {
                let integrity = $0.integrity.map { " \($0.name)/\($0.keyBits)/\($0.checkBits)" } ?? ""
                return "\($0.cipher)/\($0.cipherKeyBits)/\($0.checkBits ?? 0)\(integrity)"
            }
        }
        #expect(try suites("aes256gcm16-ecp384") == ["rfc4106(gcm(aes))/288/128"])
        #expect(try suites("aes128-sha256-x25519") == ["cbc(aes)/128/0 hmac(sha256)/256/128"])
        #expect(try suites("chacha20poly1305") == ["rfc7539esp(chacha20,poly1305)/288/128"])
        #expect(try suites("aes256ctr-sha512") == ["rfc3686(ctr(aes))/288/0 hmac(sha512)/512/256"])
        #expect(try suites("aes192ccm12") == ["rfc4309(ccm(aes))/216/96"])
        #expect(try suites("3des-sha1-modp2048") == ["cbc(des3_ede)/192/0 hmac(sha1)/160/96"])
        #expect(try suites("default").isEmpty)
    }
}
