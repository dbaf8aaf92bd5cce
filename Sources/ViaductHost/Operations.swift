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
        show: @escaping (Step, _ isUndo: Bool) -> Void = { _, _ in },
        warn: @escaping (PlanWarning, _ tunnel: TunnelName) -> Void = { _, _ in },
        talk: @escaping (String) -> Void = { _ in }, notice: @escaping (String) -> Void = { _ in },
        caution: @escaping (String) -> Void = { _ in }
    ) {
        self.library = library
        self.viciPath = viciPath
        self.patience = patience
        self.show = show
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

        /// Makes options.
        public init(plan: Planner.Options = Planner.Options(), keeps: Bool = false) {
            self.plan = plan
            self.keeps = keeps
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
        let tunnel = try tunnel(argument)
        try Privilege.requireNetworkAdministration(for: "up")
        let journal = try Journal()
        let wait = { notice("\(tunnel.name): waiting for another viaduct that works on it") }
        return try journal.withLock(on: tunnel.name, wait: wait) { lock in
            var host = try host(lock: lock)
            var done = try apply(tunnel, on: &host, journal: journal, options: options)
            // What was negotiated may ask for another MTU than was assumed: UDP encapsulation takes eight bytes.
            if !done.isEmpty {
                let known = done.warnings
                do {
                    let rest = try apply(tunnel, on: &host, journal: journal, options: options, besides: known)
                    done.steps += rest.steps
                    done.warnings += rest.warnings.filter { !known.contains($0) }
                } catch {
                    throw try takenBack(done, of: tunnel.name, on: &host, journal: journal, after: error)
                }
            }
            return done
        }
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
            var host = try host(lock: lock)
            let scope = LiveHost.Scope(needsCharon: false, readsSecrets: false)
            let machine = try host.observe(name, spec: nil, library: library, scope: scope)
            let plan = Planner.down(name, on: machine)
            guard !isDry else { return plan }
            var record = machine.record ?? journal.newRecord(of: name)
            try Executor.remove(plan, from: &host, record: &record, show: show)
            return plan
        }
    }

    /// The plan that brings a tunnel up on a machine that has nothing of it, which is what `commands` prints.
    ///
    /// - Throws: `SpecError`, `PlanError`, and what looking at the machine throws.
    public func planFromScratch(_ argument: String) throws -> (tunnel: Tunnel, plan: Plan) {
        let tunnel = try tunnel(argument)
        var host = try host()
        let scope = LiveHost.Scope(needsCharon: false, readsSecrets: false)
        let machine = try host.observe(tunnel.name, spec: tunnel, library: library, scope: scope)
        return (tunnel, try Planner.fromScratch(tunnel, on: machine))
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

    /// Takes back what was done before something went wrong at the second look.
    ///
    /// - Returns: the error with all that was undone; the error itself when what was done shall stay.
    private func takenBack(
        _ done: Plan, of tunnel: TunnelName, on host: inout LiveHost, journal: Journal, after error: any Error
    ) throws -> any Error {
        let failure = error as? ApplyError
        if let failure, failure.rollback == nil { return error }
        var record = try journal.record(of: tunnel) ?? journal.newRecord(of: tunnel)
        var rollback = Executor.undo(done, on: &host, record: &record, show: show)
        rollback.left = (failure?.rollback?.left ?? []) + rollback.left
        return ApplyError(step: failure?.step, cause: failure?.cause ?? error, rollback: rollback)
    }

    private func observe(_ tunnel: Tunnel, on host: inout LiveHost, options: UpOptions) throws -> Observed {
        let scope = LiveHost.Scope(needsCharon: options.plan.withIKE, readsSecrets: options.plan.withIKE)
        return try host.observe(tunnel.name, spec: tunnel, library: library, scope: scope)
    }

    private func apply(
        _ tunnel: Tunnel, on host: inout LiveHost, journal: Journal, options: UpOptions,
        besides known: [PlanWarning] = []
    ) throws -> Plan {
        let machine = try observe(tunnel, on: &host, options: options)
        let plan = try Planner.up(tunnel, on: machine, options: options.plan)
        for warning in plan.warnings where !known.contains(warning) { warn(warning, tunnel.name) }
        guard !plan.changesNothing else { return plan }
        var record = machine.record ?? journal.newRecord(of: tunnel.name)
        let keeps = { (step: Step) -> Bool in
            options.keeps && step.isProof
        }
        try Executor.apply(plan, to: &host, record: &record, keeps: keeps, show: show)
        return plan
    }
}
