import TestBed
import Testing

/// Tables and rules, and what they keep apart.
@Suite(.testBed) struct TableTests {
    /// The rules of the scenario, each with what `ip rule` shows of it.
    static let rules = [
        (
            "{ from: 10.1.0.0/24, to: 10.2.0.0/24, table: 100, priority: 5210 }",
            "5210:\tfrom 10.1.0.0/24 to 10.2.0.0/24 lookup 100"
        ),
        ("{ fwmark: 0x10/0xff, table: viaduct_test }", "5300:\tfrom all fwmark 0x10/0xff lookup viaduct_test"),
        ("{ family: ipv4, iif: lan, oif: wan, table: 101 }", "5301:\tfrom all iif lan oif wan lookup 101"),
        (
            "{ family: ipv4, ipproto: udp, sport: 4000, dport: 5000-5010, table: 101 }",
            "5302:\tfrom all ipproto udp sport 4000 dport 5000-5010 lookup 101"
        ),
        (
            "{ family: ipv4, uidrange: 1000-1999, tos: 0x10, table: 101 }",
            "5303:\tfrom all tos 0x10 uidrange 1000-1999 lookup 101"
        ),
        ("{ family: ipv4, tun_id: 7, table: 101 }", "5304:\tfrom all tun_id 7 lookup 101"),
        (
            "{ not: true, to: 10.0.0.0/8, table: main, suppress_prefixlength: 0 }",
            "5305:\tnot from all to 10.0.0.0/8 lookup main suppress_prefixlength 0"
        ),
        (
            "{ family: ipv4, fwmark: 0x20, table: 101, suppress_ifgroup: 7 }",
            "5306:\tfrom all fwmark 0x20 lookup 101 suppress_ifgroup 7"
        ),
        ("{ from: 10.7.0.0/16, priority: 5320, goto: 5330 }", "5320:\tfrom 10.7.0.0/16 goto 5330"),
        ("{ family: ipv4, fwmark: 0x40, priority: 5330, action: nop }", "5330:\tfrom all fwmark 0x40 nop"),
        ("{ to: 10.66.0.0/16, action: prohibit, priority: 5331 }", "5331:\tfrom all to 10.66.0.0/16 prohibit"),
        ("{ to: 10.67.0.0/16, action: blackhole, priority: 5332 }", "5332:\tfrom all to 10.67.0.0/16 blackhole"),
        ("{ to: 10.68.0.0/16, action: unreachable, priority: 5333 }", "5333:\tfrom all to 10.68.0.0/16 unreachable"),
    ]

    @Test func `routes in named and numbered tables, and rules with every selector`() async throws {
        var routing = Routing { net, site in
            guard net.isA(site) else { return site.lines(interface: "kind: xfrm") }
            return """
                local: \(site.outer)
                remote: \(site.peer)
                interface: { addresses: \(SiteToSite.Site.list(site.tunnelAddresses)) }
                routes:
                  - { to: 10.2.0.0/24, table: 100, metric: 50, source: 10.1.0.1, mtu: 1300 }
                  - { to: 10.2.0.0/24, table: viaduct_test, source: 10.1.0.1 }
                  - { to: "fd02::/64", table: viaduct_test, metric: 70, source: "fd01::1" }
                  - { to: "fd02::/64", table: main, source: "fd01::1" }
                rules:

                """ + Self.rules.map { "  - \($0.0)\n" }.joined()
        }
        routing.prepare = { net in
            // Everything below /etc that is not a host's own is the bed's.
            try await net.a.gateway.run(
                "sh", "-c",
                "mkdir -p /etc/iproute2/rt_tables.d; echo 4242 viaduct_test >/etc/iproute2/rt_tables.d/viaduct.conf")
        }
        try await routing.live { net in
            let gateway = net.a.gateway
            let shown = try await gateway.run("ip", "rule", "show")
            for (_, line) in Self.rules { #expect(shown.contains(line + " proto 222"), "\(line) in \(shown)") }
            let six = try await gateway.run("ip", "-6", "rule", "show")
            #expect(six.contains("5300:\tfrom all fwmark 0x10/0xff lookup viaduct_test proto 222"), "\(six)")
            let route = try await gateway.run("ip", "route", "show", "table", "100")
            #expect(
                route.contains("10.2.0.0/24 dev office proto 222 scope link src 10.1.0.1 metric 50 mtu 1300"),
                "\(route)")
            // By the mark alone, from an address that the first rule does not take: the fence of the table holds it too.
            let marked = try await gateway.run(
                "ping", "-n", "-c", "3", "-i", "0.1", "-m", "16", "-I", "169.254.7.1", "10.2.0.1")
            #expect(marked.contains(" 0% packet loss"), "\(marked)")
            let unmarked = try await gateway.ping("10.2.0.1", count: 1, source: "169.254.7.1")
            #expect(unmarked.received == 0, "\(unmarked)")
        }
    }

