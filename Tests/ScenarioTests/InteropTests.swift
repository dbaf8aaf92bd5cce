import TestBed
import Testing

/// A peer that has never heard of viaduct: a link made with ip(8) and a configuration for swanctl.
@Suite(.testBed) struct InteropTests {
    @Test func `viaduct initiates, plain swanctl responds`() async throws {
        let net = try await SiteToSite()
        try net.a.writeSpec()
        let before = try await net.a.gateway.dump()
        try await net.b.upByHand()
        try await net.a.gateway.viaduct("up", "office").checked()
        try await expectTraffic(net)
        try await net.a.gateway.viaduct("down", "office").checked()
        expectEqual(before, try await net.a.gateway.dump(), "left over")
    }

    @Test func `plain swanctl initiates, viaduct responds`() async throws {
        let net = try await SiteToSite()
        try net.b.writeSpec()
        let before = try await net.b.gateway.dump()
        try await net.b.gateway.viaduct("up", "office").checked()
        try await net.a.upByHand()
        try await net.a.gateway.run("swanctl", "--initiate", "--child", "office")
        try await expectTraffic(net)
        try await net.b.gateway.viaduct("down", "office").checked()
        expectEqual(before, try await net.b.gateway.dump(), "left over")
    }

    private func expectTraffic(_ net: SiteToSite) async throws {
        for (path, result) in try await net.pingAll(count: 5) {
            #expect(result.received == 5, "\(path): \(result)")
        }
        #expect(try await net.underlay.counts().clear == 0)
    }
}
