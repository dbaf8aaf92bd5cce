import NetworkModel
import Testing
import ViaductCore

@Suite("A proposal is what both ends can use safely")
struct SpecProposalTests {
    @Test(
        "good ones for IKE",
        arguments: [
            "default", "aes256gcm16-prfsha384-ecp384", "aes128-sha256-x25519", "aes256gcm16-sha384-modp3072",
            "aes128-aes256-sha1-sha256-modp1024-modp2048", "chacha20poly1305-prfsha256-curve25519",
            "aes128ccm128-prfaescmac-ecp256bp", "3des-md5-modp1536", "camellia256-sha512-x448",
        ])
    func ike(text: String) throws {
        #expect(try Proposal(text, for: .ike).text == text)
    }

    @Test(
        "good ones for ESP",
        arguments: [
            "default", "aes256gcm16", "aes256gcm16-ecp384", "aes128-sha256_96", "aes256ctr-sha256-esn-noesn",
            "aes192gcm64-modp2048-none", "chacha20poly1305", "aes256gcm128-aes128gcm96",
        ])
    func esp(text: String) throws {
        #expect(try Proposal(text, for: .esp).text == text)
    }

    @Test("Viaduct's own are good", arguments: [ProposalUse.ike, .esp])
    func defaults(use: ProposalUse) throws {
        for proposal in use == .ike ? Proposal.ikeDefaults : Proposal.espDefaults {
            #expect(try Proposal(proposal.text, for: use) == proposal)
        }
    }

    @Test(
        "bad ones, and why",
        arguments: [
            ("", ProposalUse.esp, "is empty; write one such as aes256gcm16-ecp384"),
            ("aes256gcm16!", .esp, "ends with '!'; leave the '!' out"),
            ("AES256-sha256", .esp, "has 'AES256', which is no algorithm; write it in lower case"),
            ("aes265gcm16", .esp, "has 'aes265gcm16', which is no algorithm; did you mean 'aes256gcm16'?"),
            ("aes256gcm16--ecp384", .esp, "has '', which is no algorithm"),
            ("aes256gcm16-ecp384 ", .esp, "has 'ecp384 ', which is no algorithm; did you mean 'ecp384'?"),
            ("aes256gcm16,aes128", .esp, "has 'aes256gcm16,aes128', which is no algorithm"),
            ("aes128-aes128-sha1", .esp, "names 'aes128' twice"),
            ("aes128", .esp, "has no integrity algorithm; add one, such as sha256"),
            ("aes128ctr-modp2048", .esp, "has no integrity algorithm; add one, such as sha256"),
            ("sha256-modp2048", .esp, "has no cipher; add one, such as aes256gcm16"),
            ("null-sha256", .esp, "does not encrypt; use a cipher such as aes256gcm16"),
            ("aes256gmac", .esp, "does not encrypt; use a cipher such as aes256gcm16"),
            (
                "aes256gcm16-aes256-sha256", .esp,
                "mixes ciphers with and without integrity of their own; write two proposals"
            ),
            (
                "aes256gcm16-sha256", .esp,
                "has an integrity algorithm beside a cipher with integrity of its own; leave it out"
            ),
            ("aes256gcm16-prfsha256", .esp, "has a PRF, which is for IKE only; leave it out"),
            ("aes256gcm16-ecp384", .ike, "has no PRF; add one, such as prfsha384"),
            ("aes256-sha256", .ike, "has no key exchange; add one, such as ecp384 or x25519"),
            ("aes256-prfsha256-ecp384", .ike, "has no integrity algorithm; add one, such as sha256"),
            ("aes256-sha256-ecp384-esn", .ike, "has a keyword that is for ESP only; leave out esn, noesn and none"),
            ("aes256-sha256-ecp384-none", .ike, "has a keyword that is for ESP only; leave out esn, noesn and none"),
            (
                "aes256gcm16-x25519-ke1_mlkem768", .esp,
                "names 'ke1_mlkem768', which only strongSwan 6 knows; leave it out for now"
            ),
            ("des-sha1", .esp, "names 'des', which is obsolete; use aes256gcm16, or ecp384 for a group"),
            ("aes128-sha1-modp768", .ike, "names 'modp768', which is obsolete; use aes256gcm16, or ecp384 for a group"),
        ] as [(String, ProposalUse, String)])
    func refused(text: String, use: ProposalUse, why: String) {
        #expect {
            try Proposal(text, for: use)
        } throws: { error in
            "\(error)" == why
        }
    }

    @Test("one that charon would cut is refused")
    func tooLong() {
        let text = Array(repeating: "aes256gcm16", count: 22).joined(separator: "-")
        #expect(text.utf8.count > Proposal.maximumLength)
        #expect(throws: ProposalFault.self) { try Proposal(text, for: .esp) }
    }
}
