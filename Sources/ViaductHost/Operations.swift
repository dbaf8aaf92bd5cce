public import ViaductCore

/// The work behind the commands, on this machine.
public struct Operations {
    /// Where specs are.
    public var library: SpecLibrary
    /// charon's socket.
    public var viciPath: String
    /// How long `up` waits for SAs.
    public var patience: Duration
    /// Called with each step before it is performed; the flag tells whether it is being taken back.
    public var show: (Step, _ isUndo: Bool) -> Void
    /// Called with the number of steps, before several tunnels are worked on at once.
    public var announce: (Int) -> Void
    /// Called with what may disturb a tunnel, before its first step.
    public var warn: (PlanWarning, _ tunnel: TunnelName) -> Void
    /// Called with lines for a person, such as charon's log.
    public var talk: (String) -> Void
    /// Called with what a person who waits is to know.
    public var notice: (String) -> Void
    /// Called with what a person must know although all was done.
    public var caution: (String) -> Void

    /// Gathers what the commands need.
    public init(
        library: SpecLibrary, viciPath: String, patience: Duration = .seconds(30),
        show: @escaping (Step, _ isUndo: Bool) -> Void = { _, _ in }, announce: @escaping (Int) -> Void = { _ in },
        warn: @escaping (PlanWarning, _ tunnel: TunnelName) -> Void = { _, _ in },
        talk: @escaping (String) -> Void = { _ in }, notice: @escaping (String) -> Void = { _ in },
        caution: @escaping (String) -> Void = { _ in }
    ) {
        self.library = library
        self.viciPath = viciPath
        self.patience = patience
        self.show = show
        self.announce = announce
        self.warn = warn
        self.talk = talk
        self.notice = notice
        self.caution = caution
    }

    /// What `up` and `plan` are to cover.
    public struct UpOptions: Sendable, Hashable {
        /// What the plan covers.
        public var plan: Planner.Options
        /// Whether a tunnel stays as it is when only its SAs could not be established.
        public var keeps: Bool
        /// How many seconds there are to confirm the change before it is rolled back; nil when it need not be confirmed.
        public var confirmation: Int?

        /// Makes options.
        public init(plan: Planner.Options = Planner.Options(), keeps: Bool = false, confirmation: Int? = nil) {
            self.plan = plan
            self.keeps = keeps
            self.confirmation = confirmation
        }
    }

    /// What `up` would do now.
    ///
    /// - Throws: `SpecError`, `PlanError`, and what looking at the machine throws.
    public func planUp(_ argument: String, options: UpOptions) throws -> Plan {
        let tunnel = try tunnel(argument)
        try Privilege.requireNetworkAdministration(for: "looking for drift")
        var host = try host()
        return try plan(tunnel, on: &host, options: options)
    }

    /// Brings a tunnel up, or makes it what its spec now asks for.
    ///
    /// - Returns: what was done; empty when all was as it should be.
    /// - Throws: `SpecError`, `PlanError`, `ApplyError`, and what looking at the machine throws.
    public func up(_ argument: String, options: UpOptions) throws -> Plan {
        let location = try library.location(of: argument)
        let tunnel = try library.tunnel(at: location)
        try Privilege.requireNetworkAdministration(for: "up")
        let journal = try Journal()
        let wait = { notice("\(tunnel.name): waiting for another viaduct that works on it") }
        return try journal.withLock(on: tunnel.name, wait: wait) { lock in
            try examine(journal, of: tunnel.name)
            try requireNoPendingChange(of: tunnel.name, in: journal)
            var host = try host(lock: lock)
            let make = { (operations: Operations, host: inout LiveHost) throws -> Plan in
                try operations.makeWhole(tunnel, at: location, on: &host, journal: journal, options: options)
            }
            guard let seconds = options.confirmation else { return try make(self, &host) }
            let plan = try Planner.up(tunnel, on: observe(tunnel, on: &host, options: options), options: options.plan)
            guard !plan.isEmpty else { return try make(self, &host) }
            return try guarded(plan, of: tunnel, for: seconds, by: &host, journal: journal, make)
        }
    }

    private func makeWhole(
        _ tunnel: Tunnel, at location: SpecLocation, on host: inout LiveHost, journal: Journal, options: UpOptions
    ) throws -> Plan {
        var record = journal.newRecord(of: tunnel.name)
        var done: Plan
        do {
            done = try apply(tunnel, on: &host, record: &record, options: options)
        } catch let error as ApplyError where error.isKept {
            noteOrigin(of: tunnel, at: location, in: &record, of: journal, options: options)
            throw error
        }
        // What was negotiated may ask for another MTU than was assumed: UDP encapsulation takes eight bytes. And others may have
        // changed something while it was waited for.
        if options.plan.withIKE, !done.isEmpty {
            let known = done.warnings
            let rest: Plan
            do {
                rest = try apply(tunnel, on: &host, record: &record, options: options, besides: known)
            } catch {
                let isGuarded = options.confirmation != nil
                throw takingBack(done, after: error, together: !isGuarded, on: &host, record: &record)
            }
            done.steps += rest.steps
            done.warnings += rest.warnings.filter { !known.contains($0) }
        }
        noteOrigin(of: tunnel, at: location, in: &record, of: journal, options: options)
        return done
    }

