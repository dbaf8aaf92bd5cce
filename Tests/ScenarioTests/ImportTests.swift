import TestBed
import Testing

/// What worked policy-based works route-based when it has been imported, and the peer is left as it is.
@Suite(.testBed) struct ImportTests {
    /// The peer's networks, each with an address of the peer's in it.
    private static let networks = [
        (name: "net2", prefix: "192.168.87.0/28", address: "192.168.87.1/28"),
        (name: "net3", prefix: "192.168.88.0/24", address: "192.168.88.1/24"),
        (name: "net4", prefix: "192.168.100.0/24", address: "192.168.100.1/24"),
    ]

    @Test func `a policy-based connection is imported, and every subnet pings while the peer stays as it is`()
        async throws
    {
        let net = try await SiteToSite()
        let ours = net.a.gateway, theirs = net.b.gateway
        try await ours.address(["10.1.1.1/24"], on: "lan")
        try await theirs.address(Self.networks.map(\.address), on: "lan")
        // Policies are asked only for packets that have a route.
        for gateway in [ours, theirs] { try await gateway.ip("route add default dev wan") }
        try ours.write("127.0.0.1 localhost\n\(net.a.peer) vpn.example.org\n", to: "/etc/hosts")
        let file = "/etc/swanctl/conf.d/home.conf"
        try theirs.write(Self.theirs(net.b), to: file, mode: 0o600)
        try ours.write(Self.ours(net.a), to: file, mode: 0o600)
        try await theirs.loadAll()
        try await ours.loadAll()
        try await ours.until("the four children are there") {
            try await $0.childSAs().filter { $0.state == "INSTALLED" }.count >= 4
        }
        try await expectPings(net)

        let outcome = try await ours.viaduct("import", "swanctl", file)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!outcome.stdout.contains(SiteToSite.secret) && !outcome.stderr.contains(SiteToSite.secret))
        try ours.delete(file)
        try await ours.loadAll()
        // A peer that starts by itself brings the children back in the IKE_SA that is there, so that has to go as well.
        _ = try await ours.attempt(["swanctl", "--terminate", "--ike", "home"])
        try await ours.until("the old SAs are gone") { try await $0.childSAs().isEmpty }
        let before = try await ours.dump()
        try await ours.viaduct("up", "home").checked()
        let capture = try await ours.capture(on: "wan")
        try await expectPings(net)
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty, "\(captured.cleartext.prefix(3))")
        #expect(captured.count(.esp) > 0)
        let names = Set(try await ours.childSAs().filter { $0.state == "INSTALLED" }.map(\.name))
        #expect(names == Set(Self.networks.map(\.name) + ["net1"]))
        try await ours.expectNothingToDo("home")
        try await ours.viaduct("down", "home").checked()
        expectEqual(before, try await ours.dump(), "before (-) and after (+)")
    }

    /// Every pair of networks, each way.
    private func expectPings(_ net: SiteToSite, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let ours = net.a.gateway, theirs = net.b.gateway
        var results: [(String, PingResult)] = []
        for network in Self.networks {
            let address = String(network.address.prefix { $0 != "/" })
            results.append((address, try await ours.ping(address, source: net.a.outer)))
            results.append(("from \(address)", try await theirs.ping(net.a.outer, source: address)))
        }
        results.append(("the peer", try await ours.ping(net.b.outer, source: "10.1.1.1")))
        results.append(("from the peer", try await theirs.ping("10.1.1.1", source: net.b.outer)))
        for (path, result) in results {
            #expect(result.received == 3, "\(path): \(result)", sourceLocation: sourceLocation)
        }
    }

    private static let actions = """
                dpd_action = restart
                close_action = start
                start_action = start
        """

    private static func ours(_ site: SiteToSite.Site) -> String {
        let children =
            ["      net1 {\n        local_ts = 10.1.1.0/24\n"]
            + networks.map { "      \($0.name) {\n        remote_ts = \($0.prefix)\n" }
        return conf(local: site.outer, remote: "vpn.example.org", peer: site.peer, children: children)
    }

    private static func theirs(_ site: SiteToSite.Site) -> String {
        let children =
            ["      net1 {\n        remote_ts = 10.1.1.0/24\n"]
            + networks.map { "      \($0.name) {\n        local_ts = \($0.prefix)\n" }
        return conf(local: site.outer, remote: site.peer, peer: site.peer, children: children)
    }

    private static func conf(local: String, remote: String, peer: String, children: [String]) -> String {
        """
        connections {
          home {
            local_addrs = \(local)
            remote_addrs = \(remote)
            version = 2
            proposals = aes256-sha256-ecp384
            keyingtries = 0
            dpd_delay = 60s
            local1 {
              auth = psk
            }
            remote1 {
              auth = psk
            }
            children {
        \(children.map { $0 + "        esp_proposals = aes256gcm16-ecp384\n\(actions)\n      }" }.joined(separator: "\n"))
            }
          }
        }
        secrets {
          ike-local {
            id = \(local)
            secret = "\(SiteToSite.secret)"
          }
          ike-remote {
            id = \(peer)
            secret = "\(SiteToSite.secret)"
          }
        }

        """
    }
}
