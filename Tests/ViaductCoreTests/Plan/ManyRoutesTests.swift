import NetworkModel
import Testing

@testable import ViaductCore

/// So many routes that the tests would not end in hours if each were looked for among all others.
@Suite("Thousands of routes") struct ManyRoutesTests {
    @Test("are planned, noted, seen to be there, and taken back")
    func life() throws {
        let count = 10_000
        let routes = (0..<count).map { "172.\(16 + $0 / 4096).\($0 / 16 % 256).\($0 % 16 * 16)/28" }
        let tunnel = try readSpec(
            """
            local: 192.0.2.1
            remote: 198.51.100.7
            psk: { file: office.psk }
            routes: [\(routes.joined(separator: ", "))]
            """)
        var host = try FakeHost.gateway()
        var machine = host.observe(tunnel.name, spec: tunnel)
        let plan = try Planner.up(tunnel, on: machine)
        let added = plan.steps.compactMap(\.addedRoute)
        // Each with its fence.
        #expect(added.count == 2 * count)
        #expect(plan.inverse.steps.count { $0.removesRoute } == count)
        let record = Record(tunnel: tunnel.name.text, bootID: "b", steps: plan.steps)
        #expect(record.steps.count { $0.addedRoute != nil } == 2 * count)

        machine.record = record
        machine.routes += added
        machine.links += plan.steps.compactMap(\.addedLink)
        #expect(try Planner.up(tunnel, on: machine).steps.allSatisfy { $0.addedRoute == nil && !$0.removesRoute })
        #expect(Planner.down(tunnel.name, on: machine).steps.count { $0.removesRoute } == count)
    }

    private func tunnel() throws -> Tunnel {
        try readSpec(
            """
            local: 192.0.2.1
            remote: 198.51.100.7
            psk: { file: office.psk }
            routes: [\((0..<120).map { "172.16.\($0).0/24" }.joined(separator: ", "))]
            """)
    }

    @Test("are noted together, not one by one, on the way up, down, and back")
    func journal() throws {
        let tunnel = try tunnel()
        let before = try FakeHost.gateway()
        var host = before
        try host.up(tunnel)
        #expect(host.performed.count > 240)
        #expect(host.calls - host.performed.count <= 2, "so often the journal was written")
        host = host.revived()
        try host.down(tunnel.name)
        #expect(host.calls - host.performed.count <= 2)
        #expect(Snapshot(before).difference(to: Snapshot(host)) == [])
        var silent = before
        silent.peerAnswers = false
        #expect(throws: ApplyError.self) { try silent.up(tunnel) }
        #expect(silent.calls - silent.performed.count < 20)
        #expect(Snapshot(before).difference(to: Snapshot(silent)) == [])
    }

    @Test("killed at any of some calls: the next up finishes, and down restores the start")
    func death() throws {
        let tunnel = try tunnel()
        let before = try FakeHost.gateway()
        var whole = before.revived()
        try whole.up(tunnel)
        for call in stride(from: 1, through: whole.calls, by: 17) {
            for kind in [FakeHost.Fault.Kind.deathBefore, .deathAfter, .failure, .doubt] {
                var broken = before.revived(.init(kind: kind, call: call))
                #expect(throws: ApplyError.self) { try broken.up(tunnel) }
                var host = broken.revived()
                if kind == .failure || kind == .doubt {
                    #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "\(kind) \(call)")
                }
                try host.up(tunnel)
                #expect(try host.planUp(tunnel).steps == [], "\(kind) \(call)")
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "up, \(kind) \(call)")
                host = broken.revived()
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "down, \(kind) \(call)")
            }
        }
    }

    @Test("a repair that fails keeps what it did, and tells of that alone", arguments: [false, true])
    func repair(isInDoubt: Bool) throws {
        let tunnel = try tunnel()
        let name = tunnel.interface.name
        var bare = try FakeHost.gateway()
        try bare.up(tunnel)
        bare.links.removeAll { $0.name == name }
        bare.addresses.removeAll { $0.interface == name }
        bare.routes.removeAll { $0.isOver(name) }
        var whole = bare.revived()
        let plan = try whole.planUp(tunnel)
        try whole.up(tunnel)
        #expect(plan.steps.count > Batch.longestInSteps)
        for call in stride(from: 2, through: whole.calls - 1, by: 13) {
            var broken = bare.revived(.init(kind: isInDoubt ? .doubt : .failure, call: call))
            var record = try #require(broken.observe(tunnel.name, spec: tunnel).record)
            let error = try #require(throws: ApplyError.self) {
                try Batch.apply(plan, to: &broken, record: &record, keeps: { _ in true })
            }
            #expect(error.rollback == nil)
            let done = Set(broken.performed)
            #expect(done.isSuperset(of: error.performed) && done.count <= error.performed.count + (isInDoubt ? 1 : 0))
            #expect(Set(record.claims).isSuperset(of: error.performed))
            var host = broken.revived()
            let rest = try host.planUp(tunnel).steps
            #expect(Set(rest).isDisjoint(with: error.performed))
            try host.up(tunnel)
            #expect(try host.planUp(tunnel).steps == [], "\(call)")
        }
    }

    @Test("a record has each step once, in the order in which it was first done")
    func once() throws {
        let rules: [Step] = (1...3).map {
            .addRule(Rule(family: .ipv4, priority: $0, action: .nop, origin: Ownership.origin))
        }
        var record = Record(tunnel: "office", bootID: "b", steps: rules + rules.reversed())
        #expect(record.steps == rules)
        record.begin(try #require(rules[1].inverse))
        record.finish()
        #expect(record.steps == [rules[0], rules[2]])
        record.join(rules[1])
        #expect(record.steps == [rules[0], rules[2], rules[1]])
    }
}

extension Step {
    fileprivate var removesRoute: Bool {
        if case .removeRoute = unwrapped { true } else { false }
    }
}
