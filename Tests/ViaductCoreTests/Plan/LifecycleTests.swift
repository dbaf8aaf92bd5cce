import NetworkModel
import Testing
import ViaductCore

/// The laws of `up` and `down`, for tunnels made at random from fixed seeds.
@Suite("A tunnel's life") struct LifecycleTests {
    private static let seeds = 1...UInt64(60)
    /// Fewer where every call of each life is gone through.
    private static let fewSeeds = 1...UInt64(10)

    @Test("up then down leaves the machine as it was, and a second up has nothing to do", arguments: seeds)
    func roundTrip(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        var host = try FakeHost.gateway()
        let start = Snapshot(host)
        #expect(try !host.up(tunnel).isEmpty)
        #expect(try host.planUp(tunnel).steps == [])
        try host.down(tunnel.name)
        #expect(start.difference(to: Snapshot(host)) == [])
        #expect(try host.down(tunnel.name).isEmpty)
    }

    @Test("a failure at any call undoes all before it, and the error says so", arguments: fewSeeds)
    func failure(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        var before = try FakeHost.gateway()
        if seed % 2 == 0 {
            // The same for an edit, as far as the key and the certificates are the same.
            var other = try generator.tunnel()
            (other.peers[0].local.authentication, other.peers[0].remote.authentication) = (
                tunnel.local.authentication, tunnel.remote.authentication
            )
            try before.up(other)
        }
        let start = Snapshot(before)
        let plan = try before.planUp(tunnel)
        // Each step is one save and one call; the last call of all is the save that closes the record.
        for call in 1..<(2 * plan.steps.count + 1) {
            var host = before.revived(.init(kind: .failure, call: call))
            let error = try #require(throws: ApplyError.self) { try host.up(tunnel) }
            #expect(error.step == plan.steps[(call - 1) / 2])
            #expect(error.cause as? FakeHost.Failure == FakeHost.Failure("told to fail"))
            let rollback = try #require(error.rollback)
            #expect(rollback.left.isEmpty)
            #expect(rollback.undone == Plan(Array(plan.steps[..<((call - 1) / 2)])).inverse.steps)
            #expect(start.difference(to: Snapshot(host)) == [], "call \(call): \(plan.steps[(call - 1) / 2])")
        }
    }

    @Test("a call that is done and not known to be leaves the new state or the old one", arguments: fewSeeds)
    func doubt(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        let before = try FakeHost.gateway()
        let start = Snapshot(before)
        var first = before
        let count = try first.up(tunnel).steps.count
        for call in 1...(2 * count) {
            var host = before.revived(.init(kind: .doubt, call: call))
            let error = try #require(throws: ApplyError.self) { try host.up(tunnel) }
            #expect(error.cause as? FakeHost.Failure == FakeHost.Failure("told to fail"))
            #expect(try #require(error.rollback).isComplete, "call \(call)")
            #expect(start.difference(to: Snapshot(host)) == [], "call \(call)")
        }
        var whole = first.revived()
        try whole.down(tunnel.name)
        for call in 1..<whole.calls {
            var host = first.revived(.init(kind: .doubt, call: call))
            do { try host.down(tunnel.name) } catch is ApplyError {
                host = host.revived()
                try host.down(tunnel.name)
            }
            #expect(start.difference(to: Snapshot(host)) == [], "down, call \(call)")
        }
    }

    @Test("a journal that cannot be written keeps no step from being taken back", arguments: fewSeeds)
    func fullDisk(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        var up = try FakeHost.gateway()
        let start = Snapshot(up)
        try up.up(tunnel)
        up.isDiskFull = true
        try up.down(tunnel.name)
        #expect(start.difference(to: Snapshot(up)) == [])
        var fresh = try FakeHost.gateway()
        let count = try fresh.planUp(tunnel).steps.count
        for number in 0..<count {
            fresh = try FakeHost.gateway()
            fresh.saves = number
            let error = try #require(throws: ApplyError.self) { try fresh.up(tunnel) }
            #expect(try #require(error.rollback).left.isEmpty)
            #expect(start.difference(to: Snapshot(fresh)) == [], "full after \(number)")
        }
    }

