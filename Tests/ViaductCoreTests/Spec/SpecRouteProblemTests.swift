import Testing
import ViaductCore

@Suite("What is wrong with routes and rules")
struct SpecRouteProblemTests {
    @Test(
        "routes",
        arguments: [
            .whole(
                "routes: [default, ⟨⟩{ to: default, metric: 50 }]",
                "routes[1]: is a default route, and so is 'routes[0]' in the same table; give it another table, or remove it"
            ),
            .whole(
                "routes: [{ to: default, table: 100 }, default, ⟨⟩{ to: 0.0.0.0/0, table: 100 }]",
                "routes[2]: is a default route, and so is 'routes[0]' in the same table; give it another table, or remove it"
            ),
            .whole(
                "traffic: { remote: 10.0.0.0/8 }\nroutes: ⟨⟩default",
                "routes: 0.0.0.0/0 reaches beyond the remote traffic selectors; it would be dropped; they are 10.0.0.0/8"
            ),
            .whole(
                "traffic: { local: 10.0.0.0/8, remote: \"fd00::/8\" }\nroutes: ⟨⟩default",
                "routes: 'default' is of no family that the traffic selectors carry; write it out as 0.0.0.0/0 or ::/0"),
            .whole(
                "routes: [{ to: default, metric: ⟨⟩0 }]",
                "routes[0].metric: '0' means 1024 for IPv6; write 1...4294967295"),
            .whole(
                "routes: [⟨⟩10.0.0.0/8/8]",
                "routes[0]: '10.0.0.0/8/8' is not an address block; write one such as 192.168.88.0/24 or 2001:db8:88::/64"
            ),
            .whole(
                "routes: [10.0.0.0/8, { to: 10.0.0.0/8, table: 9 }, ⟨⟩{ to: 10.0.0.0/8, metric: 0 }]",
                "routes[2]: 10.0.0.0/8 is routed already by 'routes[0]'; give it another table or metric, or remove it"),
            .whole(
                "routes: [\"fd00::/8\", ⟨⟩{ to: \"fd00::/8\", metric: 1024 }]",
                "routes[1]: fd00::/8 is routed already by 'routes[0]'; give it another table or metric, or remove it"),
            .whole(
                "routes: [{ to: \"fd00::/8\", metric: ⟨⟩0 }]",
                "routes[0].metric: '0' means 1024 for IPv6; write 1...4294967295"),
            .whole(
                "routes: [{ to: \"fd00::/8\", mtu: ⟨⟩1000 }]",
                "routes[0].mtu: '1000' is less than IPv6 needs; write 1280 or more"),
            .whole(
                "routes: [{ to: 10.0.0.0/8, advmss: ⟨⟩70000 }]",
                "routes[0].advmss: '70000' is not a number of 536...65495 bytes"),
            .whole(
                "routes: [{ to: 10.0.0.0/8, table: ⟨⟩blu }]",
                "routes[0].table: 'blu' is no routing table; did you mean 'blue'?"),
            .whole(
                "routes: [{ to: 10.0.0.0/8, table: ⟨⟩0 }]",
                "routes[0].table: '0' is no routing table; write 1...4294967295 or a name of /etc/iproute2/rt_tables"),
            .whole(
                "routes: [{ to: 10.0.0.0/8, source: ⟨⟩fd00::1 }]",
                "routes[0].source: 'fd00::1' is of another family than 10.0.0.0/8"),
            .whole(
                "routes: [{ to: 10.0.0.0/8, source: ⟨⟩10.0.0.1/8 }]",
                "routes[0].source: '10.0.0.1/8' has a prefix length; write the address alone"),
            .whole("routes: [⟨⟩{ table: 100 }]", "routes[0].to: is missing; write the prefix"),
            .whole(
                "routes: [⟨⟩[10.0.0.0/8]]",
                "routes[0]: is a list; write a prefix such as 192.168.88.0/24, or a mapping with 'to'"),
            .whole(
                "routes: [⟨⟩~]",
                "routes[0]: has no value; write a prefix such as 192.168.88.0/24, or a mapping with 'to'"),
            .whole(
                "routes: [⟨⟩{ to: 192.0.2.0/24, table: main }]",
                "routes[0]: 192.0.2.0/24 holds the peer's own address 192.0.2.2, and leads IKE and ESP into the tunnel in this table; leave 'table' out, and they are kept out of it"
            ),
            FaultySpec(
                "remote: vpn.example.org\npsk: { file: a }\nroutes: [⟨⟩{ to: 0.0.0.0/0, table: 253 }]",
                "routes[0]: 0.0.0.0/0 holds the peer, and leads IKE and ESP into the tunnel in this table; leave 'table' out, and they are kept out of it"
            ),
            FaultySpec(
                "local: 192.0.2.1\nremote: { address: 198.51.100.0/24, id: a }\npsk: { file: a }\nroutes: [⟨⟩198.51.0.0/16]",
                "routes[0]: 198.51.0.0/16 holds the block 198.51.100.0/24 that the peer calls from; keep them apart, or write 'default'"
            ),
            .whole(
                "routes: [{ to: 0.0.0.0/0, table: 100 }]\nrules: [⟨⟩{ to: 192.0.0.0/8, table: 100, priority: 5600 }]",
                "rules[0]: leads IKE and ESP into the tunnel: table 100 has 0.0.0.0/0, which holds the peer's own address 192.0.2.2; write a 'priority' of 2...5599, or none, to keep them out"
            ),
            .whole(
                "interface: { vrf: red }\nroutes: [{ to: 0.0.0.0/0, table: 100 }]\nrules: [⟨⟩{ to: 192.0.0.0/8, table: 100 }]",
                "rules[0]: leads IKE and ESP into the tunnel: table 100 has 0.0.0.0/0, which holds the peer's own address 192.0.2.2; write a rule that does not match packets to the peer"
            ),
            .whole(
                "routes: default\ntraffic: ⟨⟩{}\nswanctl: { child: { set_mark_out: 7 } }",
                "traffic: has 'set_mark_out', and a route that holds the peer; remove it; Viaduct marks ESP itself to keep it out of the tunnel"
            ),
            .whole(
                "interface: { mtu: 1400 }\nroutes: [⟨⟩{ to: 10.0.0.0/8, mtu: 1401 }]",
                "routes[0]: has an MTU of 1401, more than the link's 1400"),
            .whole(
                "traffic: { remote: [10.1.0.0/16] }\nroutes: [10.1.2.0/24, ⟨⟩10.2.0.0/16, ⟨⟩10.0.0.0/8]",
                "routes[1]: 10.2.0.0/16 is outside of the remote traffic selectors; it would be dropped; they are 10.1.0.0/16",
                "routes[2]: 10.0.0.0/8 reaches beyond the remote traffic selectors; it would be dropped; they are 10.1.0.0/16"
            ),
            .whole(
                "traffic: { local: [10.1.0.0/16] }\nroutes: [⟨⟩{ to: 10.2.0.0/16, source: 10.3.0.1 }]",
                "routes[0]: the source 10.3.0.1 is outside of the local traffic selectors; they are 10.1.0.0/16"),
            .whole(
                "routes: [⟨⟩127.0.0.0/8]", "routes[0]: '127.0.0.0/8' cannot be routed; write what lies behind the peer"),
        ] as [FaultySpec])
    func routes(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test(
        "a prefix that holds the peer is fine where IKE and ESP are kept out of it",
        arguments: [
            "routes: default", "routes: 192.0.2.0/24", "routes: [0.0.0.0/0]",
            "routes: [{ to: default, metric: 50 }, { to: default, table: 100 }]",
            "interface: { netns: blue, addresses: 192.0.2.2/24 }\nroutes: [{ to: 0.0.0.0/0, table: main }]",
            "interface: { vrf: red, addresses: 192.0.2.9/24 }\nroutes: default",
            "interface: { vrf: red }\nroutes: [10.0.0.0/8, { to: 10.0.0.0/8, table: main }]",
            "routes: [{ to: \"::/0\", table: main }]\nlocal: 192.0.2.1",
        ])
    func holdingThePeer(text: String) throws {
        #expect(try specProblems("remote: 192.0.2.2\npsk: { file: a.psk }\n" + text).map(\.description) == [])
    }

    @Test(
        "a table of the spec's own may lead everywhere, and rules may send packets there",
        arguments: [
            "rules: [{ from: 10.1.0.0/16, table: 100 }]", "rules: [{ fwmark: 7, table: 100 }]",
            "rules: [{ iif: lan0, table: 100, priority: 6000 }]", "rules: [{ to: 203.0.113.0/24, table: 100 }]",
            "rules: [{ not: true, to: 192.0.2.2, table: 100 }]", "rules: [{ uidrange: 1000-1999, table: 100 }]",
            "rules: [{ to: 192.0.0.0/8, table: 100 }]", "rules: [{ to: 0.0.0.0/0, table: 100, priority: 5599 }]", "",
        ])
    func defaultInTable(rules: String) throws {
        let text = "remote: 192.0.2.2\npsk: { file: a.psk }\nroutes: [{ to: 0.0.0.0/0, table: 100 }]\n" + rules
        #expect(try specProblems(text).isEmpty)
    }

    @Test(
        "rules",
        arguments: [
            .whole(
                "rules: [⟨⟩{ from: 10.0.0.0/8 }]",
                "rules[0]: says nothing about what to do; write one of 'table', 'goto', 'action'"),
            .whole(
                "rules: [⟨⟩{ from: 10.0.0.0/8, table: 1, action: nop }]",
                "rules[0]: says more than one thing to do; write one of 'table', 'goto', 'action'"),
            .whole(
                "rules: [⟨⟩{ table: 100 }]",
                "rules[0]: has no selector, so it is for every packet; write 'from', 'to', 'fwmark' or another"),
            .whole(
                "rules: [{ from: 10.0.0.0/8, to: ⟨⟩\"fd00::/8\", table: 1 }]",
                "rules[0].to: 'fd00::/8' is of another family than 'rules[0].from'"),
            .whole(
                "rules: [{ family: ipv6, to: ⟨⟩10.0.0.0/8, table: 1 }]",
                "rules[0].to: '10.0.0.0/8' is of another family than 'rules[0].family'"),
            .whole(
                "rules: [{ from: ⟨⟩10.0.0.1/8, table: 1 }]",
                "rules[0].from: '10.0.0.1/8' has host bits set; write 10.0.0.0/8"),
            .whole(
                "rules: [{ fwmark: ⟨⟩0x100/0xff, table: 1 }]",
                "rules[0].fwmark: '0x100/0xff' has bits outside its mask, so it never matches; write 0/255"),
            .whole(
                "rules: [{ fwmark: ⟨⟩0, table: 1 }]",
                "rules[0].fwmark: '0' matches every packet; write a mark, or 0 with a mask such as 0/0xff"),
            .whole(
                "rules: [{ sport: ⟨⟩0, table: 1 }]",
                "rules[0].sport: '0' is not a port or ports such as 53 or 1000-2000"),
            .whole(
                "rules: [{ dport: ⟨⟩20-10, table: 1 }]",
                "rules[0].dport: '20-10' is not a port or ports such as 53 or 1000-2000"),
            .whole(
                "rules: [{ uidrange: ⟨⟩4294967295, table: 1 }]",
                "rules[0].uidrange: '4294967295' is not users such as 1000-1999"),
            .whole(
                "rules: [{ tos: ⟨⟩3, table: 1 }]",
                "rules[0].tos: '3' is not a type of service: a multiple of 4 of 4...252"),
            .whole(
                "rules: [{ ipproto: ⟨⟩256, table: 1 }]",
                "rules[0].ipproto: '256' is not a protocol: 1...255, or a name such as tcp"),
            .whole(
                "rules: [{ iif: lan0, goto: ⟨⟩10, priority: 10 }]",
                "rules[0].goto: '10' can only be a later rule; give this rule a lower 'priority'"),
            .whole(
                "rules: [{ iif: lan0, action: nop, suppress_prefixlength: ⟨⟩0 }]",
                "rules[0].suppress_prefixlength: is for a rule with a table only; remove it"),
            .whole(
                "rules: [{ iif: lan0, table: 1, suppress_prefixlength: ⟨⟩33 }]",
                "rules[0].suppress_prefixlength: '33' is not a number of 0...32"),
            .whole(
                "rules: [{ iif: lan0, table: 1, priority: ⟨⟩0 }]",
                "rules[0].priority: '0' is not a number of 1...4294967295"),
            .whole(
                "rules: [{ iif: lan0, table: 1 }, ⟨⟩{ table: 1, iif: lan0 }]",
                "rules[1]: is the same rule as 'rules[0]'; remove one"),
            .whole(
                "rules: [⟨⟩10.0.0.0/8]",
                "rules[0]: is a text; write a mapping such as '{ from: 10.1.1.0/24, table: 100 }'"),
        ] as [FaultySpec])
    func rules(spec: FaultySpec) throws {
        try spec.check()
    }
}
