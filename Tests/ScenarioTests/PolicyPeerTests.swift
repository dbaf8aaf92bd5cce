import TestBed
import Testing

/// A peer that knows subnets only: no link, no route, a child for each pair of networks.
@Suite(.testBed) struct PolicyPeerTests {
    /// The pairs, by the names of the peer's children: ours, and what is behind the peer.
    static let children = [
        (name: "lan", local: "10.1.1.0/24", remote: "192.168.88.0/24"),
        (name: "wifi", local: "10.1.1.0/24", remote: "192.168.87.0/28"),
        (name: "voice", local: "10.1.1.0/24", remote: "192.168.100.0/24"),
        (name: "six", local: "fd01:1::/64", remote: "fd88::/64"),
    ]
    /// An address in each of the peer's networks.
    static let targets = ["192.168.88.1", "192.168.87.1", "192.168.100.1", "fd88::1"]

    @Test(arguments: [("xfrm", 2), ("vti", 1)])
    func `four children of a policy-based peer on one link, routed as their selectors say`(
        kind: String, version: Int
    ) async throws {
        var routing = Routing { _, site in
            """
            local: \(site.outer)
            remote: \(site.peer)
            interface: { kind: \(kind) }
            esp: { proposals: aes256-sha256-modp2048 }
            ike: { version: \(version), proposals: aes256-sha256-modp2048 }
            children:

            """
                + Self.children.map { "  \($0.name): { local: \"\($0.local)\", remote: \"\($0.remote)\" }\n" }.joined()
        }
        routing.ends = { [$0.a] }
        routing.prepare = { net in
            try await net.a.gateway.address(["10.1.1.1/24", "fd01:1::1/64"], on: "lan")
            try await net.b.gateway.address(Self.targets.map { "\($0)/\($0.contains(":") ? 64 : 24)" }, on: "lan")
            // Its own network ends where the peer's begins: without a route at all its policies would never be asked.
            try await net.b.gateway.ip("route add default dev wan", "route add default via 2001:db8:2::1")
            try net.b.gateway.write(
                Self.swanctl(net.b, version: version), to: "/etc/swanctl/conf.d/router.conf", mode: 0o600)
            try await net.b.gateway.loadAll()
        }
        routing.traffic = { net in
            // No source is given: the routes bring one that the selectors take.
            for target in Self.targets {
                let ping = try await net.a.gateway.ping(target)
                #expect(ping.received == 3, "\(target): \(ping)")
                let back = try await net.b.gateway.ping(
                    target.contains(":") ? "fd01:1::1" : "10.1.1.1", source: target)
                #expect(back.received == 3, "from \(target): \(back)")
            }
        }
        try await routing.live { net in
            let sas = try await net.a.gateway.childSAs()
            #expect(Set(sas.filter { $0.state == "INSTALLED" }.map(\.name)) == Set(Self.children.map(\.name)))
            #expect(sas.allSatisfy { $0.bytesIn > 0 && $0.bytesOut > 0 }, "\(sas)")
            // What matches no child is dropped, and not sent in clear.
            let stray = try await net.a.gateway.ping("192.168.88.1", count: 2, source: "10.1.0.1")
            #expect(stray.received == 0, "\(stray)")
        }
    }

    /// The peer's whole configuration.
    private static func swanctl(_ site: SiteToSite.Site, version: Int) -> String {
        let children = children.map { child in
            """
                  \(child.name) {
                    local_ts = \(child.remote)
                    remote_ts = \(child.local)
                    esp_proposals = aes256-sha256-modp2048
                  }

            """
        }
        return """
            connections {
              router {
                version = \(version)
                local_addrs = \(site.outer)
                remote_addrs = \(site.peer)
                proposals = aes256-sha256-modp2048
                local1 {
                  auth = psk
                }
                remote1 {
                  auth = psk
                }
                children {
            \(children.joined())    }
              }
            }
            secrets {
              ike-local {
                id = \(site.outer)
                secret = "\(SiteToSite.secret)"
              }
              ike-remote {
                id = \(site.peer)
                secret = "\(SiteToSite.secret)"
              }
            }

            """
    }
}
