import TestBed
import Testing

/// Specs that cannot be: one clear error each with the place, the value and the remedy, and nothing is changed.
@Suite(.testBed) struct BadInputTests {
    /// A spec that is wrong, and what is said of it.
    struct Mistake: Sendable {
        /// The lines of the spec behind the ends and the secret, which take four lines.
        let lines: String
        /// The exit status.
        let status: Int32
        /// What the one line of the error must have in it.
        let words: [String]
        /// The ends, when they are what is wrong.
        var ends = "local: 192.0.2.1\nremote: 192.0.2.2"
    }

    static let mistakes = [
        Mistake(
            lines: "interface: { kind: vti, id: 0 }", status: 65, words: ["x.yaml:4:29: interface.id: '0'", "1..."]),
        Mistake(
            lines: "interface: { kind: vti, id: 0x100/0xff }", status: 65,
            words: ["x.yaml:4:29: interface.id: '0x100/0xff'", "mask", "write"]),
        Mistake(
            lines: "interface: { kind: vti, id: { in: 8, out: 0/0xff } }", status: 65,
            words: ["x.yaml:4:", "interface.id.out: '0/0xff'"]),
        Mistake(
            lines: "interface: { kind: vti }", status: 65,
            words: ["x.yaml:2:8: local: 192.0.2.1", "another family", "2001:db8:2::2"],
            ends: "local: 192.0.2.1\nremote: \"2001:db8:2::2\""),
        Mistake(
            lines: "interface: { netns: nowhere }\nroutes: [10.9.0.0/24]", status: 1,
            words: ["x: ", "namespace nowhere", "ip netns add nowhere"]),
        Mistake(
            lines: "interface: { vrf: nowhere }\nroutes: [10.9.0.0/24]", status: 1,
            words: ["x: ", "VRF nowhere", "ip link add name nowhere type vrf"]),
        Mistake(
            lines: "interface: { device: eth7 }\nroutes: [10.9.0.0/24]", status: 1,
            words: ["x: ", "eth7", "interface.device"]),
        Mistake(
            lines: "routes: [{ to: 10.9.0.0/24, table: nowhere }]", status: 65,
            words: ["x.yaml:4:", "routes[0].table: 'nowhere'", "/etc/iproute2/rt_tables"]),
        Mistake(
            lines: "routes: [{ to: 10.9.0.0/24, table: 100 }]\nrules: [{ from: 10.1.0.0/24, table: nowhere }]",
            status: 65, words: ["x.yaml:5:", "rules[0].table: 'nowhere'"]),
        Mistake(
            lines: "routes: [default, { to: 0.0.0.0/0, metric: 5 }]", status: 65,
            words: ["x.yaml:4:19: routes[1]", "default route", "routes[0]", "another table"]),
        Mistake(
            lines: "routes: [10.9.0.1/24]", status: 65,
            words: ["x.yaml:4:10: routes[0]: '10.9.0.1/24' has host bits set", "10.9.0.0/24"]),
        Mistake(
            lines: "routes: [\"fd09::1/64\"]", status: 65,
            words: ["x.yaml:4:10: routes[0]: 'fd09::1/64' has host bits set", "fd09::/64"]),
        Mistake(
            lines: "interface: { id: 77 }\nroutes: [10.9.0.0/24]", status: 1,
            words: ["x: ", "77", "the spec of y", "interface.id"]),
        Mistake(
            lines: "rules: [{ fwmark: 0x100/0xff, table: 100 }]", status: 65,
            words: ["x.yaml:4:", "rules[0].fwmark: '0x100/0xff'", "mask"]),
        Mistake(
            lines: "routes: [{ to: 0.0.0.0/0, table: main }]", status: 65,
            words: ["x.yaml:4:", "routes[0]", "peer", "table"]),
        Mistake(
            lines: "routes: [{ to: 10.9.0.0/24, advmss: 70000 }]", status: 65,
            words: ["x.yaml:4:", "routes[0].advmss: '70000'"]),
    ]

    @Test func `each mistake is one line with its place, its value and the remedy, and changes nothing`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try gateway.write(SiteToSite.secret + "\n", to: "/etc/viaduct/x.psk", mode: 0o600)
        try gateway.write(
            "local: 192.0.2.1\nremote: 192.0.2.2\npsk: { file: x.psk }\ninterface: { id: 77 }\nroutes: [10.8.0.0/24]\n",
            to: "/etc/viaduct/y.yaml")
        let before = try await gateway.dump()
        for mistake in Self.mistakes {
            try gateway.write(
                "psk: { file: x.psk }\n\(mistake.ends)\n\(mistake.lines)\n", to: "/etc/viaduct/x.yaml")
            let outcome = try await gateway.viaduct("up", "x")
            #expect(outcome.status == mistake.status, "\(outcome)")
            #expect(outcome.stdout.isEmpty && outcome.steps.isEmpty, "\(outcome)")
            #expect(outcome.stderr.split(separator: "\n").count == 1, "\(outcome)")
            for word in mistake.words { #expect(outcome.stderr.contains(word), "\(word) in \(outcome)") }
        }
        try gateway.delete("/etc/viaduct/x.yaml")
        expectEqual(before, try await gateway.dump(), "changed by specs with mistakes")
    }

    @Test func `a tunnel does not move to another namespace behind its own back`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try await gateway.run("ip", "netns", "add", "blue")
        let lines = { (more: String) in
            "psk: { file: office.psk }\n" + net.a.lines(interface: "kind: xfrm\(more)")
        }
        try net.b.writeSpec()
        try net.a.writeSpec(lines(", netns: blue"))
        let before = try await net.dumps().map { $0.without(.file) }
        try await net.up()
        try net.a.writeSpec(lines(""))
        let moved = try await gateway.viaduct("up", "office")
        #expect(moved.status == 1, "\(moved)")
        for word in ["blue", "viaduct down office"] { #expect(moved.stderr.contains(word), "\(word) in \(moved)") }
        // Nothing was changed: the tunnel is where it was.
        try await gateway.expectPing(net.b.v4, netns: "blue")
        try await gateway.down("office")
        try await gateway.up("office")
        let shown = try await gateway.run("ip", "-n", "blue", "-o", "link")
        #expect(!shown.contains("office"))
        try net.a.writeSpec(lines(", netns: blue"))
        let again = try await gateway.viaduct("up", "office")
        #expect(again.status == 1, "\(again)")
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            expectEqual(before[index], after.without(.file), "left over")
        }
    }
}