    /// Takes a tunnel away, whatever became of its spec.
    ///
    /// - Returns: what was done; empty when nothing was there.
    /// - Throws: `ApplyError`, and what looking at the machine throws.
    public func down(_ argument: String, isDry: Bool = false) throws -> Plan {
        let name = try library.location(of: argument).name
        try Privilege.requireNetworkAdministration(for: "down")
        let journal = try Journal()
        let wait = { notice("\(name): waiting for another viaduct that works on it") }
        return try journal.withLock(on: name, wait: wait) { lock in
            if !isDry { try examine(journal, of: name) }
            var host = try host(lock: lock)
            let scope = LiveHost.Scope(needsCharon: false, readsSecrets: false, isRemoval: !isDry)
            let machine = try host.observe(name, spec: nil, library: library, scope: scope)
            let plan = Planner.down(name, on: machine)
            guard !isDry else { return plan }
            // Who takes the tunnel away wants neither the change nor what was before it.
            try settlePendingChange(of: name, in: journal)
            var record = machine.record ?? journal.newRecord(of: name)
            // From here on nobody is to bring it back, also when this is not done to its end.
            record.stamp = nil
            try Batch.remove(plan, from: &host, record: &record, show: show)
            return plan
        }
    }

    /// The plan that brings a tunnel up on a machine that has nothing of it, which is what `commands` prints.
    ///
    /// - Parameters:
    ///   - argument: the tunnel's name, or the path of its spec.
    ///   - isExport: whether it is for another manager, which may have made the tunnel from an earlier export.
    /// - Returns: the tunnel and the plan.
    /// - Throws: `SpecError`, `PlanError`, and what looking at the machine throws.
    public func planFromScratch(_ argument: String, isExport: Bool = false) throws -> (tunnel: Tunnel, plan: Plan) {
        let tunnel = try tunnel(argument)
        var host = try host()
        let scope = LiveHost.Scope(needsCharon: false, readsSecrets: false)
        let machine = try host.observe(tunnel.name, spec: tunnel, library: library, scope: scope)
        return (tunnel, try Planner.fromScratch(tunnel, on: isExport ? machine.claiming(tunnel) : machine))
    }

    private func tunnel(_ argument: String) throws -> Tunnel {
        try library.tunnel(at: try library.location(of: argument))
    }

    func host(lock: MachineLock? = nil) throws -> LiveHost {
        try LiveHost(
            journal: try Journal(), lock: lock, viciPath: viciPath, patience: patience, talk: talk, caution: caution)
    }

    private func plan(_ tunnel: Tunnel, on host: inout LiveHost, options: UpOptions) throws -> Plan {
        let plan = try Planner.up(tunnel, on: try observe(tunnel, on: &host, options: options), options: options.plan)
        for warning in plan.warnings { warn(warning, tunnel.name) }
        return plan
    }

    func observe(
        _ tunnel: Tunnel, on host: inout LiveHost, options: UpOptions, record: Record? = nil
    ) throws -> Observed {
        let scope = LiveHost.Scope(needsCharon: options.plan.withIKE, readsSecrets: options.plan.withIKE)
        return try host.observe(tunnel.name, spec: tunnel, library: library, scope: scope, record: record)
    }

    /// Takes back what was done before a failure that was not one of its steps, so that it is all or nothing.
    func takingBack(
        _ done: Plan, after error: any Error, together: Bool, on host: inout LiveHost, record: inout Record
    ) -> any Error {
        let failed = error as? ApplyError
        // With --keep a failed proof leaves all in place.
        if let failed, failed.rollback == nil { return error }
        var rollback = Executor.undo(
            done.steps, joined: done.joined, together: together, on: &host, record: &record, show: show)
        rollback.undone = (failed?.rollback?.undone ?? []) + rollback.undone
        rollback.left = (failed?.rollback?.left ?? []) + rollback.left
        return ApplyError(step: failed?.step, cause: failed?.cause ?? error, rollback: rollback)
    }

    /// Performs a plan, and notes it in the record, which is read when there is nothing in it.
    private func apply(
        _ tunnel: Tunnel, on host: inout LiveHost, record: inout Record, options: UpOptions,
        besides known: [PlanWarning] = []
    ) throws -> Plan {
        let machine = try observe(tunnel, on: &host, options: options, record: record.isEmpty ? nil : record)
        if let known = machine.record { record = known }
        let plan = try Planner.up(tunnel, on: machine, options: options.plan)
        for warning in plan.warnings where !known.contains(warning) { warn(warning, tunnel.name) }
        if try reclaim(tunnel, on: machine, beside: plan, in: &record, options: options) { try Journal().save(record) }
        guard !plan.changesNothing else { return plan }
        let keeps = { (step: Step) -> Bool in
            options.keeps && step.isProof
        }
        // A guardian is told of one step at a time.
        let fault =
            try options.confirmation == nil
            ? Batch.apply(plan, to: &host, record: &record, keeps: keeps, show: show)
            : Executor.apply(plan, to: &host, record: &record, keeps: keeps, show: show)
        if let fault {
            cautionOfJournal(tunnel.name, fault)
        }
        return plan
    }

    /// Claims anew what is there and stays of a tunnel whose journal was lost, so that it is whole for `watch`, too.
    ///
    /// - Returns: whether the journal was lost.
    func reclaim(
        _ tunnel: Tunnel, on machine: Observed, beside plan: Plan, in record: inout Record, options: UpOptions
    ) throws -> Bool {
        guard machine.record == nil, !Planner.down(tunnel.name, on: machine).isEmpty else { return false }
        let whole = try Planner.fromScratch(tunnel, on: machine, options: options.plan).steps
        for step in whole where !plan.steps.contains(step) { record.join(step) }
        return true
    }

    func cautionOfJournal(_ tunnel: TunnelName, _ fault: any Error) {
        caution(
            "\(tunnel): all is done, but the journal was not closed: \(fault); it claims more than there is, "
                + "which the next up or down mends")
    }
}
