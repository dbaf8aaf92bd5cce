import TestBed
import Testing

/// The tunnel of two sites, brought up and taken down by viaduct at both ends.
@Suite(.testBed) struct SiteToSiteTests {
    @Test func `a hundred pings each way in each family arrive, sealed, and down leaves nothing`() async throws {
        let net = try await SiteToSite(innerHosts: true)
        try net.writeSpecs()
        let before = try await net.dumps()
        let capture = try await net.a.gateway.capture(on: "wan")
        try await net.up()
        for (path, result) in try await net.pingAll(count: 100) {
            #expect(result.received == 100, "\(path): \(result)")
        }
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty)
        #expect(captured.count(.ike) >= 4)
        // A request and a reply on each of four ways.
        #expect(captured.count(.esp) >= 800)
        #expect(try await net.underlay.counts().clear == 0)

        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            expectEqual(before[index], after, "left over at \(net.sites[index].gateway.name)")
        }
    }

    @Test func `a forced rekey of CHILD_SA and IKE_SA loses no ping`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.up()
        let first = try #require(try await net.a.gateway.childSAs().first)
        let pings = [
            try net.a.gateway.keepPinging(net.b.v4, source: net.a.v4),
            try net.b.gateway.keepPinging(net.a.v6, source: net.b.v6),
        ]
        for ping in pings { try await ping.moreReplies(10) }

        try await net.a.gateway.vici("rekey", ["child": first.name])
        try await net.a.gateway.until("another CHILD_SA carries the traffic") {
            try await $0.childSAs().contains { $0.state == "INSTALLED" && $0.spiIn != first.spiIn && $0.bytesIn > 0 }
        }
        for ping in pings { try await ping.moreReplies(10) }
        try await net.a.gateway.vici("rekey", ["ike": first.connection])
        for ping in pings { try await ping.moreReplies(20) }

        for ping in pings {
            let result = await ping.stop()
            #expect(result.lost == 0, "\(result)")
        }
    }

    @Test func `the ids of link, policies and SA are one`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.up()
        let sa = try #require(try await net.a.gateway.childSAs().first)
        let id = try #require(sa.ifIDIn)
        #expect(sa.ifIDOut == id)
        let dump = try await net.a.gateway.dump()
        let hexadecimal = "0x" + String(id, radix: 16)
        #expect(dump[.link].contains { $0.contains("if_id=\(hexadecimal)") }, "\(dump[.link])")
        #expect(!dump[.policy].isEmpty)
        #expect(dump[.policy].allSatisfy { $0.contains("if_id \(hexadecimal)") }, "\(dump[.policy])")
        #expect(dump[.state].count == 2)
        #expect(dump[.state].allSatisfy { $0.contains("if_id \(hexadecimal)") }, "\(dump[.state])")
        // What is printed beside the tunnel that is up speaks of the very same tunnel.
        let script = try await net.a.gateway.viaduct("commands", "office").checked().stdout
        #expect(script.contains("type xfrm if_id \(id)\n"), "\(script)")
        #expect(script.contains("if_id_out = \"\(id)\""))
    }

    @Test func `down twice, and down of what was never up, is nothing to do`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let before = try await net.a.gateway.dump()
        #expect(try await net.a.gateway.viaduct("down", "office").status == 0)
        try await net.up()
        try await net.down()
        let again = try await net.a.gateway.viaduct("down", "office")
        #expect(again.status == 0)
        #expect(again.steps.isEmpty, "\(again)")
        expectEqual(before, try await net.a.gateway.dump(), "left over")
    }

    @Test func `down works from what was recorded when the spec has been edited or deleted`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let before = try await net.dumps().map { $0.without(.file) }
        try await net.up()
        try net.a.writeSpec(net.a.spec(routes: ["10.99.0.0/16"], addresses: ["169.254.99.1/30"]))
        try net.b.gateway.delete("/etc/viaduct/office.yaml")
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            expectEqual(before[index], after.without(.file), "left over at \(net.sites[index].gateway.name)")
        }
    }
}
