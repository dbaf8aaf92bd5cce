internal import NetworkModel
internal import ViaductCore

/// What came of a look at a tunnel that is to be as it was brought up.
enum RepairOutcome {
    /// It is not up by Viaduct: it was taken down, or its `up` has not come to its end.
    case released
    /// Another process works on it.
    case busy
    /// What it is made of was edited.
    case edited(path: String)
    /// It was looked at, and repaired where that was needed.
    case looked(Repair)
}

/// What a look at a tunnel has found and done.
struct Repair {
    /// What was done, all of which succeeded.
    var steps: [Step] = []
    /// Those of them by which packets take another tunnel until this one has an SA.
    var detours: [Planner.Detour] = []
    /// The connections whose SAs are negotiated anew.
    var renewed: [(connection: String, reason: WatchNotice.RenewalReason)] = []
    /// The children that lack their SAs.
    var lacking: [String] = []
    /// Whether charon was asked to negotiate.
    var hasNegotiated = false
    /// Where the peers are.
    var peers: Set<IPAddress> = []
    /// Why the rest could not be done; nil when all was.
    var failure: (any Error)?
}

/// What a repair may do.
struct RepairScope {
    /// Whether charon answers; else only link, addresses, routes and rules are repaired.
    var hasCharon: Bool
    /// Whether charon may be asked to negotiate.
    var negotiates: Bool
    /// Whether SAs that are there have to prove that they carry packets.
    var proves: Bool
}

extension Operations {
    /// Makes a tunnel again what `up` made it.
    ///
    /// - Throws: what looking at the machine throws, and `PlanError`; nothing was changed then.
    func repair(_ name: TunnelName, scope: RepairScope) throws -> RepairOutcome {
        let journal = try Journal()
        var host = try host()
        let first = try look(name, on: &host, journal: journal, scope: scope)
        guard case .found(let found) = first, found.asksForWork(scope) else { return first.outcome }
        // While nobody else works on it: it may have been taken down since, or repaired by a person.
        return try journal.withLockIfFree(on: name) { lock in
            host = try self.host(lock: lock)
            let second = try look(name, on: &host, journal: journal, scope: scope)
            guard case .found(let found) = second, found.asksForWork(scope) else { return second.outcome }
            return .looked(work(on: found, with: &host, journal: journal, scope: scope))
        } ?? .busy
    }

    /// What was found to be done.
    private struct Finding {
        var record: Record
        var plan: Plan
        var detours: [Planner.Detour]
        var lacking: [Establishment]
        var useless: [LiveHost.Useless]
        var peers: Set<IPAddress>

        func asksForWork(_ scope: RepairScope) -> Bool {
            !plan.changesNothing || !useless.isEmpty || (scope.negotiates && lacking.contains(where: \.initiates))
        }

        var repair: Repair {
            Repair(lacking: lacking.flatMap(\.children), peers: peers)
        }
    }

    private enum Look {
        case nothing(RepairOutcome)
        case found(Finding)

        var outcome: RepairOutcome {
            switch self {
            case .nothing(let outcome): outcome
            case .found(let finding): .looked(finding.repair)
            }
        }
    }

    private func look(
        _ name: TunnelName, on host: inout LiveHost, journal: Journal, scope: RepairScope
    ) throws -> Look {
        guard let record = try journal.record(of: name), !record.isEmpty, let stamp = record.stamp else {
            return .nothing(.released)
        }
        let withIKE = scope.hasCharon && !record.connections.isEmpty
        guard let tunnel = try unedited(stamp, withCredentials: withIKE) else {
            return .nothing(.edited(path: stamp.path))
        }
        let options = UpOptions(plan: Planner.Options(withIKE: withIKE, standby: .used))
        let machine = try observe(tunnel, on: &host, options: options)
        let isUnderlayKnown = tunnel.peers.allSatisfy { machine.underlays[$0.connection] != nil || $0.isAnywhere }
        var plan = try Planner.up(tunnel, on: machine, options: options.plan)
        let lacking = plan.steps.compactMap { if case .establish(let wait) = $0 { wait } else { nil } }
        // Without a way to the peer nobody knows the MTU of that way.
        plan.steps.removeAll { $0.isProof || $0.endsSAs || (!isUnderlayKnown && $0.changesOnlyMTU) }
        var useless: [LiveHost.Useless] = []
        if withIKE, plan.isEmpty {
            let probe = try scope.proves ? Planner.probe(of: tunnel, on: machine) : nil
            useless = try host.useless(of: tunnel, connections: record.connections, probe: probe)
        }
        return .found(
            Finding(
                record: record, plan: plan, detours: Planner.detours(in: plan, of: tunnel, on: machine),
                lacking: lacking, useless: useless,
                peers: Set(machine.underlays.values.flatMap(\.remotes))))
    }

    /// The tunnel that was brought up; nil when its spec or credentials are not what they were.
    private func unedited(_ stamp: SpecStamp, withCredentials: Bool) throws -> Tunnel? {
        let location = try library.location(of: stamp.path)
        do {
            let bytes = try library.bytes(at: location)
            guard SpecStamp(path: stamp.path, spec: bytes, credentials: nil).isSame(as: stamp) else { return nil }
            let tunnel = try library.tunnel(at: location)
            let current = try self.stamp(of: tunnel, at: location, withCredentials: withCredentials)
            return current.isSame(as: stamp) ? tunnel : nil
        } catch let error as FileError where error.isMissing {
            return nil
        }
    }

    /// Does what was found to be done; what succeeded stays when something else fails.
    private func work(
        on found: Finding, with host: inout LiveHost, journal: Journal, scope: RepairScope
    ) -> Repair {
        var repair = found.repair
        do {
            try restore(found, with: &host, journal: journal, into: &repair)
            for useless in found.useless {
                try host.renew(useless.peer)
                repair.renewed.append((useless.peer.connection.text, useless.reason))
            }
            let renewed = Set(repair.renewed.map(\.connection))
            for wanted in found.lacking
            where scope.negotiates && wanted.initiates && !renewed.contains(wanted.connection) {
                try host.negotiate(wanted)
                repair.hasNegotiated = true
            }
        } catch {
            repair.failure = error
        }
        let done = Set(repair.steps)
        repair.detours = found.detours.filter { done.contains($0.step) }
        return repair
    }

    private func restore(
        _ found: Finding, with host: inout LiveHost, journal: Journal, into repair: inout Repair
    ) throws {
        guard !found.plan.changesNothing else { return }
        var record = found.record
        do {
            try Batch.apply(found.plan, to: &host, record: &record, keeps: { _ in true }, show: show)
            repair.steps = found.plan.steps
        } catch {
            repair.steps = error.performed
            try journal.save(record)
            throw error
        }
    }
}

extension TunnelPeer {
    /// Whether it may be anywhere, so that there is no way to it before it calls.
    fileprivate var isAnywhere: Bool {
        remote.hosts.allSatisfy { if case .block = $0 { true } else { false } }
    }
}

extension Step {
    /// Whether it ends SAs that the kernel has lost, which is told as a renewal.
    fileprivate var endsSAs: Bool {
        if case .endSAs = self { true } else { false }
    }

    fileprivate var changesOnlyMTU: Bool {
        switch self {
        case .within(_, let step): step.changesOnlyMTU
        case .changeLink(let change): change.to == LinkSettings(mtu: change.to.mtu)
        default: false
        }
    }
}
