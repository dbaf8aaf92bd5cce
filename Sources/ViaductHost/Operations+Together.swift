internal import NetworkModel
public import ViaductCore

extension Operations {
    /// A tunnel among several that are worked on at once.
    private struct Item {
        var location: SpecLocation
        /// What its spec says, and the spec's bytes; nil where it is not asked for.
        var spec: (tunnel: Tunnel, bytes: [UInt8])?
        var result: Result<Plan, any Error>?

        var name: TunnelName { location.name }
        var tunnel: Tunnel? { spec?.tunnel }
        var target: LiveHost.Target { LiveHost.Target(name: name, spec: tunnel.map(SpecReading.read) ?? .none) }

        /// What was done, or is to be done, so far.
        var plan: Plan {
            if case .success(let plan)? = result { plan } else { Plan() }
        }

        /// Whether it has failed.
        var hasFailed: Bool {
            if case .failure? = result { true } else { false }
        }

        /// Does something for the tunnel, unless it has failed; notes when it fails.
        mutating func attempt(_ body: (TunnelName) throws -> Void) {
            guard result == nil else { return }
            do { try body(name) } catch { result = .failure(error) }
        }
    }

    /// Brings several tunnels up at once, from one look at the machine; one that fails is undone alone.
    ///
    /// - Parameters:
    ///   - arguments: names of tunnels or spec files.
    ///   - options: as of `up`; with a confirmation they come one after the other.
    /// - Returns: what came of each, in their order.
    /// - Throws: what looking at the machine throws, and what concerns all of them; nothing was changed then.
    public func up(together arguments: [String], options: UpOptions) throws -> [Result<Plan, any Error>] {
        try Privilege.requireNetworkAdministration(for: "up")
        let readings = readings(of: arguments)
        var (items, places) = distinct(readings) { item in
            // A namespace has links of its own to look at, and programs are run one after the other.
            guard let tunnel = item.tunnel, options.confirmation == nil else { return false }
            return tunnel.interface.namespace == nil && tunnel.hooks.isEmpty
        }
        let journal = try Journal()
        if !items.isEmpty {
            try journal.withLocks(on: items.map(\.name), wait: tellWaiting) { lock in
                for index in items.indices {
                    items[index].attempt {
                        try examine(journal, of: $0)
                        try requireNoPendingChange(of: $0, in: journal)
                    }
                }
                var host = try host(lock: lock)
                try bringUp(&items, on: &host, journal: journal, options: options)
            }
        }
        return answers(arguments, readings, places, items) { try up($0, options: options) }
    }

    /// What `up` of several tunnels would do now.
    ///
    /// - Parameters:
    ///   - arguments: names of tunnels or spec files.
    ///   - options: as of `up`.
    /// - Returns: the plan of each, in their order; each builds on those before it.
    /// - Throws: what looking at the machine throws.
    public func planUp(together arguments: [String], options: UpOptions) throws -> [Result<Plan, any Error>] {
        try Privilege.requireNetworkAdministration(for: "looking for drift")
        let readings = readings(of: arguments)
        var (items, places) = distinct(readings) { $0.tunnel?.interface.namespace == nil }
        var host = try host()
        let journal = try Journal()
        for (index, part) in try parts(of: &items, on: &host, journal: journal, options: options) {
            items[index].result = .success(part?.plan ?? Plan())
        }
        return answers(arguments, readings, places, items) { try planUp($0, options: options) }
    }

    private func readings(of arguments: [String]) -> [Result<Item, any Error>] {
        arguments.map { argument in
            Result {
                let location = try library.location(of: argument)
                return Item(location: location, spec: try library.spec(at: location))
            }
        }
    }

    /// What came of each argument; those that were not worked on at once are worked on now.
    private func answers(
        _ arguments: [String], _ readings: [Result<Item, any Error>], _ places: [Int: Int], _ items: [Item],
        alone: (String) throws -> Plan
    ) -> [Result<Plan, any Error>] {
        zip(arguments, readings).enumerated().map { place, pair in
            if case .failure(let error) = pair.1 { return .failure(error) }
            return places[place].flatMap { items[$0].result } ?? Result { try alone(pair.0) }
        }
    }

