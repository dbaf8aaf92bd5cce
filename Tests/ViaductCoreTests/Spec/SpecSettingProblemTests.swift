import Testing
import ViaductCore

@Suite("What is wrong with children and settings")
struct SpecSettingProblemTests {
    @Test(
        "children and traffic",
        arguments: [
            .whole("children: ⟨⟩{}", "children: has 0 children; write 1...256, or remove the key"),
            .whole(
                "traffic: ⟨⟩{ remote: 10.0.0.0/8 }\nchildren: { a: { remote: 10.0.0.0/8 } }",
                "traffic: is given beside 'children'; write the selectors in each child"),
            .whole(
                "children: { ⟨⟩\"a b\": { remote: 10.0.0.0/8 } }",
                "children: 'a b' is not a child's name; write 1...60 of A-Z a-z 0-9 _ -, not beginning with -, and not 'include'"
            ),
            .whole(
                "children: { a: { remote: 10.0.0.0/8 }, b: ⟨⟩{ remote: 10.0.0.0/8 } }",
                "children.b: overlaps the child 'a'; one would take the other's packets; keep their selectors apart, or one inside the other"
            ),
            .whole(
                "children: { a: { local: 10.0.0.0/8, remote: 172.16.0.0/16 }, b: ⟨⟩{ local: 10.1.0.0/16, remote: 172.16.0.0/12 } }",
                "children.b: overlaps the child 'a'; one would take the other's packets; keep their selectors apart, or one inside the other"
            ),
            .whole(
                "children: { a: ⟨⟩lan }", "children.a: is a text; write a mapping such as '{ remote: 10.1.0.0/16 }'"),
            .whole(
                "traffic: { remote: [10.0.0.0/8, ⟨⟩10.0.0.0/8] }",
                "traffic.remote[1]: '10.0.0.0/8' is given twice; keep one"),
            .whole("traffic: { remote: ⟨⟩[] }", "traffic.remote: is an empty list; write what lies behind the peer"),
            .whole(
                "traffic: { remote: ⟨⟩dynamic }",
                "traffic.remote: 'dynamic' means the peer's outer address, which cannot be routed into the tunnel; write a prefix such as 192.168.88.0/24"
            ),
            .whole(
                "traffic: { remote: ⟨⟩\"10.0.0.0/24,10.1.0.0/24\" }",
                "traffic.remote: '10.0.0.0/24,10.1.0.0/24' is not an address block; write one such as 192.168.88.0/24 or 2001:db8:88::/64"
            ),
            .whole(
                "traffic: { remote: ⟨⟩\"10.0.0.0/8[tcp/]\" }",
                "traffic.remote: '10.0.0.0/8[tcp/]' has no service in its brackets; write one such as [tcp], [tcp/443] or [udp/5060-5069]"
            ),
            .whole(
                "traffic: { remote: ⟨⟩\"10.0.0.0/8[icmp/8]\" }",
                "traffic.remote: '10.0.0.0/8[icmp/8]' has no service in its brackets; write one such as [tcp], [tcp/443] or [udp/5060-5069]"
            ),
        ] as [FaultySpec])
    func children(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test("nested children are fine: the narrower one takes its packets")
    func nested() throws {
        let text =
            "remote: 192.0.2.2\npsk: { file: a.psk }\nchildren: { a: { remote: 10.0.0.0/8 }, b: { remote: 10.1.0.0/16 } }"
        #expect(try specProblems(text).isEmpty)
    }

    @Test(
        "settings",
        arguments: [
            .whole("ike: { version: ⟨⟩3 }", "ike.version: '3' is not a number of 1...2"),
            .whole(
                "ike: { dpd: ⟨⟩30x }", "ike.dpd: '30x' is not a time such as 30s, 5m, 4h or 1d: 0 or 1...86400 seconds"),
            .whole(
                "ike: { dpd: ⟨⟩4294967295d }",
                "ike.dpd: '4294967295d' is not a time such as 30s, 5m, 4h or 1d: 0 or 1...86400 seconds"),
            .whole(
                "ike: { rekey: ⟨⟩9s }",
                "ike.rekey: '9s' is not a time such as 30s, 5m, 4h or 1d: 0 or 10...2592000 seconds"),
            .whole("ike: { local_port: ⟨⟩0 }", "ike.local_port: '0' is not a number of 1...65535"),
            .whole("ike: { fragmentation: ⟨⟩sure }", "ike.fragmentation: 'sure' is not yes, no, accept or force"),
            .whole("ike: { keyingtries: ⟨⟩forever }", "ike.keyingtries: 'forever' is not a number of 0...1000"),
            .whole(
                "ike: { proposals: [⟨⟩aes256gcm16-ecp384] }",
                "ike.proposals[0]: 'aes256gcm16-ecp384' has no PRF; add one, such as prfsha384"),
            .whole(
                "esp: { proposals: ⟨⟩aes128 }",
                "esp.proposals: 'aes128' has no integrity algorithm; add one, such as sha256"),
            .whole("esp: ⟨⟩aes128", "esp: 'aes128' has no integrity algorithm; add one, such as sha256"),
            .whole("esp: { proposals: ⟨⟩[] }", "esp.proposals: has 0 proposals; write 1...16, or remove the key"),
            .whole("esp: { replay: ⟨⟩4097 }", "esp.replay: '4097' is not a number of 0...4096 packets"),
            .whole(
                "esp: ⟨⟩{ proposals: aes256gcm16-esn, replay: 0 }",
                "esp: turns the replay check off, which extended sequence numbers need; write 'replay: 32' or more"),
            .whole(
                "ike: ⟨⟩{ version: 1 }\ntraffic: { local: 10.0.0.0/8, remote: 10.0.0.0/8 }",
                "ike.proposals: is missing; IKEv1 needs the peer's, such as aes256-sha256-modp2048"),
            .whole(
                "ike: { version: 1, proposals: aes256-sha256-modp2048 }\ntraffic: ⟨⟩{ local: 10.0.0.0/8 }",
                "traffic: has more than one selector on a side, which IKEv1 cannot say; write one prefix on each side, and a child for each pair"
            ),
            .whole("leak: ⟨⟩blok", "leak: 'blok' is none of block, allow; did you mean 'block'?"),
            .whole("forwarding: ⟨⟩maybe", "forwarding: 'maybe' is none of auto, true, false"),
            .whole(
                "swanctl: { connection: { ⟨⟩if_id_in: 3 } }",
                "swanctl.connection.if_id_in: is not for this section; the spec's 'interface.id' says it, once for all"),
            .whole(
                "swanctl: { child: { ⟨⟩remote_ts: 10.0.0.0/8 } }",
                "swanctl.child.remote_ts: is not for this section; write 'traffic.remote'"),
            .whole(
                "swanctl: { child: { ⟨⟩copy-df: no } }",
                "swanctl.child.copy-df: is not a key of swanctl.conf; swanctl writes '_' for '-'"),
            .whole(
                "swanctl: { child: { updown: ⟨⟩\"a\\nb\" } }",
                "swanctl.child.updown: has characters that charon refuses; use at most 511 bytes of printable ASCII"),
            .whole(
                "swanctl: { child: { groups: [⟨⟩\"a,b\"] } }",
                "swanctl.child.groups[0]: cannot be written in swanctl.conf; an item has no comma, and no blank at its ends"
            ),
            .whole(
                "swanctl: { child: { label: ⟨⟩{ a: b } } }",
                "swanctl.child.label: is a mapping; write a text or a list of texts"),
        ] as [FaultySpec])
    func settings(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test(
        "hooks",
        arguments: [
            .whole("hooks: { ⟨⟩postup: /bin/true }", "hooks.postup: is an unknown key; did you mean 'post-up'?"),
            .whole(
                "hooks: { post-up: [/usr/bin/logger, ⟨⟩up] }",
                "hooks.post-up[1]: is not the absolute path of a program; write it with its arguments as [[/usr/local/bin/program, argument]]"
            ),
            .whole(
                "hooks: { pre-up: [[⟨⟩bin/true]] }",
                "hooks.pre-up[0][0]: is not the absolute path of a program; write it with its arguments as [[/usr/local/bin/program, argument]]"
            ),
            .whole(
                "hooks: { pre-down: ⟨⟩/usr/bin/logger down }",
                "hooks.pre-down: has blanks, and no shell splits it into words; write a list of words: [[/usr/local/bin/program, argument]]"
            ),
            .whole(
                "hooks: { pre-up: [[/bin/echo, ⟨⟩\"a\\0b\"]] }",
                "hooks.pre-up[0][1]: has a control character or another that is not seen; put it in a file of its own"),
            .whole(
                "hooks: { pre-up: [⟨⟩[]] }",
                "hooks.pre-up[0]: is an empty list; write a program's path and arguments, or remove it"),
            .whole(
                "hooks: { pre-up: ⟨⟩{ timeout: 10s } }",
                "hooks.pre-up.run: is missing; write the program and its arguments"),
            .whole(
                "hooks: { pre-up: { run: /bin/true, timeout: ⟨⟩0 } }",
                "hooks.pre-up.timeout: '0' is not a time such as 30s, 5m, 4h or 1d: 1...3600 seconds"),
            .whole(
                "hooks: { pre-up: [[/bin/echo, ⟨⟩[a]]] }", "hooks.pre-up[0][1]: is a list; write a word of a command"),
        ] as [FaultySpec])
    func hooks(spec: FaultySpec) throws {
        try spec.check()
    }
}
