import TestBed
import Testing

/// Routes that hold the peer's own address: what is inside of the tunnel goes through, the tunnel itself does not.
@Suite(.testBed) struct DefaultRouteTests {
    /// What lies between the gateways.
    enum Between: String, CaseIterable {
        case ipv4 = "IPv4", nat = "IPv4 with NAT", ipv6 = "IPv6"
    }

    @Test(arguments: Between.allCases)
    func `a default route keeps IKE and ESP out of the tunnel, also across rekey and a change of gateway`(
        between: Between
    ) async throws {
        var routing = Routing(shape: .routed) { net, site in
            let routes = net.isA(site) ? "default" : SiteToSite.Site.list(site.peerNetworks)
            if between == .ipv6 { return net.overIPv6(site, interface: "kind: xfrm", routes: routes) }
            // Behind the NAT the peer has the router's address, so it is known by what it says.
            guard between == .nat else { return site.lines(interface: "kind: xfrm", routes: routes) }
            let local = "local: { address: \(site.outer), id: \(net.isA(site) ? "a" : "b").example.org }"
            let remote =
                net.isA(site)
                ? "remote: { address: \(site.peer), id: b.example.org }" : "remote: { address: any, id: a.example.org }"
            return site.lines(interface: "kind: xfrm", routes: routes)
                .replacing("local: \(site.outer)", with: local).replacing("remote: \(site.peer)", with: remote)
        }
        routing.prepare = { net in
            if between == .nat { try await net.underlay.apply(.natLeft) }
            // The strict check of the reverse path, which nobody is to loosen.
            for site in net.sites { try await site.gateway.sysctl(["net/ipv4/conf/all/rp_filter": "1"]) }
        }
        try await routing.live { net in
            let gateway = net.a.gateway
            let pings = [
                try gateway.keepPinging(net.b.v4, source: net.a.v4),
                try gateway.keepPinging(net.b.v6, source: net.a.v6),
            ]
            func passes(_ what: String) async throws {
                for ping in pings { try await ping.moreReplies(8) }
                let counts = try await net.underlay.counts()
                #expect(counts.clear == 0, "\(what)")
            }
            try await passes("before")
            let sa = try #require(try await gateway.childSAs().first)
            try await gateway.vici("rekey", ["child": sa.name])
            try await passes("after the rekey of the CHILD_SA")
            try await gateway.vici("rekey", ["ike": sa.connection])
            try await passes("after the rekey of the IKE_SA")
            // Another gateway of the underlay: the same router by other addresses.
            try await net.underlay.host.ip(
                "address add 192.0.2.253/24 dev left", "address add 2001:db8:1::fd/64 dev left nodad")
            try await gateway.ip(
                "route replace default via 192.0.2.253", "route replace default via 2001:db8:1::fd")
            try await passes("after the change of the gateway")
            try await gateway.vici("rekey", ["ike": sa.connection])
            try await passes("after a rekey by the other gateway")
            for ping in pings {
                let result = await ping.stop()
                #expect(result.lost == 0, "\(result)")
            }
            // What is neither IKE nor ESP goes to the peer's outer address by the tunnel as well.
            let outer = between == .ipv6 ? net.underlay.addresses.right.v6 : net.b.outer
            let ping = try await gateway.ping(outer, count: 3, source: between == .ipv6 ? net.a.v6 : net.a.v4)
            #expect(ping.received == 3, "\(ping)")
            #expect(try await net.underlay.counts().clear == 0)
            try await gateway.ip(
                "route replace default via 192.0.2.254", "route replace default via 2001:db8:1::fe")
        }
    }

    @Test func `the peer's own address inside the routed prefix`() async throws {
        try await Routing(shape: .routed) { net, site in
            site.lines(
                interface: "kind: xfrm",
                routes: net.isA(site) ? SiteToSite.Site.list(site.peerNetworks + ["198.51.100.0/24"]) : nil)
        }.live { net in
            // What is neither IKE nor ESP goes to the peer's outer address by the tunnel as well.
            let ping = try await net.a.gateway.ping(net.b.outer, count: 3, source: net.a.v4)
            #expect(ping.received == 3)
            #expect(try await net.underlay.counts().clear == 0)
        }
    }

    @Test func `two default routes at once, the second for some sources only`() async throws {
        let sites = try await ThreeSites(.routed), a = sites.a, underlay = sites.net.underlay
        try await a.address(["10.1.2.1/24", "fd01:2::1/64"], on: "lan")
        for (far, own, home) in [
            (sites.b, sites.net.b.outer, ["10.1.0.0/24", "fd01::/64"]),
            (sites.c, sites.outer.v4, ["10.1.2.0/24", "fd01:2::/64"]),
        ] {
            try sites.write(
                "far", on: far,
                "local: \(own)\nremote: 192.0.2.1\nstart: listen\nroutes: \(SiteToSite.Site.list(home))")
        }
        let ends = "local: 192.0.2.1\nremote: "
        try sites.write("t1", on: a, ends + "\(sites.net.b.outer)\nroutes: default")
        try sites.write(
            "t2", on: a,
            ends + """
                \(sites.outer.v4)
                routes: [{ to: default, table: 200 }]
                rules: [{ from: 10.1.2.0/24, table: 200 }, { from: "fd01:2::/64", table: 200 }]
                """)
        let before = try await sites.dumps()
        try await sites.b.up("far")
        try await sites.c.up("far")
        try await a.up("t1", "t2")
        try await a.expectNothingToDo("t1", "t2")
        let first = [
            try a.keepPinging("10.2.0.1", source: "10.1.0.1"), try a.keepPinging("fd02::1", source: "fd01::1"),
        ]
        let second = [
            try a.keepPinging("10.3.0.1", source: "10.1.2.1"), try a.keepPinging("fd03::1", source: "fd01:2::1"),
        ]
        for ping in first + second { try await ping.moreReplies(5) }
        for sa in try await a.childSAs() {
            try await a.vici("rekey", ["child": sa.name])
            try await a.vici("rekey", ["ike": sa.connection])
        }
        for ping in first + second { try await ping.moreReplies(10) }
        for ping in first { _ = await ping.stop() }
        // One goes, and the other does not feel it.
        try await a.down("t1")
        for ping in second { try await ping.moreReplies(10) }
        for ping in second {
            let result = await ping.stop()
            #expect(result.lost == 0, "\(result)")
        }
        #expect(try await underlay.counts().clear == 0)
        try await a.down("t2")
        try await sites.b.down("far")
        try await sites.c.down("far")
        try await sites.expectLeftover(before)
    }
}
