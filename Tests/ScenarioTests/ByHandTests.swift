import TestBed
import Testing

/// The test bed proves itself: a tunnel set up with ip(8) and swanctl alone.
@Suite(.testBed) struct ByHandTests {
    @Test func `a tunnel made by hand passes both families, sealed, and leaves nothing behind`() async throws {
        let net = try await SiteToSite(innerHosts: true)
        let before = try await net.dumps()
        for site in net.sites { try await site.upByHand() }
        let capture = try await net.a.gateway.capture(on: "wan")
        try await net.a.gateway.run("swanctl", "--initiate", "--child", "office")

        for (path, result) in try await net.pingAll(count: 10) {
            #expect(result.received == 10, "\(path): \(result)")
        }
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty)
        #expect(captured.count(.ike) >= 4)
        // Ten requests and ten replies on each of four ways.
        #expect(captured.count(.esp) == 80)
        let counts = try await net.underlay.counts()
        #expect(counts.sealed >= 84)
        #expect(counts.clear == 0)

        for site in net.sites { try await site.downByHand() }
        let after = try await net.dumps()
        #expect(before[0].difference(to: after[0]).isEmpty)
        #expect(before[1].difference(to: after[1]).isEmpty)
    }

    @Test func `a dump tells a route, a link, an address, a rule, a sysctl, a file and a secret apart`() async throws {
        let host = try await Host("a")
        try await host.startCharon()
        try await host.ip("link add wan type dummy", "link set wan up")
        let before = try await host.dump()
        try await host.ip(
            "link set wan mtu 1400", "address add 10.9.0.1/24 dev wan", "route add 10.8.0.0/16 dev wan metric 50",
            "rule add to 10.8.0.0/16 table 100 priority 500")
        try await host.sysctl(["net/ipv4/conf/wan/rp_filter": "2"])
        try host.write("x", to: "/etc/viaduct/x.yaml")
        try await host.vici("load-shared", ["id": "x", "type": "ike", "data": "secret", "owners": "x"])
        let difference = before.difference(to: try await host.dump())
        for expected in [
            "- link: wan mtu=1500", "+ link: wan mtu=1400", "+ address: wan ", "dst=10.8.0.0/16 metric=50",
            "+ rule: ip ",
            "+ sysctl: net/ipv4/conf/wan/rp_filter=2", "+ file: /etc/viaduct/x.yaml ", "+ charon: get-shared",
        ] {
            #expect(difference.contains { $0.contains(expected) }, "\(expected) in \(difference)")
        }
    }

    @Test func `the capture sees what crosses in clear`() async throws {
        let net = try await SiteToSite(charon: false)
        let capture = try await net.b.gateway.capture(on: "wan")
        let pings = try await net.a.gateway.ping(net.b.outer, count: 2)
        #expect(pings.received == 2)
        #expect(try await capture.stop().cleartext.count == 4)
        #expect(try await net.underlay.counts().clear == 4)
    }

    @Test func `a relay hands commands on to charon, and acts behind the one it waits for`() async throws {
        let host = try await Host("a")
        try await host.startCharon()
        let relay = try ViciRelay(in: host, after: "get-keys") { host.killCharon() }
        let uri = "unix://\(relay.path)"
        try await host.run("swanctl", "--stats", "--uri", uri)
        try await host.run("swanctl", "--list-algs", "--uri", uri)
        #expect(!relay.hasActed)
        // It says nothing about a connection that breaks off, and ends with 0.
        _ = try await host.attempt(["swanctl", "--load-all", "--uri", uri])
        #expect(relay.hasActed)
        #expect(try await !host.attempt(["swanctl", "--stats"]).succeeded)
    }

    @Test func `a program that writes much to both outputs and reads nothing is heard in full`() async throws {
        let host = try await Host("a", .plain)
        let script = "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 3"
        let outcome = try await host.attempt(["sh", "-c", script], input: String(repeating: "x", count: 200_000))
        #expect(outcome.status == 3)
        #expect(outcome.stdout.utf8.count == 300_000)
        #expect(outcome.stderr.utf8.count == 300_000)
        let late = try await host.attempt(["sleep", "60"], timeout: .milliseconds(300))
        #expect(late.timedOut)
    }
}
