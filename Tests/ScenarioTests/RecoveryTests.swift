import Glibc
import TestBed
import Testing

/// What becomes of a tunnel when viaduct does not get to its end, or has lost what it noted.
@Suite(.testBed) struct RecoveryTests {
    @Test func `without its journal a tunnel is still known: up has nothing to do, down leaves nothing`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let before = try await net.dumps()
        try await net.up()
        for site in net.sites { try await site.gateway.run("rm", "-rf", "/run/viaduct") }
        let again = try await net.a.gateway.viaduct("up", "office").checked()
        #expect(again.steps.isEmpty, "\(again)")
        // That `up` has noted what there is, so it is looked after again.
        let watch = try net.a.gateway.start([Host.viaductBinary, "watch"])
        try await watch.wrote("office: followed")
        watch.send(signal: SIGTERM)
        #expect(await watch.outcome().succeeded)
        try net.a.gateway.delete("/etc/viaduct/office.yaml")
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            let isSpec = { (line: Dump.Line) in line.text.hasPrefix("/etc/viaduct/office.yaml") }
            expectEqual(before[index].without(isSpec), after.without(isSpec), "left over")
        }
    }

    @Test(arguments: ["state", "policy"])
    func `what charon has and the kernel has lost is negotiated anew by the next up`(what: String) async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.up()
        let gateway = net.a.gateway
        try await gateway.ip("xfrm \(what) flush")
        let plan = try await gateway.viaduct("plan", "office")
        #expect(plan.status == 2, "\(plan)")
        let up = try await gateway.viaduct("up", "office").checked()
        #expect(up.steps.allSatisfy { !$0.hasPrefix("ip ") } && !up.steps.isEmpty, "\(up)")
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        let again = try await gateway.viaduct("up", "office").checked()
        #expect(again.steps.isEmpty, "\(again)")
    }

    @Test func `with --keep a tunnel whose peer is silent stays, and comes up when the peer does`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let before = try await net.a.gateway.dump()
        let kept = try await net.a.gateway.viaduct("up", "office", "--keep", "--timeout", "2s")
        #expect(kept.status == 1, "\(kept)")
        #expect(!kept.stderr.contains("[undo]"), "\(kept)")
        #expect(try await net.a.gateway.dump()[.link].contains { $0.hasPrefix("office ") })
        let plan = try await net.a.gateway.viaduct("plan", "office")
        #expect(plan.status == 2)
        try await net.b.gateway.viaduct("up", "office").checked()
        let up = try await net.a.gateway.viaduct("up", "office").checked()
        #expect(up.steps.allSatisfy { !$0.hasPrefix("ip ") }, "\(up)")
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        try await net.down()
        expectEqual(before, try await net.a.gateway.dump(), "left over")
    }

    /// How viaduct is ended while it waits for the SAs.
    enum End: Int32, CaseIterable {
        case interrupt, kill
        var signal: Int32 { self == .interrupt ? SIGINT : SIGKILL }
    }

    @Test(arguments: End.allCases) func `ended while it waits for the SAs`(end: End) async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let gateway = net.a.gateway
        let before = try await gateway.dump()
        let program = try gateway.start([Host.viaductBinary, "up", "office"])
        try await program.wrote("until swanctl")
        program.send(signal: end.signal)
        let outcome = await program.outcome()
        switch end {
        case .interrupt:
            #expect(outcome.status == 1, "\(outcome)")
            #expect(outcome.stderr.contains("[undo] ip link delete dev office"), "\(outcome)")
            expectEqual(before, try await gateway.dump(), "left over by an up that was interrupted")
        case .kill:
            #expect(try await gateway.dump()[.link].contains { $0.hasPrefix("office ") })
            try await net.b.gateway.viaduct("up", "office").checked()
            try await gateway.viaduct("up", "office").checked()
            for (path, result) in try await net.pingAll(count: 3) {
                #expect(result.received == 3, "\(path): \(result)")
            }
            try await net.down()
            expectEqual(before, try await gateway.dump(), "left over after an up that was killed")
        }
    }

    @Test(arguments: ["xfrm", "vti"])
    func `what a charon that was killed has left in the kernel goes with down`(kind: String) async throws {
        let net = try await SiteToSite()
        for site in net.sites {
            try site.writeSpec(site.spec().replacing("kind: xfrm", with: "kind: \(kind)"))
        }
        let gateway = net.a.gateway
        let before = try await gateway.dump()
        try await net.up()
        gateway.killCharon()
        try gateway.delete("/run/charon.vici")
        try await gateway.startCharon()
        try await gateway.up("office")
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        #expect(try await gateway.dump()[.state].count > 2)
        try await gateway.down("office")
        expectEqual(before, try await gateway.dump(), "left over")
    }
}