    /// How two tunnels to the same prefix are kept apart.
    enum Keeping: String, CaseIterable {
        case table, vrf, netns

        /// The lines of a spec, where it is the tunnel of that number.
        func lines(_ number: Int) -> String {
            switch self {
            case .table:
                """
                routes: [{ to: 10.9.0.0/24, table: \(100 + number) }, { to: "fd09::/64", table: \(100 + number) }]
                rules:
                  - { from: 10.1.\(number).1, table: \(100 + number) }
                  - { from: "fd01:\(number)::1", table: \(100 + number) }
                """
            case .vrf: "interface: { vrf: red\(number) }\nroutes: [10.9.0.0/24, \"fd09::/64\"]"
            case .netns: "interface: { netns: blue\(number) }\nroutes: [10.9.0.0/24, \"fd09::/64\"]"
            }
        }
    }

    @Test func `two tunnels to one prefix are kept apart by tables, by VRFs and by namespaces`() async throws {
        let sites = try await ThreeSites(), a = sites.a
        for (number, far) in [(1, sites.b), (2, sites.c)] {
            // Both sides of both tunnels have the same addresses; only where they are used tells them apart.
            try await far.address(["10.9.0.1/24", "fd09::1/64"], on: "lan")
            let outer = number == 1 ? sites.net.b.outer : sites.outer.v4
            try sites.write(
                "far", on: far,
                """
                local: \(outer)
                remote: 192.0.2.1
                start: listen
                routes: ["10.1.\(number).1/32", "fd01:\(number)::1/128"]
                """)
            try await a.address(["10.1.\(number).1/32", "fd01:\(number)::1/128"], on: "lan")
            try await a.ip(
                "link add red\(number) type vrf table \(110 + number)", "link set red\(number) up",
                "link add home\(number) type dummy", "link set home\(number) master red\(number) up",
                "address add 10.1.\(number).1/32 dev home\(number)",
                "address add fd01:\(number)::1/128 dev home\(number)", "netns add blue\(number)")
        }
        try await a.run(
            "sh", "-eu",
            input: (1...2).map {
                """
                ip -n blue\($0) link set lo up
                ip -n blue\($0) address add 10.1.\($0).1/32 dev lo
                ip -n blue\($0) address add fd01:\($0)::1/128 dev lo

                """
            }.joined())
        // It mounts its cgroups below /run when it is first used.
        try await a.run("ip", "vrf", "exec", "red1", "true")
        try sites.writeSecret(on: a)
        let before = try await sites.dumps()
        let capture = try await a.capture(on: "wan")
        try await sites.b.up("far")
        try await sites.c.up("far")
        for keeping in Keeping.allCases {
            for (number, outer) in [(1, sites.net.b.outer), (2, sites.outer.v4)] {
                try sites.write(
                    "t\(number)", on: a, "local: 192.0.2.1\nremote: \(outer)\n" + keeping.lines(number))
            }
            try await a.up("t1", "t2")
            for number in 1...2 {
                let before = try await a.bytesIn()
                for (target, source) in [("10.9.0.1", "10.1.\(number).1"), ("fd09::1", "fd01:\(number)::1")] {
                    switch keeping {
                    case .table: try await a.expectPing(target, source: source)
                    case .netns: try await a.expectPing(target, source: source, netns: "blue\(number)")
                    case .vrf:
                        let ping = try await a.attempt(
                            [
                                "ip", "vrf", "exec", "red\(number)", "ping", "-n", "-c", "3", "-i", "0.1", "-I", source,
                                target,
                            ])
                        #expect(ping.stdout.contains(" 0% packet loss"), "\(ping)")
                    }
                }
                let after = try await a.bytesIn()
                for (name, bytes) in before {
                    #expect(((after[name] ?? 0) > bytes) == (name == "t\(number)"), "\(keeping) \(number): \(name)")
                }
            }
            try await a.expectNothingToDo("t1", "t2")
            try await a.down("t1", "t2")
            for file in ["t1.yaml", "t2.yaml"] { try a.delete("/etc/viaduct/\(file)") }
        }
        try await sites.b.down("far")
        try await sites.c.down("far")
        #expect(try await capture.stop().cleartext.isEmpty)
        try await sites.expectLeftover(before)
    }
}