    /// Takes several tunnels away at once, from one look at the machine.
    ///
    /// - Parameter arguments: names of tunnels or spec files.
    /// - Returns: what came of each, in their order.
    /// - Throws: as `up(together:options:)`.
    public func down(together arguments: [String]) throws -> [Result<Plan, any Error>] {
        try Privilege.requireNetworkAdministration(for: "down")
        let readings = arguments.map { argument in
            Result { Item(location: try library.location(of: argument)) }
        }
        let journal = try Journal()
        var (items, places) = distinct(readings) { _ in true }
        try journal.withLocks(on: items.map(\.name), wait: tellWaiting) { lock in
            for index in items.indices { items[index].attempt { try examine(journal, of: $0) } }
            var host = try host(lock: lock)
            try takeDown(&items, from: &host, journal: journal)
        }
        return answers(arguments, readings, places, items) { try down($0) }
    }

    private func tellWaiting(_ name: TunnelName) {
        notice("\(name): waiting for another viaduct that works on it")
    }

    /// The tunnels that can be worked on at once, each once, and the place among them of each that was named.
    private func distinct(
        _ readings: [Result<Item, any Error>], where isFit: (Item) -> Bool
    ) -> (items: [Item], places: [Int: Int]) {
        var items: [Item] = []
        var places: [Int: Int] = [:]
        var names: Set<TunnelName> = []
        for (place, reading) in readings.enumerated() {
            guard case .success(let item) = reading, isFit(item), names.insert(item.name).inserted else { continue }
            places[place] = items.count
            items.append(item)
        }
        return (items, places)
    }

    // MARK: - Up

    private func bringUp(
        _ items: inout [Item], on host: inout LiveHost, journal: Journal, options: UpOptions
    ) throws {
        try perform(&items, on: &host, journal: journal, options: options)
        // What was negotiated may ask for another MTU than was assumed; and what one tunnel left to another that failed is
        // still to be done.
        let hasNegotiated = options.plan.withIKE && items.contains { !$0.plan.isEmpty }
        guard hasNegotiated || items.contains(where: \.hasFailed) else { return }
        do {
            try perform(&items, on: &host, journal: journal, options: options)
        } catch {
            // All or nothing, each for itself: what nobody could look at again is taken back.
            for index in items.indices where !items[index].plan.isEmpty {
                let record = try journal.record(of: items[index].name)
                fail(&items[index], with: error, on: &host, record: record)
            }
        }
    }

    /// Plans for all tunnels that have not failed, and performs the plans together.
    private func perform(
        _ items: inout [Item], on host: inout LiveHost, journal: Journal, options: UpOptions
    ) throws {
        let planned = try parts(of: &items, on: &host, journal: journal, options: options)
        let work = planned.compactMap { index, part in part.map { (index, $0) } }
        announce(work.reduce(0) { $0 + $1.1.plan.steps.count })
        var batch = Batch(work.map(\.1), keeps: { options.keeps && $0.isProof }, show: show)
        batch.apply(to: &host)
        for ((index, _), part) in zip(work, batch.parts) { note(part, of: &items[index], on: &host) }
        for (index, _) in planned where items[index].result == nil { items[index].result = .success(Plan()) }
    }

    /// What is to be done for each tunnel that has not failed, planned from one look at the machine; nil when it is nothing.
    private func parts(
        of items: inout [Item], on host: inout LiveHost, journal: Journal, options: UpOptions
    ) throws -> [(index: Int, part: Batch.Part?)] {
        let scope = LiveHost.Scope(needsCharon: options.plan.withIKE, readsSecrets: options.plan.withIKE)
        let open = items.indices.filter { !items[$0].hasFailed }
        let siblings =
            try library.siblings(besides: Set(items.map(\.name)))
            + items.compactMap { item in item.tunnel.map { Observed.Sibling(name: item.name, id: $0.interface.id) } }
        var panorama = try host.panorama(of: open.map { items[$0].target }, siblings: siblings, scope: scope)
        var parts: [(index: Int, part: Batch.Part?)] = []
        for index in open {
            do {
                let part = try part(for: items[index], in: &panorama, on: &host, journal: journal, options: options)
                parts.append((index, part))
            } catch {
                fail(&items[index], with: error, on: &host, record: panorama.records[items[index].name.text])
            }
        }
        return parts
    }

