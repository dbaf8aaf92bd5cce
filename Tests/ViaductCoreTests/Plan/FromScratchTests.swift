import NetworkModel
import Testing
import ViaductCore

/// What `commands` prints: the plan for a machine that has nothing of the tunnel.
@Suite("The plan from scratch") struct FromScratchTests {
    @Test("is the same before the tunnel is up and beside it", arguments: 1...UInt64(60))
    func besideTheTunnel(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        var host = try FakeHost.gateway()
        let before = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        try host.up(tunnel)
        let beside = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        #expect(beside == before)
    }
}