    @Test("killed at any call of up: the next up finishes, and down restores the start", arguments: fewSeeds)
    func deathInUp(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        let before = try FakeHost.gateway()
        var first = before
        let calls = 2 * (try first.up(tunnel).steps.count) + 1
        let finished = Snapshot(first)
        for call in 1...calls {
            for kind in [FakeHost.Fault.Kind.deathBefore, .deathAfter] {
                var dead = before.revived(.init(kind: kind, call: call))
                #expect(throws: ApplyError.self) { try dead.up(tunnel) }
                var host = dead.revived()
                try host.up(tunnel)
                #expect(try host.planUp(tunnel).steps == [], "\(kind) \(call)")
                #expect(finished.difference(to: Snapshot(host)).filter { !$0.contains("journal") } == [])
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "up, \(kind) \(call)")
                host = dead.revived()
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "down, \(kind) \(call)")
            }
        }
    }

    @Test("killed at any call of down: the next down restores the start, or the next up all", arguments: fewSeeds)
    func deathInDown(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        let before = try FakeHost.gateway()
        var up = before
        try up.up(tunnel)
        var whole = up.revived()
        try whole.down(tunnel.name)
        for call in 1...whole.calls {
            for kind in [FakeHost.Fault.Kind.deathBefore, .deathAfter] {
                var dead = up.revived(.init(kind: kind, call: call))
                #expect(throws: ApplyError.self) { try dead.down(tunnel.name) }
                var host = dead.revived()
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "down, \(kind) \(call)")
                host = dead.revived()
                try host.up(tunnel)
                #expect(try host.planUp(tunnel).steps == [], "\(kind) \(call)")
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "up and down, \(kind) \(call)")
            }
        }
    }

    @Test("an edit makes the tunnel as if it had been so from the start, and down restores the start", arguments: seeds)
    func edit(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let (old, new) = (try generator.tunnel(), try generator.tunnel())
        var host = try FakeHost.gateway()
        let start = Snapshot(host)
        var fresh = host
        try host.up(old)
        // Twice, as the program does it: what was negotiated may ask for another MTU.
        for _ in 1...2 { try host.up(new) }
        #expect(try host.planUp(new).steps == [])
        if case .fixed = new.interface.id {
            try fresh.up(new)
            #expect(fresh.routes.own == host.routes.own)
            #expect(fresh.files == host.files)
            #expect(fresh.charon?.connections == host.charon?.connections)
            #expect(fresh.charon?.secrets == host.charon?.secrets)
            #expect(fresh.keys == host.keys)
            #expect(fresh.sysctls == host.sysctls)
        }
        try host.down(new.name)
        #expect(start.difference(to: Snapshot(host)) == [])
    }

    @Test("no step of an edit leaves a prefix without a route or a fence that both specs have", arguments: seeds)
    func fence(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let (old, new) = (try generator.tunnel(), try generator.tunnel())
        var host = try FakeHost.gateway()
        try host.up(old)
        let before = host.fencedPlaces
        var edited = host
        try edited.up(new)
        let places = before.intersection(edited.fencedPlaces)
        for step in try host.planUp(new).steps {
            try host.perform(step)
            for place in places { #expect(host.holds(place), "\(place) after \(step)") }
        }
    }

    @Test("killed at any call of an edit: the next up finishes, and down restores the start", arguments: fewSeeds)
    func deathInEdit(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let (old, new) = (try generator.tunnel(), try generator.tunnel())
        let before = try FakeHost.gateway()
        var up = before
        try up.up(old)
        var whole = up.revived()
        try whole.up(new)
        for call in 1..<max(whole.calls, 1) {
            for kind in [FakeHost.Fault.Kind.deathBefore, .deathAfter] {
                var dead = up.revived(.init(kind: kind, call: call))
                #expect(throws: ApplyError.self) { try dead.up(new) }
                var host = dead.revived()
                try host.up(new)
                #expect(try host.planUp(new).steps == [], "\(kind) \(call)")
                let difference = Snapshot(whole).withoutChildren.difference(to: Snapshot(host).withoutChildren)
                #expect(difference.filter { !$0.contains("journal") } == [], "\(kind) \(call)")
                try host.down(new.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "up, \(kind) \(call)")
                host = dead.revived()
                try host.down(new.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "down, \(kind) \(call)")
            }
        }
    }

    @Test("a link that a removal has left among others to be removed comes out of there; other groups stay")
    func group() throws {
        var generator = TunnelGenerator(seed: 1)
        let tunnel = try generator.tunnel()
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        let place = try #require(host.links.firstIndex { $0.name == tunnel.interface.name })
        host.links[place].group = 7
        #expect(try host.planUp(tunnel).steps == [])
        host.links[place].group = Ownership.scratchGroups.lowerBound + 5
        try host.up(tunnel)
        #expect(host.links[place].group == 0)
        #expect(try host.planUp(tunnel).steps == [])
    }

    @Test("SAs that the kernel has lost are negotiated anew, all of the connection", arguments: fewSeeds)
    func lostInKernel(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        var tunnel = try generator.tunnel()
        for index in tunnel.peers.indices { tunnel.peers[index].start = .up }
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        guard let lost = host.charon?.children.indices.last, let name = host.charon?.children[lost].connection else {
            Issue.record("no SAs")
            return
        }
        host.charon?.children[lost].isInKernel = false
        let steps = try host.planUp(tunnel).steps
        #expect(steps.first == .endSAs(of: name))
        let waits = steps.compactMap { if case .establish(let wait) = $0 { wait } else { nil } }
        #expect(waits.map(\.connection) == [name])
        #expect(waits.first?.initiates == true)
        #expect(waits.first?.children == tunnel.peers.first { $0.connection.text == name }?.children.map(\.name.text))
        try host.up(tunnel)
        #expect(try host.planUp(tunnel).steps == [])
    }

    @Test("killed at any call of up: who watches over it takes it back, and a down behind that changes nothing")
    func deathUnderGuard() throws {
        var generator = TunnelGenerator(seed: 1)
        var tunnel = try generator.tunnel()
        tunnel.forwarding = .on
        var before = try FakeHost.gateway()
        for key in [SysctlKey.forwardingIPv4, .forwardingIPv6] { before.sysctls[key] = "0" }
        var whole = before
        try whole.up(tunnel)
        for call in 1..<whole.calls {
            for kind in [FakeHost.Fault.Kind.deathBefore, .deathAfter] {
                var dead = before.revived(.init(kind: kind, call: call))
                let machine = dead.observe(tunnel.name, spec: tunnel)
                let plan = try Planner.up(tunnel, on: machine)
                var record = Record(tunnel: tunnel.name.text, bootID: "boot")
                var told: [Step] = []
                #expect(throws: ApplyError.self) {
                    try Executor.apply(
                        plan, to: &dead, record: &record, show: { step, isUndo in if !isUndo { told.append(step) } })
                }
                var host = dead.revived()
                record = host.journal[tunnel.name.text] ?? Record(tunnel: tunnel.name.text, bootID: "boot")
                let rollback = Executor.undo(told, isLastInDoubt: true, on: &host, record: &record)
                #expect(rollback.isComplete, "\(kind) \(call): \(rollback)")
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "\(kind) \(call)")
                try host.down(tunnel.name)
                #expect(Snapshot(before).difference(to: Snapshot(host)) == [], "\(kind) \(call)")
            }
        }
    }

    @Test("an edit whose peer is silent is taken back", arguments: seeds)
    func failingEdit(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let (old, new) = (try generator.tunnel(), try generator.tunnel())
        var host = try FakeHost.gateway()
        try host.up(old)
        let before = Snapshot(host).withoutChildren
        host.peerAnswers = false
        guard try host.failingEdit(to: new) != nil else { return }
        let difference = before.difference(to: Snapshot(host).withoutChildren)
        #expect(difference.filter { !$0.contains("journal") } == [])
    }

    @Test(
        "killed at any call while it takes an edit back: who watches over it brings the rest back",
        arguments: [UInt64(1), 3])
    func deathInUndo(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let (old, new) = (try generator.tunnel(), try generator.tunnel())
        var up = try FakeHost.gateway()
        try up.up(old)
        var silent = up.revived()
        silent.peerAnswers = false
        let failed = try silent.failingEdit(to: new)
        // Some edits have nothing to wait for.
        guard let failed else { return }
        for call in failed.callsBeforeUndo + 1...failed.calls {
            // Right behind one call is right before the next.
            var dead = up.revived(.init(kind: .deathBefore, call: call))
            dead.peerAnswers = false
            let edit = try #require(try dead.failingEdit(to: new))
            let undone = dead.performed.count - edit.performedBeforeUndo
            // Told of the next step already, or not yet.
            for begun in [edit.undone.prefix(undone), edit.undone.prefix(undone + 1)] where !begun.isEmpty {
                var host = dead.revived()
                var record = host.journal[new.name.text] ?? Record(tunnel: new.name.text, bootID: "boot")
                let rollback = Executor.undo(
                    edit.told, isLastInDoubt: true, resuming: Array(begun), joined: edit.plan.joined, on: &host,
                    record: &record)
                #expect(rollback.isComplete, "\(call): \(rollback)")
                let difference = Snapshot(up).withoutChildren.difference(to: Snapshot(host).withoutChildren)
                #expect(difference.filter { !$0.contains("journal") } == [], "\(call)")
            }
        }
    }
}

