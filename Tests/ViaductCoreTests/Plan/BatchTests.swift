import NetworkModel
import Testing
import ViaductCore

/// Several tunnels at once are all or nothing each for itself.
@Suite struct BatchTests {
    private static let names = ["office", "depot", "attic"]

    /// Three tunnels that share a rule and a setting and have links, prefixes and numbers of their own.
    private func tunnels(seed: UInt64) throws -> [Tunnel] {
        var generator = TunnelGenerator(seed: seed)
        return try Self.names.enumerated().map { place, name in
            var tunnel = try generator.tunnel(name)
            tunnel.interface.name = try interface(name)
            tunnel.interface.id = place == 0 ? .fixed(42) : .automatic
            // Which link has the one route of link-local addresses depends on the order.
            tunnel.interface.isMulticast = false
            tunnel.interface.addresses = [TunnelAddress(try prefix("169.254.7\(place).1/30"))]
            tunnel.routes = [
                TunnelRoute(to: try prefix("10.7\(place).0.0/16")),
                TunnelRoute(to: try prefix("fd00:\(place)::/32"), table: 100),
            ]
            let shared = Rule(
                family: .ipv4, priority: 5210, action: .lookup(table: 100), from: try prefix("10.1.0.0/24"))
            tunnel.rules = place == 2 ? [] : [TunnelRule(shared, hasPriority: true)]
            tunnel.forwarding = place == 1 ? .automatic : .on
            return tunnel
        }
    }

    @Test(arguments: 1...UInt64(20)) func `tunnels brought up at once are what they are one after the other`(
        seed: UInt64
    ) throws {
        let tunnels = try tunnels(seed: seed)
        var host = try FakeHost.gateway()
        host.siblings = tunnels.map { Observed.Sibling(name: $0.name, id: $0.interface.id) }
        let start = Snapshot(host)
        var one = host
        for tunnel in tunnels { try one.up(tunnel) }
        #expect(try host.up(together: tunnels).allSatisfy(\.isDone))
        #expect(host.performed == host.announced)
        #expect(Snapshot(one).difference(to: Snapshot(host)) == [])
        for tunnel in tunnels { #expect(try host.planUp(tunnel).changesNothing) }
        #expect(try host.down(together: tunnels).allSatisfy(\.isDone))
        #expect(start.difference(to: Snapshot(host)) == [])
    }

    @Test(arguments: 1...UInt64(3), [FakeHost.Fault.Kind.failure, .doubt])
    func `the tunnel that fails is undone alone`(seed: UInt64, kind: FakeHost.Fault.Kind) throws {
        let tunnels = try tunnels(seed: seed)
        let before = try FakeHost.gateway()
        var whole = before.revived()
        _ = try whole.up(together: tunnels)
        for call in 1...whole.calls {
            var host = before.revived(.init(kind: kind, call: call))
            let outcomes = try host.up(together: tunnels)
            #expect(outcomes.count { !$0.isDone } <= 1, "call \(call)")
            host = host.revived()
            for (tunnel, outcome) in zip(tunnels, outcomes) {
                if outcome.isDone {
                    // What it shares with one that failed is mended by its next up.
                    try host.up(tunnel)
                } else {
                    #expect(host.journal[tunnel.name.text] == nil, "call \(call)")
                    #expect(!host.links.contains { $0.name == tunnel.interface.name }, "call \(call)")
                }
            }
            let failed = zip(tunnels, outcomes).filter { !$0.1.isDone }.map(\.0)
            for tunnel in failed { try host.up(tunnel) }
            #expect(Snapshot(whole).differenceOfMachine(to: Snapshot(host)) == [], "call \(call)")
            _ = try host.down(together: tunnels)
            #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "call \(call)")
        }
    }

    @Test(arguments: 1...UInt64(3), [FakeHost.Fault.Kind.deathBefore, .deathAfter])
    func `killed at any call, the next up finishes and the next down restores the start`(
        seed: UInt64, kind: FakeHost.Fault.Kind
    ) throws {
        let tunnels = try tunnels(seed: seed)
        let before = try FakeHost.gateway()
        var whole = before.revived()
        _ = try whole.up(together: tunnels)
        for call in 1...whole.calls {
            var dead = before.revived(.init(kind: kind, call: call))
            _ = try dead.up(together: tunnels)
            var host = dead.revived()
            #expect(try host.up(together: tunnels).allSatisfy(\.isDone), "call \(call)")
            #expect(Snapshot(whole).differenceOfMachine(to: Snapshot(host)) == [], "call \(call)")
            _ = try host.down(together: tunnels)
            #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "up, call \(call)")
            host = dead.revived()
            _ = try host.down(together: tunnels)
            #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "down, call \(call)")
        }
        var up = whole.revived()
        _ = try up.down(together: tunnels)
        for call in 1...up.calls {
            var host = whole.revived(.init(kind: kind, call: call))
            _ = try host.down(together: tunnels)
            host = host.revived()
            _ = try host.down(together: tunnels)
            #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "in down, call \(call)")
        }
    }

    @Test(arguments: 1...UInt64(3)) func `what fails on the way down stops neither its tunnel nor the others`(
        seed: UInt64
    ) throws {
        let tunnels = try tunnels(seed: seed)
        let before = try FakeHost.gateway()
        var whole = before.revived()
        _ = try whole.up(together: tunnels)
        var up = whole.revived()
        _ = try up.down(together: tunnels)
        for call in 1...up.calls {
            var host = whole.revived(.init(kind: .failure, call: call))
            let outcomes = try host.down(together: tunnels)
            #expect(outcomes.count { !$0.isDone } <= 1, "call \(call)")
            host = host.revived()
            _ = try host.down(together: tunnels)
            #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "call \(call)")
        }
    }
}

extension Batch.Outcome {
    fileprivate var isDone: Bool {
        if case .done = self { true } else { false }
    }
}

extension Snapshot {
    /// What differs but for the journals.
    fileprivate func differenceOfMachine(to other: Snapshot) -> [String] {
        difference(to: other).filter { !$0.contains("journal") }
    }
}
