import Testing
import ViaductCore

@Suite("What is wrong with the ends")
struct SpecEndProblemTests {
    @Test(
        "ends",
        arguments: [
            .whole("local: ⟨⟩192.0.2.2/24", "local: '192.0.2.2/24' has a prefix length; write the address alone"),
            .whole("local: ⟨⟩fe80::1%eth0", "local: 'fe80::1%eth0' has a zone; write the address alone"),
            .whole(
                "local: ⟨⟩gw.example.org",
                "local: 'gw.example.org' is not an address; write one such as 192.0.2.1 or 2001:db8::1"),
            FaultySpec(
                "remote: ⟨⟩192.0.2.2\nlocal: 192.0.2.2\npsk: { file: a }",
                "remote: 192.0.2.2 is our own address; write the peer's"),
            .whole(
                "local: ⟨⟩2001:db8::1",
                "local: 2001:db8::1 is of another family than the peer's address 192.0.2.2; write two of one family"),
            .whole(
                "local: ⟨⟩::ffff:192.0.2.1",
                "local: '::ffff:192.0.2.1' is an IPv4 address in IPv6 clothes; write 192.0.2.1"),
            .whole("local: ⟨⟩0.0.0.0", "local: '0.0.0.0' is not the address of a host on the underlay"),
            .whole("local: ⟨⟩224.0.0.1", "local: '224.0.0.1' is not the address of a host on the underlay"),
            .whole(
                "local: { address: 192.0.2.1, ⟨⟩adress: 1 }", "local.adress: is an unknown key; did you mean 'address'?"
            ),
            .whole("local: ⟨⟩[192.0.2.1]", "local: is a list; write our address, or a mapping of address, id, auth"),
            .whole("local: { id: ⟨⟩\"\" }", "local.id: is empty; write 1...255 bytes"),
            .whole(
                "local: { id: ⟨⟩gwä }",
                "local.id: 'gwä' has characters that charon refuses; use printable ASCII, without blanks at the ends"),
            .whole(
                "local: { id: ⟨⟩\"a\\nb\" }",
                "local.id: 'a\\u{a}b' has characters that charon refuses; use printable ASCII, without blanks at the ends"
            ),
            .whole("local: { id: ⟨⟩\"%any\" }", "local.id: '%any' stands for more than one; write whom you mean"),
            .whole("local: { id: ⟨⟩[a, b] }", "local.id: is a list; write an identity"),
            FaultySpec(
                "remote: ⟨⟩⟨⟩any\npsk: { file: a }",
                "remote: is any address without an identity; write 'remote: { address: ..., id: ... }'",
                "remote: is any address, so no route tells our own; write 'local' with our address"),
            FaultySpec(
                "local: 192.0.2.1\nremote: { address: any, id: x.example.org }\npsk: { file: a }\nstart: ⟨⟩up",
                "start: cannot be 'up' with any address as the peer; write 'start: listen'"),
            FaultySpec(
                "local: 192.0.2.1\nremote: ⟨⟩any\nauth: { certificate: a.pem, key: a.key }",
                "remote: is any address without an identity; write 'remote: { address: ..., id: ... }', or a 'ca'"),
            FaultySpec(
                "remote: [192.0.2.2, ⟨⟩any]\npsk: { file: a }",
                "remote[1]: 'any' leaves nothing for others to say; write 'any' alone, without a list"),
            FaultySpec(
                "remote: ⟨⟩[192.0.2.1, 2001:db8::1]\npsk: { file: a }",
                "remote: has 192.0.2.1 and 2001:db8::1, of two families; write addresses of one family"),
            .whole(
                "local: { id: ⟨⟩'ipv4:10.0.0.1' }",
                "local.id: 'ipv4:10.0.0.1' is the bytes of its text to charon, not an address; leave out 'ipv4:'"),
            FaultySpec(
                "remote: [192.0.2.1, ⟨⟩192.0.2.1]\npsk: { file: a }", "remote[1]: '192.0.2.1' is given twice; keep one"),
            FaultySpec(
                "remote: ⟨⟩-vpn.example.org\npsk: { file: a }",
                "remote: '-vpn.example.org' is neither an address nor a host name; write one such as 192.0.2.2 or vpn.example.org"
            ),
            FaultySpec(
                "remote: ⟨⟩127.0.0.1\npsk: { file: a }",
                "remote: '127.0.0.1' is not the address of a host on the underlay"),
            FaultySpec(
                "remote: { address: ⟨⟩198.51.100.1/24, id: a }\npsk: { file: a }",
                "remote.address: '198.51.100.1/24' has host bits set; write 198.51.100.0/24"),
            FaultySpec(
                "remote: ⟨⟩⟨⟩198.51.100.0/24\npsk: { file: a }",
                "remote: is a block of addresses without an identity; write 'remote: { address: ..., id: ... }'",
                "remote: is a block of addresses, so no route tells our own; write 'local' with our address"),
            FaultySpec(
                "local: 192.0.2.1\nremote: { address: 198.51.100.0/24, id: a }\npsk: { file: a }\nstart: ⟨⟩on-demand",
                "start: cannot be 'on-demand' with a block of addresses as the peer; write 'start: listen'"),
            .whole(
                "pools: ⟨⟩[10.3.0.0/24]",
                "pools: is for a peer that calls from any address; write 'remote: any', or the peer's networks in 'traffic'"
            ),
            FaultySpec(
                "local: 10.3.0.9\nremote: { address: any, id: a }\npsk: { file: a }\npools: [10.2.0.0/24, ⟨⟩10.2.0.0/16, ⟨⟩10.3.0.0/24, ⟨⟩10.4.0.1/24, ⟨⟩0.0.0.0/0]",
                "pools[1]: '10.2.0.0/16' overlaps 'pools[0]'; an address is handed out once; keep them apart",
                "pools[2]: 10.3.0.0/24 holds our own address 10.3.0.9; write addresses that nobody has",
                "pools[3]: '10.4.0.1/24' has host bits set; write 10.4.0.0/24",
                "pools[4]: '0.0.0.0/0' cannot be handed out; write a prefix such as 10.3.0.0/24"),
            FaultySpec(
                "local: 192.0.2.1\nremote: { address: any, id: a }\npsk: { file: a }\npools: ⟨⟩10.3.0.0/24\ninterface: { addresses: 10.3.0.1/24 }",
                "pools: '10.3.0.0/24' holds 'interface.addresses', the link's own address; give the link one outside of the pool"
            ),
            FaultySpec(
                "local: 192.0.2.1\nremote: { address: any, id: a }\npsk: { file: a }\nvirtual: ⟨⟩ipv4",
                "virtual: asks for an address from a peer that calls us; write 'pools' to hand one out, or remove the key"
            ),
            FaultySpec(
                "local: { auth: { psk: { file: a } } }\nremote: { address: 192.0.2.2, auth: ⟨⟩{ psk: { file: b } } }",
                "remote.auth: has another pre-shared key than the other end; charon has one for both ends of a connection; "
                    + "write it once, as 'psk' of the spec"),
            FaultySpec(
                "local: { auth: ⟨⟩{ psk: { file: a } } }\nremote: 192.0.2.2\npsk: { file: b }",
                "local.auth: has another pre-shared key than the other end; charon has one for both ends of a connection; "
                    + "write it once, as 'psk' of the spec"),
            .whole("virtual: [ipv4, ⟨⟩both]", "virtual[1]: 'both' is given twice; keep one"),
            .whole("virtual: ⟨⟩true", "virtual: 'true' is none of ipv4, ipv6, both"),
        ] as [FaultySpec])
    func ends(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test(
        "an identity that stands for many is refused",
        arguments: [
            "%any", "*", "*.example.org", "*@example.org", "0.0.0.0", "::", "10.0.0.0/8", "0.0.0.0/0", "fd00::/8",
            "10.0.0.1-10.0.0.9", "^.*$",
        ])
    func manyIdentities(id: String) throws {
        let found = try specProblems("remote: { address: 192.0.2.2, id: '\(id)' }\npsk: { file: a }")
        #expect(
            found.map(\.description) == [
                "office.yaml:1:35: remote.id: '\(id)' stands for more than one; write whom you mean"
            ])
    }

    @Test(
        "any form of identity that charon reads is taken",
        arguments: [
            "gw-1.example.org", "10.0.0.1", "2001:db8::1", "user@example.org", "@#0a0b", "C=CH, O=A/B, CN=*", "keyid",
            "10.0.0.1-gw",
        ])
    func identities(id: String) throws {
        let tunnel = try readSpec("remote: { address: 192.0.2.2, id: '\(id)' }\npsk: { file: a }")
        #expect(tunnel.remote.identity == id)
    }
}
