import TestBed
import Testing

/// The kinds of links, and the ways that packets find them.
@Suite(.testBed) struct RoutingTests {
    @Test func `a VTI passes both families`() async throws {
        let net = try await SiteToSite(innerHosts: true)
        try await net.live { $0.lines(interface: "kind: vti, id: 42") }
    }

    @Test func `a VTI with a key for each direction`() async throws {
        let net = try await SiteToSite()
        try await net.live { site in
            site.lines(interface: "kind: vti, id: { in: \(site.outer == net.a.outer ? "7, out: 8" : "9, out: 10") }")
        }
    }

    @Test func `a VTI over IPv6 passes both families`() async throws {
        let net = try await SiteToSite()
        try await net.live { site in
            let isA = site.outer == net.a.outer
            return """
                local: "2001:db8:2::\(isA ? 1 : 2)"
                remote: "2001:db8:2::\(isA ? 2 : 1)"
                interface: { kind: vti, addresses: \(SiteToSite.Site.list(site.tunnelAddresses)) }
                routes: \(SiteToSite.Site.list(site.peerNetworks))

                """
        }
    }

    @Test func `a default route keeps IKE and ESP out of the tunnel, also across rekey and a change of gateway`()
        async throws
    {
        let net = try await SiteToSite(.routed)
        try await net.live { site in
            site.lines(interface: "kind: xfrm", routes: site.outer == net.a.outer ? "default" : nil)
        } whileUp: {
            let ping = try net.a.gateway.keepPinging(net.b.v4, source: net.a.v4)
            try await ping.moreReplies(5)
            let sa = try #require(try await net.a.gateway.childSAs().first)
            try await net.a.gateway.vici("rekey", ["child": sa.name])
            try await ping.moreReplies(10)
            try await net.a.gateway.vici("rekey", ["ike": sa.connection])
            try await ping.moreReplies(10)
            // Another gateway of the underlay: the same router by another address.
            try await net.underlay.host.ip("address add 192.0.2.253/24 dev left")
            try await net.a.gateway.ip("route replace default via 192.0.2.253")
            try await ping.moreReplies(10)
            try await net.a.gateway.vici("rekey", ["ike": sa.connection])
            try await ping.moreReplies(10)
            let result = await ping.stop()
            #expect(result.lost == 0, "\(result)")
            try await net.a.gateway.ip("route replace default via 192.0.2.254")
            let counts = try await net.underlay.counts()
            #expect(counts.clear == 0)
        }
    }

    @Test func `the peer's own address inside the routed prefix`() async throws {
        let net = try await SiteToSite(.routed)
        try await net.live { site in
            site.lines(
                interface: "kind: xfrm",
                routes: site.outer == net.a.outer
                    ? SiteToSite.Site.list(site.peerNetworks + ["198.51.100.0/24"]) : nil)
        } whileUp: {
            // What is neither IKE nor ESP goes to the peer's outer address by the tunnel as well.
            let ping = try await net.a.gateway.ping(net.b.outer, count: 3, source: net.a.v4)
            #expect(ping.received == 3)
            let counts = try await net.underlay.counts()
            #expect(counts.clear == 0)
        }
    }

    @Test func `the link in a VRF`() async throws {
        let net = try await SiteToSite()
        for site in net.sites {
            try await site.gateway.ip(
                "link add red type vrf table 100", "link set red up", "link set lan master red")
            try await site.gateway.address(["\(site.v6)/64"], on: "lan")
            // It mounts its cgroups below /run when it is first used.
            try await site.gateway.run("ip", "vrf", "exec", "red", "true")
        }
        for site in net.sites {
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(site.start)\n" + site.lines(interface: "vrf: red"))
        }
        let before = try await net.dumps()
        try await net.up()
        for (target, source) in [(net.b.v4, net.a.v4), (net.b.v6, net.a.v6)] {
            let ping = try await net.a.gateway.run(
                "ip", "vrf", "exec", "red", "ping", "-n", "-c", "3", "-i", "0.2", "-I", source, target)
            #expect(ping.contains(" 0% packet loss"), "\(ping)")
        }
        #expect(try await net.a.gateway.viaduct("up", "office").stdout.contains("nothing to do"))
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() { expectEqual(before[index], after, "left over") }
    }

    @Test func `the link in a network namespace, IKE and ESP outside`() async throws {
        let net = try await SiteToSite()
        try await net.a.gateway.run("ip", "netns", "add", "blue")
        try await net.a.gateway.run("ip", "-n", "blue", "link", "set", "lo", "up")
        for site in net.sites {
            let netns = site.outer == net.a.outer ? "netns: blue" : "kind: xfrm"
            let routes = site.outer == net.a.outer ? nil : "[169.254.7.0/30]"
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(site.start)\n" + site.lines(interface: netns, routes: routes))
        }
        let before = try await net.a.gateway.dump()
        try await net.up()
        for target in [net.b.v4, net.b.v6] {
            let ping = try await net.a.gateway.run(
                "ip", "netns", "exec", "blue", "ping", "-n", "-c", "3", "-i", "0.2", target)
            #expect(ping.contains(" 0% packet loss"), "\(ping)")
        }
        #expect(try await net.a.gateway.viaduct("up", "office").stdout.contains("nothing to do"))
        try await net.down()
        expectEqual(before, try await net.a.gateway.dump(), "left over")
        let left = try await net.a.gateway.run("ip", "-n", "blue", "-o", "link")
        #expect(!left.contains("office"))
    }

    @Test func `nothing leaves in clear while link, SA, charon and peer are taken away in turn`() async throws {
        let net = try await SiteToSite(.routed)
        for site in net.sites {
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(site.start)\n" + site.lines(interface: "kind: xfrm"))
        }
        let capture = try await net.a.gateway.capture(on: "wan")
        try await net.b.gateway.viaduct("up", "office").checked()
        try await net.a.gateway.viaduct("up", "office").checked()
        let ping = try net.a.gateway.keepPinging(net.b.v4, source: net.a.v4)
        try await ping.moreReplies(5)
        try await net.a.gateway.ip("link set office down")
        try await net.a.gateway.run("sleep", "1")
        try await net.a.gateway.viaduct("up", "office").checked()
        try await ping.moreReplies(5)
        _ = try await net.a.gateway.attempt(["swanctl", "--terminate", "--ike", "office", "--timeout", "2"])
        try await net.a.gateway.run("sleep", "1")
        net.a.gateway.killCharon()
        try await net.a.gateway.run("sleep", "1")
        net.b.gateway.killCharon()
        try await net.a.gateway.run("sleep", "1")
        try await net.a.gateway.ip("link delete office")
        try await net.a.gateway.run("sleep", "1")
        _ = await ping.stop()
        let captured = try await capture.stop()
        #expect(captured.count(.esp) > 0)
        #expect(captured.cleartext.isEmpty, "\(captured.cleartext.prefix(3))")
        let counts = try await net.underlay.counts()
        #expect(counts.clear == 0)
    }
}
