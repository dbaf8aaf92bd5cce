import Foundation
import TestBed
import Testing

/// What `status` says of a tunnel through its life, and what `up` proves.
@Suite(.testBed) struct StatusTests {
    /// The one tunnel of `status --json`.
    private func status(on host: TestBed.Host, _ arguments: String...) async throws -> [String: Any] {
        let outcome = try await host.attempt([TestBed.Host.viaductBinary, "status", "--json"] + arguments).checked()
        let report = try #require(try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        #expect(report["format"] as? Int == 1)
        return try #require((report["tunnels"] as? [[String: Any]])?.first)
    }

    private func expect(
        _ state: String, _ reason: String, on host: TestBed.Host, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let status = try await status(on: host)
        let text = status["reason"] as? String ?? ""
        #expect(status["state"] as? String == state, "\(text)", sourceLocation: sourceLocation)
        #expect(text.contains(reason), "\(text)", sourceLocation: sourceLocation)
    }

    @Test func `a tunnel is down, waiting, up, drifted and blocked in turn`() async throws {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        try net.writeSpecs()
        try await expect("down", "nothing of it", on: gateway)
        try await net.b.gateway.viaduct("up", "office").checked()
        try await expect("waiting", "the peer has to call", on: net.b.gateway)
        try await gateway.viaduct("up", "office").checked()
        let ping = try await gateway.ping(net.b.v4, count: 5, source: net.a.v4)
        #expect(ping.received == 5)

        let up = try await status(on: gateway, "office")
        #expect(up["state"] as? String == "up")
        let link = try #require((up["interfaces"] as? [[String: Any]])?.first)
        #expect(link["name"] as? String == "office" && link["kind"] as? String == "xfrm" && link["up"] as? Bool == true)
        #expect((up["routes"] as? [[String: Any]])?.compactMap { $0["to"] as? String } == ["10.2.0.0/24", "fd02::/64"])
        #expect((up["fences"] as? [[String: Any]])?.count == 2)
        let connection = try #require((up["connections"] as? [[String: Any]])?.first)
        let ike = try #require((connection["ike_sas"] as? [[String: Any]])?.first)
        #expect(ike["state"] as? String == "ESTABLISHED")
        let child = try #require((ike["child_sas"] as? [[String: Any]])?.first)
        #expect(child["state"] as? String == "INSTALLED")
        let sa = try #require(try await gateway.childSAs().first)
        for (direction, spi) in [("in", sa.spiIn), ("out", sa.spiOut)] {
            let traffic = try #require(child[direction] as? [String: Any])
            #expect(traffic["spi"] as? String == "0x\(spi)")
            // Five pings, and the packet by which up has proved the path.
            #expect(traffic["packets"] as? Int == 6 && traffic["bytes"] as? Int == 5 * 84 + 64, "\(traffic)")
        }

        let metrics = try await gateway.viaduct("status", "--prometheus").checked().stdout
        #expect(metrics.contains("viaduct_tunnel_state{tunnel=\"office\",state=\"up\"} 1\n"))
        let packets = "viaduct_child_sa_packets_total{tunnel=\"office\",connection=\"office\",child=\"office\""
        #expect(metrics.contains("\(packets),direction=\"out\"} 6\n"), "\(metrics)")

        let watched = try await gateway.viaduct("status", "--watch", "--count", "2", "--interval", "200ms").checked()
        let lines = watched.stdout.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains(" office up in 484 B") }, "\(watched)")
        #expect(lines.last?.contains("B/s") ?? false)

        try await gateway.ip("route delete 10.2.0.0/24 dev office")
        try await expect("drifted", "ip -4 route add 10.2.0.0/24 dev office", on: gateway)
        try await gateway.ip("link set office down")
        try await expect("blocked", "the fence holds its packets back", on: gateway)
        try await gateway.viaduct("up", "office").checked()
        try await expect("up", "1 CHILD_SA", on: gateway)

        try await net.underlay.apply(.dropIKE)
        _ = try await gateway.attempt(["swanctl", "--terminate", "--ike", "office", "--force", "--timeout", "1"])
        try await gateway.until("the SA is gone") { try await $0.childSAs().allSatisfy { $0.state != "INSTALLED" } }
        try await expect("waiting", "no SA", on: gateway)

        let spec = try gateway.read("/etc/viaduct/office.yaml")
        try gateway.delete("/etc/viaduct/office.yaml")
        try await expect("drifted", "no spec any more", on: gateway)
        try gateway.write(spec, to: "/etc/viaduct/office.yaml")
        gateway.killCharon()
        try await expect("blocked", "charon does not answer", on: gateway)
    }

    @Test func `up proves the path, and fails or warns as the spec asks`() async throws {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        try net.writeSpecs()
        try await net.b.gateway.viaduct("up", "office").checked()
        // Nobody has the address.
        try net.a.writeSpec(net.a.spec() + "probe: 10.2.0.99\n")
        let before = try await gateway.dump()
        let failed = try await gateway.viaduct("up", "office")
        #expect(failed.status == 1, "\(failed)")
        #expect(failed.stderr.contains("went out through the SA and nothing came back"), "\(failed)")
        #expect(failed.stderr.contains("[#] ping -n -q -c 3 -W 2 -I office 10.2.0.99"), "\(failed)")
        expectEqual(before, try await gateway.dump(), "left over by an up that failed")

        let kept = try await gateway.viaduct("up", "office", "--keep")
        #expect(kept.status == 1)
        #expect(try await gateway.childSAs().contains { $0.state == "INSTALLED" })
        try await gateway.viaduct("down", "office").checked()

        // The link's own network tells where the far end is; that it does not answer is no reason to give up.
        try await net.b.gateway.ip("address delete 169.254.7.2/30 dev office")
        try net.a.writeSpec()
        let warned = try await gateway.viaduct("up", "office")
        #expect(warned.status == 0, "\(warned)")
        #expect(warned.stderr.contains("viaduct: warning: the echo to 169.254.7.2 by office went out"), "\(warned)")
        try await gateway.viaduct("down", "office").checked()

        try await net.b.gateway.ip("address add 169.254.7.2/30 dev office")
        for (spec, ping) in [("off", nil), (net.b.v4, "-I office 10.2.0.1"), (net.b.v6, "-I office fd02::1")] {
            try net.a.writeSpec(net.a.spec() + "probe: \"\(spec)\"\n")
            let outcome = try await gateway.viaduct("up", "office").checked()
            #expect(!outcome.stderr.contains("warning"), "\(outcome)")
            #expect(outcome.stderr.contains("[#] ping ") == (ping != nil), "\(outcome)")
            if let ping { #expect(outcome.stderr.contains(ping), "\(outcome)") }
            try await gateway.viaduct("down", "office").checked()
        }
    }
}