/// An edit that failed on the way, and what somebody who watches over it was told.
private struct FailedEdit {
    var plan: Plan
    var told: [Step] = []
    var undone: [Step] = []
    var callsBeforeUndo = 0
    var performedBeforeUndo = 0
    var calls = 0
}

extension FakeHost {
    /// Edits a tunnel; nil when that succeeds.
    fileprivate mutating func failingEdit(to tunnel: Tunnel) throws -> FailedEdit? {
        let machine = observe(tunnel.name, spec: tunnel)
        var edit = FailedEdit(plan: try Planner.up(tunnel, on: machine))
        var record = machine.record ?? Record(tunnel: tunnel.name.text, bootID: "boot")
        do {
            try Executor.apply(
                edit.plan, to: &self, record: &record,
                show: { step, isUndo in
                    if isUndo { edit.undone.append(step) } else { edit.told.append(step) }
                })
            return nil
        } catch {
            // Each step before was noted and performed; the last one was noted, and failed.
            edit.callsBeforeUndo = 2 * edit.told.count
            edit.performedBeforeUndo = edit.told.count - 1
            edit.calls = calls
            return edit
        }
    }
}

/// Where a look-up may arrive: a prefix in a table.
private struct Place: Hashable {
    var destination: IPPrefix
    var table: UInt32
}

extension FakeHost {
    /// Where there are fences of ours.
    fileprivate var fencedPlaces: Set<Place> {
        Set(
            routes.own.filter { $0.type == .unreachable }.map { Place(destination: $0.destination, table: $0.table) })
    }

    /// Whether what arrives there goes into the tunnel or is dropped.
    fileprivate func holds(_ place: Place) -> Bool {
        routes.own.contains { $0.destination == place.destination && $0.table == place.table }
    }
}

extension [Route] {
    fileprivate var own: Set<Route> { Set(filter { $0.origin == Ownership.origin }) }
}
