import TestBed
import Testing

/// The fence: while the tunnel cannot carry them, packets for the routed prefixes stay here.
@Suite(.testBed) struct LeakTests {
    /// Traffic without a pause, and a watch on the wire: of a host behind the gateway, and of the gateway itself.
    private struct Traffic {
        let pings: [ContinuousPing]

        init(_ net: SiteToSite) throws {
            pings = [
                try #require(net.a.inner).keepPinging(net.b.targets.v4, interval: 0.02),
                try #require(net.a.inner).keepPinging(net.b.targets.v6, interval: 0.02),
                try net.a.gateway.keepPinging(net.b.v4, interval: 0.02, source: net.a.v4),
                try net.a.gateway.keepPinging(net.b.v6, interval: 0.02, source: net.a.v6),
            ]
        }

        func passes() async throws {
            for ping in pings { try await ping.moreReplies(3) }
        }

        func stop() async {
            for ping in pings { _ = await ping.stop() }
        }
    }

    private func expectNoCleartext(
        _ net: SiteToSite, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        // Long enough for some packets of each of the four, were there a way for them.
        try await net.a.gateway.run("sleep", "0.5")
        let clear = try await net.underlay.counts().clear
        #expect(clear == 0, "\(what)", sourceLocation: sourceLocation)
    }

    @Test(arguments: ["10.2.0.0/24 and fd02::/64", "default"])
    func `nothing leaves in clear while link, SA, charon and peer are taken away in turn`(what: String) async throws {
        let net = try await SiteToSite(.routed, innerHosts: true)
        let routes = what == "default" ? what : nil
        for site in net.sites {
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(site.start)\n"
                    + site.lines(interface: "kind: xfrm", routes: net.isA(site) ? routes : nil))
        }
        let gateway = net.a.gateway
        let isDefault = what == "default"
        if !isDefault {
            // What is documented for a machine that shall never send these in clear, be there a tunnel or not.
            try await gateway.ip(
                "route add unreachable 10.2.0.0/24 metric 4294967295",
                "route add unreachable fd02::/64 metric 4294967295")
        }
        let before = try await gateway.dump().without(.file, .charon)
        let capture = try await gateway.capture(on: "wan")
        // By default routes the gateway itself is reached in clear, before there is a tunnel.
        var traffic = isDefault ? nil : try Traffic(net)
        if !isDefault {
            let failed = try await gateway.viaduct("up", "office", "--timeout", "3s")
            #expect(failed.status == 1, "\(failed)")
            try await expectNoCleartext(net, "before up, and an up that failed")
            expectEqual(before, try await gateway.dump().without(.file, .charon), "left over by an up that failed")
        }
        try await net.b.gateway.up("office")
        try await gateway.up("office")
        traffic = try traffic ?? Traffic(net)
        let pings = try #require(traffic)
        try await pings.passes()

        let sa = try #require(try await gateway.childSAs().first)
        try await gateway.vici("rekey", ["child": sa.name])
        try await gateway.vici("rekey", ["ike": sa.connection])
        try await pings.passes()
        try await expectNoCleartext(net, "a rekey")

        try await gateway.ip("link set office down")
        try await expectNoCleartext(net, "the link is down")
        try await gateway.up("office")
        try await pings.passes()

        try await gateway.ip("link delete office")
        try await expectNoCleartext(net, "the link is gone")
        try await gateway.up("office")
        try await pings.passes()
        try await expectNoCleartext(net, "up made the link again")

        // The spec is edited: other ids are another link, another metric is another route.
        let text = try gateway.read("/etc/viaduct/office.yaml")
        let edited = text.replacing("kind: xfrm", with: "kind: xfrm, id: 4711")
            .replacing(
                "routes: \(SiteToSite.Site.list(net.a.peerNetworks))",
                with: "routes: [{ to: 10.2.0.0/24, metric: 7 }, { to: \"fd02::/64\", metric: 7 }]")
        try gateway.write(edited, to: "/etc/viaduct/office.yaml")
        try await gateway.up("office")
        try await pings.passes()
        try await expectNoCleartext(net, "an edit replaced link and routes")

        _ = try await gateway.attempt(["swanctl", "--terminate", "--ike", "office", "--timeout", "2"])
        try await expectNoCleartext(net, "the SA is gone")
        // Traffic brings it back.
        try await pings.passes()

        gateway.killCharon()
        try await expectNoCleartext(net, "charon is gone")
        net.b.gateway.killCharon()
        for what in ["state", "policy"] { try await net.b.gateway.run("ip", "xfrm", what, "flush") }
        try await expectNoCleartext(net, "the peer is gone")
        for what in ["state", "policy"] { try await gateway.run("ip", "xfrm", what, "flush") }
        try await expectNoCleartext(net, "policies and SAs are gone")

        // An up that fails for want of charon changes nothing, so the fence stays.
        let failed = try await gateway.viaduct("up", "office")
        #expect(failed.status == 69, "\(failed)")
        try await expectNoCleartext(net, "an up that failed")
        try await gateway.ip("link delete office")
        try await expectNoCleartext(net, "nothing but the fence is there")
        if !isDefault {
            try await gateway.down("office")
            try await expectNoCleartext(net, "down")
        }
        await pings.stop()
        try await expectNoCleartext(net, "to the end")
        let captured = try await capture.stop()
        #expect(captured.count(.esp) > 0)
        // What was under way to us while there was no link is decrypted all the same, and then seen on the wire's interface
        // once more: the wire itself never carried it, as its own count tells.
        let leaving = captured.cleartext.filter { packet in
            ![" > 10.1.0.", " > fd01:"].contains { packet.contains($0) }
        }
        #expect(leaving.isEmpty, "\(leaving.prefix(3))")
    }
}