    /// What is to be done for a tunnel; nil when it is nothing.
    private func part(
        for item: Item, in panorama: inout LiveHost.Panorama, on host: inout LiveHost, journal: Journal,
        options: UpOptions
    ) throws -> Batch.Part? {
        guard let (tunnel, bytes) = item.spec else { return nil }
        let (machine, problem) = try host.view(item.target, in: panorama)
        if options.plan.withIKE {
            if let problem { throw problem }
            host.adopt(machine, of: tunnel.name)
        }
        let plan = try Planner.up(tunnel, on: machine, options: options.plan)
        let known = item.plan.warnings
        for warning in plan.warnings where !known.contains(warning) { warn(warning, tunnel.name) }
        var record = machine.record ?? journal.newRecord(of: tunnel.name)
        let wasLost = try reclaim(tunnel, on: machine, beside: plan, in: &record, options: options)
        var stamp = SpecStamp(
            path: item.location.absolutePath, spec: bytes,
            credentials: options.plan.withIKE ? Array(machine.secrets.values) + Array(machine.sources.values) : nil)
        if !options.plan.withIKE { stamp.credentials = record.stamp?.credentials }
        panorama.landscapes[nil]?.note(plan, record: record)
        guard plan.changesNothing, !wasLost, record.stamp == stamp || record.isEmpty else {
            return Batch.Part(plan, record: record, stamp: stamp)
        }
        return nil
    }

    private func note(_ part: Batch.Part, of item: inout Item, on host: inout LiveHost) {
        let before = item.plan
        switch part.outcome {
        case .done(let journalFault):
            if let journalFault { cautionOfJournal(item.name, journalFault) }
            var plan = part.plan
            plan.steps = before.steps + plan.steps
            plan.joined = before.joined + plan.joined
            plan.warnings = before.warnings + plan.warnings.filter { !before.warnings.contains($0) }
            item.result = .success(plan)
        case .failed(let error): fail(&item, with: error, on: &host, record: part.record)
        case nil: preconditionFailure("a batch ends when each part has an outcome")
        }
    }

    /// Ends a tunnel's part in failure, and takes back what an earlier round has done of it.
    private func fail(_ item: inout Item, with error: any Error, on host: inout LiveHost, record: Record?) {
        let before = item.plan
        guard !before.isEmpty, var record else {
            item.result = .failure(error)
            return
        }
        item.result = .failure(takingBack(before, after: error, together: true, on: &host, record: &record))
        host.endUndo()
    }

    // MARK: - Down

    private func takeDown(_ items: inout [Item], from host: inout LiveHost, journal: Journal) throws {
        let scope = LiveHost.Scope(needsCharon: false, readsSecrets: false, isRemoval: true)
        var panorama = try host.panorama(of: items.map(\.target), siblings: [], scope: scope)
        var parts: [Batch.Part] = []
        var owners: [Int] = []
        // What is in another namespace is taken down from there, one after the other.
        for index in items.indices
        where items[index].result == nil && panorama.namespace(of: items[index].target) == nil {
            let target = items[index].target
            items[index].attempt { name in
                let (machine, _) = try host.view(target, in: panorama)
                // Who takes the tunnel away wants neither the change nor what was before it.
                try settlePendingChange(of: name, in: journal)
                parts.append(
                    Batch.Part(Planner.down(name, on: machine), record: machine.record ?? journal.newRecord(of: name)))
                owners.append(index)
                panorama.landscapes[nil]?.noteRemoval(of: name)
            }
        }
        announce(parts.reduce(0) { $0 + $1.plan.steps.count })
        var batch = Batch(parts, show: show)
        batch.remove(from: &host)
        for (index, part) in zip(owners, batch.parts) {
            if case .failed(let error) = part.outcome {
                items[index].result = .failure(error)
            } else {
                items[index].result = .success(part.plan)
            }
        }
    }
}

extension LiveHost {
    /// Takes in the secrets and files of one more tunnel that is worked on.
    fileprivate mutating func adopt(_ machine: Observed, of tunnel: TunnelName) {
        secrets.merge(machine.secrets) { $1 }
        sources.merge(machine.sources) { $1 }
        if former == nil { former = FormerFiles([ConfigurationPath: Secret]()) }
        former?.note(machine.files, of: tunnel)
    }
}
