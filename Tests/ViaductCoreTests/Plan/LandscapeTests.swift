import NetworkModel
import Testing
import ViaductCore

/// What a tunnel's plan depends on is in its part of the landscape, for tunnels made at random that have much in common.
@Suite struct LandscapeTests {
    private static let names = ["office", "depot", "attic", "vault"]

    /// Four tunnels, most of which get in each other's way.
    private func tunnels(seed: UInt64) throws -> [Tunnel] {
        var generator = TunnelGenerator(seed: seed)
        return try Self.names.enumerated().map { place, name in
            var tunnel = try generator.tunnel(name)
            // With links of their own some of them come up.
            if seed % 3 != 0 { tunnel.interface.name = try interface("\(name)\(seed % 2)") }
            if seed % 4 == UInt64(place) { tunnel.interface.id = .pair(input: Mark(42), output: Mark(43)) }
            return tunnel
        }
    }

    private func outcome(_ body: () throws(PlanError) -> Plan) -> String {
        do { return "\(try body())" } catch { return "\(error)" }
    }

    @Test(arguments: 1...UInt64(40)) func `a plan made of the part is the plan made of the whole`(seed: UInt64) throws {
        let tunnels = try tunnels(seed: seed)
        var host = try FakeHost.gateway()
        host.siblings = tunnels.map { Observed.Sibling(name: $0.name, id: $0.interface.id) }
        // Some of them do not come up, for another is in their way: what is told then must be the same, too.
        for tunnel in tunnels { _ = Result { try host.up(tunnel) } }
        // An edit of each, and a look of somebody who has lost the journals.
        let edited = try self.tunnels(seed: seed + 1000)
        for host in [host, host.withoutJournals] {
            for wanted in [tunnels, edited] {
                var host = host
                let (landscape, _) = host.landscape(of: wanted)
                for tunnel in wanted {
                    let whole = host.observe(tunnel.name, spec: tunnel)
                    let part = landscape.part(for: tunnel.name, spec: tunnel, own: whole)
                    #expect(
                        outcome { () throws(PlanError) in try Planner.up(tunnel, on: part) }
                            == outcome { () throws(PlanError) in try Planner.up(tunnel, on: whole) }, "\(tunnel.name)")
                    let seen = host.observe(tunnel.name, spec: nil)
                    #expect(
                        Planner.down(tunnel.name, on: landscape.part(for: tunnel.name, spec: nil, own: seen))
                            == Planner.down(tunnel.name, on: seen), "\(tunnel.name)")
                }
            }
        }
    }
}

extension FakeHost {
    fileprivate var withoutJournals: FakeHost {
        var host = self
        host.journal = [:]
        return host
    }
}
