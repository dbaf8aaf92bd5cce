import TestBed
import Testing

/// What is run around a tunnel and over it: the administrator's programs, and routing daemons.
@Suite(.testBed) struct HookTests {
    @Test func `hooks have their environment, and their failures have the documented effect`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try gateway.write(
            "#!/bin/sh\nenv | sort >>/run/hooks.log\necho \"moment $1\" >>/run/hooks.log\n", to: "/etc/viaduct/note",
            mode: 0o755)
        try net.writeSpecs()
        func write(_ hooks: String) throws {
            try net.a.writeSpec(net.a.spec(id: 1234) + hooks)
        }
        func log() throws -> String { try gateway.has("/run/hooks.log") ? gateway.read("/run/hooks.log") : "" }
        let before = try await net.dumps().map { $0.without(.file) }
        try await net.b.gateway.up("office")

        let moments = ["pre-up", "post-up", "pre-down", "post-down"]
        try write("hooks:\n" + moments.map { "  \($0): [[/etc/viaduct/note, \($0)]]\n" }.joined())
        try await gateway.up("office")
        #expect(
            try log().split(separator: "\n").filter { $0.hasPrefix("moment") } == ["moment pre-up", "moment post-up"])
        for line in ["IF=office", "IF_ID=1234", "IF_ID_IN=1234", "MTU=1446", "PEER=192.0.2.2", "TUNNEL=office"] {
            let seen = try log()
            #expect(seen.split(separator: "\n").filter { $0 == line }.count == 2, "\(line) in \(seen)")
        }
        try await gateway.expectNothingToDo("office")
        #expect(try log().split(separator: "\n").filter { $0.hasPrefix("moment") }.count == 2)
        try await gateway.down("office")
        #expect(
            try log().split(separator: "\n").filter { $0.hasPrefix("moment") }.map { $0.dropFirst(7) }.map(String.init)
                == moments)
        expectEqual(before[0], try await gateway.dump().without(.file), "left over")

        // One that fails before keeps the tunnel down; one that fails after takes it back; one that hangs is killed.
        for (hooks, words) in [
            ("hooks: { pre-up: /bin/false }\n", ["/bin/false", "status 1"]),
            ("hooks: { post-up: /bin/false }\n", ["/bin/false", "status 1"]),
            ("hooks: { pre-up: /no/such/program }\n", ["/no/such/program", "No such file"]),
            ("hooks: { post-up: { run: [/bin/sleep, 500], timeout: 1s } }\n", ["/bin/sleep", "1 s", "killed"]),
        ] {
            try write(hooks)
            let outcome = try await gateway.viaduct("up", "office")
            #expect(outcome.status == 1, "\(outcome)")
            for word in words { #expect(outcome.stderr.contains(word), "\(word) in \(outcome)") }
            expectEqual(before[0], try await gateway.dump().without(.file), "left over after \(hooks)")
        }
        #expect(try await gateway.attempt(["pgrep", "-f", "sleep 500"]).stdout.isEmpty)
        try await net.b.gateway.down("office")
    }

    @Test(arguments: ["xfrm", "vti"])
    func `multicast and link-local packets pass, as OSPF and Babel send them`(kind: String) async throws {
        var routing = Routing { _, site in
            site.lines(interface: "kind: \(kind), multicast: true", routes: "[]")
        }
        routing.traffic = { net in
            for (target, words) in [
                ("224.0.0.5", ["169.254.7.1 > 224.0.0.5"]), ("ff02::1%office", ["IP6 fe80::", "> ff02::1:"]),
            ] {
                let filter = "icmp[0] == 8 or (ip6 and ip6[40] == 128)"
                let seen = try await net.b.gateway.startTcpdump(
                    on: "office", ["-l", "-c", "2", filter], timeout: .seconds(60))
                let ping = try net.a.gateway.keepPinging(target, source: "office")
                let outcome = await seen.outcome()
                _ = await ping.stop()
                for word in words { #expect(outcome.stdout.contains(word), "\(word) in \(outcome)") }
            }
        }
        try await routing.live()
    }

    @Test func `Babel over two tunnels changes to the second when the first dies, and back`() async throws {
        let net = try await SiteToSite(.routed), outer = net.underlay.addresses
        for site in net.sites {
            let (own, peer) = net.isA(site) ? (outer.left, outer.right) : (outer.right, outer.left)
            let number = net.isA(site) ? 1 : 2
            // The second way is that of IPv6.
            for (name, block, ends) in [("first", 7, (own.v4, peer.v4)), ("second", 8, (own.v6, peer.v6))] {
                try site.gateway.write(
                    """
                    psk: { file: office.psk }
                    start: \(site.start)
                    local: "\(ends.0)"
                    remote: "\(ends.1)"
                    interface: { multicast: true, addresses: 169.254.\(block).\(number)/30 }
                    routes: []

                    """, to: "/etc/viaduct/\(name).yaml")
            }
            try site.gateway.write(SiteToSite.secret + "\n", to: "/etc/viaduct/office.psk", mode: 0o600)
        }
        let before = try await net.dumps()
        for site in [net.b, net.a] { try await site.gateway.up("first", "second") }
        for site in net.sites {
            let cost = { (name: String, cost: Int) in
                [
                    "-C",
                    "interface \(name) type tunnel hello-interval 1 update-interval 4 rxcost \(cost) link-quality false",
                ]
            }
            _ = try site.gateway.start(
                ["babeld", "-I", "/run/.testbed/babeld.pid", "-S", "/run/.testbed/babel-state"]
                    + cost("first", 96) + cost("second", 512)
                    + [
                        "-C", "redistribute if lan proto 2 metric 1", "-C", "redistribute local deny", "first",
                        "second",
                    ])
        }
        func goes(by name: String) async throws {
            for site in net.sites {
                try await site.gateway.until("the routes are those of \(name)") { host in
                    let shown = try await host.run(
                        "sh", "-c", "ip route show proto babel; ip -6 route show proto babel")
                    return site.peerNetworks.allSatisfy { network in
                        shown.split(separator: "\n").contains { $0.hasPrefix(network) && $0.contains(" dev \(name) ") }
                    }
                }
            }
            try await net.expectPings()
        }
        try await goes(by: "first")
        // Not a word of it at either end: the peer is just not heard any more.
        try await net.underlay.host.run(
            "nft", "insert rule inet wire forward meta nfproto ipv4 drop")
        try await goes(by: "second")
        try await net.underlay.heal()
        try await goes(by: "first")
        for site in net.sites {
            try await site.gateway.run("sh", "-c", "kill $(cat /run/.testbed/babeld.pid)")
            try await site.gateway.until("Babel has ended") { try !$0.has("/run/.testbed/babeld.pid") }
            try await site.gateway.down("first", "second")
        }
        try await net.expectLeftover(before)
    }
}
