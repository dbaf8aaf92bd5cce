import TestBed
import Testing

/// Several peers on one link, and peers that call from anywhere.
@Suite(.testBed) struct HubTests {
    /// The connection of a peer that knows subnets only.
    private static let south = """
        connections {
          hub {
            version = 2
            local_addrs = 192.0.2.3
            remote_addrs = 192.0.2.1
            proposals = aes256gcm16-prfsha384-ecp384
            local {
              auth = psk
              id = south.example.org
            }
            remote {
              auth = psk
              id = hub.example.org
            }
            children {
              hub {
                local_ts = 10.3.0.0/24, fd03::/64
                remote_ts = 10.1.0.0/24, fd01::/64
                esp_proposals = aes256gcm16-ecp384
              }
            }
          }
        }
        secrets {
          ike-hub {
            id = hub.example.org
            secret = "\(SiteToSite.secret)"
          }
        }

        """

    @Test(arguments: ["xfrm", "vti"])
    func `a hub has a site, a policy-based peer and a road warrior on one link, with IPv6 inside IPv4`(kind: String)
        async throws
    {
        let sites = try await ThreeSites(), hub = sites.a
        let carol = try await Host("carol")
        let carolOuter = try await sites.net.underlay.join(carol, number: 4).v4
        try await carol.startCharon()
        try await hub.forwardPackets()
        try sites.write(
            "hub", on: hub,
            """
            local: { address: 192.0.2.1, id: hub.example.org }
            start: listen
            interface: { kind: \(kind), name: hub0 }
            peers:
              north:
                remote: { address: 192.0.2.2, id: north.example.org }
                traffic: { local: [10.0.0.0/8, "fd00::/8"], remote: [10.2.0.0/24, "fd02::/64"] }
              south:
                remote: { address: 192.0.2.3, id: south.example.org }
                traffic: { local: [10.1.0.0/24, "fd01::/64"], remote: [10.3.0.0/24, "fd03::/64"] }
              staff:
                remote: { address: any, id: carol@example.org }
                pools: [10.200.0.0/28, "fd00:200::/120"]
                traffic: { local: [10.0.0.0/8, "fd00::/8"] }
            """)
        try sites.write(
            "office", on: sites.b,
            """
            local: { address: 192.0.2.2, id: north.example.org }
            remote: { address: 192.0.2.1, id: hub.example.org }
            interface: { kind: \(kind) }
            traffic: { local: [10.2.0.0/24, "fd02::/64"], remote: [10.0.0.0/8, "fd00::/8"] }
            routes: [10.1.0.0/24, "fd01::/64", 10.200.0.0/28, "fd00:200::/120"]
            """)
        try sites.write(
            "work", on: carol,
            """
            local: { id: carol@example.org }
            remote: { address: 192.0.2.1, id: hub.example.org }
            interface: { kind: \(kind) }
            virtual: both
            traffic: { remote: [10.0.0.0/8, "fd00::/8"] }
            """)
        try sites.c.write(Self.south, to: "/etc/swanctl/conf.d/hub.conf", mode: 0o600)
        try await sites.c.loadAll()
        try await sites.c.ip("route add 10.1.0.0/24 dev wan", "route add fd01::/64 dev wan")
        let before = try await sites.dumps(), carolBefore = try await carol.dump()
        let capture = try await hub.capture(on: "wan")

        try await hub.up("hub")
        try await sites.b.up("office")
        try await sites.c.run("swanctl", "--initiate", "--child", "hub")
        try await carol.up("work")
        try await hub.expectNothingToDo("hub")
        try await sites.b.expectNothingToDo("office")
        try await carol.expectNothingToDo("work")

        // The addresses that carol got are on the tunnel's link, and on no other.
        let addresses = try await carol.dump()[.address].filter { $0.contains("10.200.0.") || $0.contains("fd00:200:") }
        #expect(addresses.count == 2 && addresses.allSatisfy { $0.hasPrefix("work ") }, "\(addresses)")
        for target in ["10.1.0.1", "fd01::1", "10.2.0.1", "fd02::1"] { try await carol.expectPing(target) }
        for (target, source) in [
            ("10.2.0.1", "10.1.0.1"), ("fd02::1", "fd01::1"), ("10.3.0.1", "10.1.0.1"), ("fd03::1", "fd01::1"),
            ("10.200.0.1", "10.1.0.1"), ("fd00:200::1", "fd01::1"),
        ] {
            try await hub.expectPing(target, source: source)
        }
        try await sites.c.expectPing("10.1.0.1", source: "10.3.0.1")
        let received = try await hub.bytesIn()
        #expect(received.keys.sorted() == ["hub-north", "hub-south", "hub-staff"], "\(received)")
        #expect(received.values.allSatisfy { $0 > 0 }, "\(received)")
        #expect(!carolOuter.isEmpty)

        // One peer less in the spec: the others do not feel it.
        let ping = try carol.keepPinging("10.2.0.1")
        try await ping.moreReplies(3)
        let text = try hub.read("/etc/viaduct/hub.yaml")
        let south = try #require(text.firstRange(of: "  south:")?.lowerBound)
        let staff = try #require(text.firstRange(of: "  staff:")?.lowerBound)
        try hub.write(String(text[..<south]) + text[staff...], to: "/etc/viaduct/hub.yaml")
        try await hub.up("hub")
        try await ping.moreReplies(5)
        let result = await ping.stop()
        #expect(result.lost == 0, "\(result)")
        let gone = try await hub.ping("10.3.0.1", count: 1, source: "10.1.0.1")
        #expect(gone.received == 0)
        #expect(try await !hub.bytesIn().keys.contains("hub-south"))
        try hub.write(text, to: "/etc/viaduct/hub.yaml")

        try await carol.down("work")
        try await sites.b.down("office")
        try await hub.down("hub")
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty, "\(captured.cleartext.prefix(3))")
        expectEqual(carolBefore, try await carol.dump(), "left over at carol")
        try await sites.expectLeftover(before)
    }

    @Test(arguments: ["xfrm", "vti"])
    func `on demand, the first packet brings the tunnel up`(kind: String) async throws {
        let net = try await SiteToSite()
        for site in net.sites {
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(net.isA(site) ? "on-demand" : "listen")\n"
                    + site.lines(interface: "kind: \(kind)"))
        }
        let before = try await net.dumps()
        let capture = try await net.a.gateway.capture(on: "wan")
        try await net.up()
        #expect(try await net.a.gateway.childSAs().isEmpty)
        try await net.a.gateway.expectNothingToDo("office")
        let ping = try net.a.gateway.keepPinging(net.b.v6, source: net.a.v6)
        try await ping.moreReplies(3)
        _ = await ping.stop()
        try await net.expectPings()
        try await net.a.gateway.expectNothingToDo("office")
        // The SA ends; the next packet brings another.
        _ = try await net.a.gateway.attempt(["swanctl", "--terminate", "--ike", "office", "--timeout", "2"])
        let again = try net.a.gateway.keepPinging(net.b.v4, source: net.a.v4)
        try await again.moreReplies(3)
        _ = await again.stop()
        try await net.down()
        #expect(try await capture.stop().cleartext.isEmpty)
        try await net.expectLeftover(before)
    }

    @Test func `of two tunnels to one site, the second takes over when the first is gone, and gives back`() async throws
    {
        let net = try await SiteToSite(.routed), a = net.a.gateway, b = net.b.gateway
        for gateway in [a, b] {
            try gateway.write(SiteToSite.secret + "\n", to: "/etc/viaduct/office.psk", mode: 0o600)
        }
        // The second way is that of IPv6.
        let outer = net.underlay.addresses
        for site in net.sites {
            let (own, peer) = net.isA(site) ? (outer.left, outer.right) : (outer.right, outer.left)
            for (name, ends, metric) in [
                ("first", (own.v4, peer.v4), 0), ("second", (own.v6, peer.v6), 2000),
            ] {
                let routes = site.peerNetworks.map { network in
                    metric == 0 ? "\"\(network)\"" : "{ to: \"\(network)\", metric: \(metric) }"
                }
                try site.gateway.write(
                    """
                    psk: { file: office.psk }
                    start: \(site.start)
                    local: "\(ends.0)"
                    remote: "\(ends.1)"
                    routes: [\(routes.joined(separator: ", "))]
                    ike: { dpd: 1s }

                    """, to: "/etc/viaduct/\(name).yaml")
            }
        }
        let before = try await net.dumps()
        try await b.up("first", "second")
        try await a.up("first", "second")
        try await a.expectNothingToDo("first", "second")
        let pings = [
            try a.keepPinging(net.b.v4, source: net.a.v4), try a.keepPinging(net.b.v6, source: net.a.v6),
        ]
        func passes(by name: String, _ what: String) async throws {
            for ping in pings { try await ping.moreReplies(3) }
            let before = try await a.bytesIn()
            for ping in pings { try await ping.moreReplies(3) }
            let grown = try await a.bytesIn().filter { $0.value > (before[$0.key] ?? 0) }
            #expect(grown.keys.sorted() == [name], "\(what): \(grown)")
        }
        try await passes(by: "first", "both are up")
        // The link is gone at either end, as with a machine's administrator or a routing daemon.
        for gateway in [a, b] { try await gateway.ip("link set first down") }
        try await passes(by: "second", "the first is down")
        for gateway in [b, a] { try await gateway.up("first") }
        try await passes(by: "first", "the first is back")
        for gateway in [a, b] { try await gateway.down("first") }
        try await passes(by: "second", "the first is taken away")
        for gateway in [b, a] { try await gateway.up("first") }
        try await passes(by: "first", "the first is there again")
        for ping in pings { _ = await ping.stop() }
        #expect(try await net.underlay.counts().clear == 0)
        for gateway in [a, b] { try await gateway.down("first", "second") }
        try await net.expectLeftover(before)
    }
}
