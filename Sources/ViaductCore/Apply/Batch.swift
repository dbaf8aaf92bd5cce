/// The plans of several tunnels, performed together: what can be said to the kernel at once is said at once, and a tunnel
/// that fails is undone alone.
///
/// Each tunnel's journal is written twice: with all its steps as in progress before the first one, and when it is done.
public struct Batch {
    /// One tunnel's part of the work.
    public struct Part {
        /// What is done.
        public let plan: Plan
        /// The tunnel's journal.
        public internal(set) var record: Record
        /// What the journal says in the end of what the tunnel was made of; nil leaves it alone.
        public let stamp: SpecStamp?
        /// What came of it; nil until all is done.
        public internal(set) var outcome: Outcome?
        fileprivate var next = 0
        fileprivate var done: [Step] = []
        /// Steps that may have been done.
        fileprivate var doubtful: [Step] = []
        /// Those and the ones that were done, in order.
        fileprivate var begun: [Step] = []
        fileprivate var failed: Step?
        fileprivate var left: [(step: Step, cause: any Error)] = []

        /// Makes a part.
        ///
        /// - Parameters:
        ///   - plan: what to do.
        ///   - record: the tunnel's journal, as it is now.
        ///   - stamp: what the tunnel is made of, when all is done.
        public init(_ plan: Plan, record: Record, stamp: SpecStamp? = nil) {
            self.plan = plan
            self.record = record
            self.stamp = stamp
        }

        fileprivate var step: Step? { next < plan.steps.count ? plan.steps[next] : nil }

        /// The steps from the next one on that are performed in the same manner.
        fileprivate var run: ArraySlice<Step> {
            guard let manner = step?.manner else { return [] }
            return plan.steps[next...].prefix { $0.manner == manner }
        }
    }

    /// What came of a part.
    public enum Outcome {
        /// All is done; with why the journal could not be closed, nil when it was.
        case done(journalFault: (any Error)?)
        /// It failed.
        case failed(ApplyError)
    }

    /// The parts, in the order in which their tunnels were planned.
    public var parts: [Part]
    private let keeps: (Step) -> Bool
    private let show: (Step, _ isUndo: Bool) -> Void

    /// Makes a batch.
    ///
    /// - Parameters:
    ///   - parts: the tunnels' parts, in the order in which they were planned: one may build on what another does.
    ///   - keeps: whether what was done before a failure of the given step stays.
    ///   - show: called with each step before it is performed; the flag tells whether it is being taken back.
    public init(
        _ parts: [Part], keeps: @escaping (Step) -> Bool = { _ in false },
        show: @escaping (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) {
        self.parts = parts
        self.keeps = keeps
        self.show = show
    }

    /// Performs all, and notes in each part what came of it.
    ///
    /// - Parameter host: where.
    public mutating func apply(to host: inout some Host & ~Copyable) {
        for index in parts.indices { begin(index, on: &host) }
        while let run = nextRun([.routing, .creation, .deletion, .single, .waiting]) {
            do {
                try host.checkForInterruption()
            } catch {
                for index in unfinished { fail(index, error, on: &host) }
                return
            }
            var failures: [Int: any Error] = [:]
            perform(run, on: &host) { part, index, step, error in
                if failures[index] == nil { (failures[index], part.failed) = (error, step) }
                guard error is InDoubt else { return }
                part.doubtful.append(step)
                part.begun.append(step)
            }
            for (index, error) in failures.sorted(by: { $0.key < $1.key }) { fail(index, error, on: &host) }
        }
        for index in unfinished { finish(index, on: &host) }
    }

    /// Performs plans for removal: a step that fails stops neither the others of its tunnel nor other tunnels.
    ///
    /// - Parameter host: where.
    public mutating func remove(from host: inout some Host & ~Copyable) {
        for index in parts.indices {
            if parts[index].record.stamp != nil {
                // From here on nobody is to bring it back, also when this is not done to its end.
                parts[index].record.stamp = nil
                // What is on disk claims all that is taken away; without room for a new journal that has to do.
                do { try host.save(parts[index].record) } catch {}
            }
            parts[index].record.begin(parts[index].plan.steps)
        }
        while let run = nextRun([.single, .routing, .creation, .waiting, .deletion]) {
            var doubts: [(index: Int, step: Step)] = []
            perform(run, on: &host) { part, index, step, error in
                if error is InDoubt, step.isRemoval {
                    doubts.append((index, step))
                } else {
                    part.left.append((step, (error as? InDoubt)?.cause ?? error))
                }
            }
            // That the object is gone already is as good.
            for (index, step) in doubts {
                do {
                    try host.perform(step)
                    parts[index].done.append(step)
                } catch {
                    parts[index].left.append((step, (error as? InDoubt)?.cause ?? error))
                }
            }
        }
        for index in unfinished { finishRemoval(index, on: &host) }
    }

    private var unfinished: [Int] { parts.indices.filter { parts[$0].outcome == nil } }

    /// Performs a run, and tells of each step that fails.
    private mutating func perform(
        _ run: (manner: Step.Manner, steps: [(index: Int, step: Step)]), on host: inout some Host & ~Copyable,
        failure: (_ part: inout Part, _ index: Int, _ step: Step, any Error) -> Void
    ) {
        var results: [Result<Void, any Error>] = []
        if run.manner == .single {
            for (_, step) in run.steps {
                show(step, false)
                do {
                    try host.perform(step)
                    results.append(.success(()))
                } catch {
                    results.append(.failure(error))
                }
            }
        } else {
            for (_, step) in run.steps { show(step, false) }
            results = host.perform(together: run.steps.map(\.step))
        }
        for ((index, step), result) in zip(run.steps, results) {
            switch result {
            case .success:
                parts[index].done.append(step)
                parts[index].begun.append(step)
            case .failure(let error): failure(&parts[index], index, step, error)
            }
        }
    }

    /// The steps to be performed next: of all tunnels that are at a step of the same manner.
    ///
    /// - Parameter order: the manners; what comes first keeps the later ones waiting, so that much of them is done at once.
    /// - Returns: the steps in the order of the tunnels; nil when nothing is left.
    private mutating func nextRun(
        _ order: [Step.Manner]
    ) -> (manner: Step.Manner, steps: [(index: Int, step: Step)])? {
        let active = unfinished.filter { parts[$0].step != nil }
        let manners = Set(active.compactMap { parts[$0].step?.manner })
        guard let manner = order.first(where: manners.contains) else { return nil }
        var steps: [(index: Int, step: Step)] = []
        for index in active where parts[index].step?.manner == manner {
            // One that fails keeps a tunnel from its next one, unless the kernel is told of several at once.
            let run = manner == .single ? parts[index].run.prefix(1) : parts[index].run
            parts[index].next += run.count
            for step in run {
                if let cause = parts[index].left.first(where: { $0.step.needsLater(step) })?.cause {
                    parts[index].left.append((step, cause))
                } else {
                    steps.append((index, step))
                }
            }
        }
        return (manner, steps)
    }

    private mutating func begin(_ index: Int, on host: inout some Host & ~Copyable) {
        for step in parts[index].plan.joined { parts[index].record.join(step) }
        parts[index].record.begin(parts[index].plan.steps)
        guard !parts[index].plan.isEmpty else { return }
        do {
            try host.save(parts[index].record)
        } catch {
            // Whatever became of the journal, nothing has been begun.
            fail(index, error, on: &host)
        }
    }

    /// Ends a tunnel's part that failed: takes back what was done of it, and nothing of the others.
    private mutating func fail(_ index: Int, _ error: any Error, on host: inout some Host & ~Copyable) {
        var part = parts[index]
        let cause = (error as? InDoubt)?.cause ?? error
        // What is in doubt stays claimed, and is taken back.
        part.record.settle(done: part.done, doubtful: part.doubtful)
        if let step = part.failed, keeps(step) {
            part.record.stamp = part.stamp ?? part.record.stamp
            _ = Executor.close(part.record, on: &host)
            part.outcome = .failed(ApplyError(step: step, cause: cause, rollback: nil))
        } else {
            let rollback = Executor.undo(
                part.begun, joined: part.plan.joined, on: &host, record: &part.record, show: show)
            host.endUndo()
            part.outcome = .failed(ApplyError(step: part.failed, cause: cause, rollback: rollback))
        }
        parts[index] = part
    }

    private mutating func finish(_ index: Int, on host: inout some Host & ~Copyable) {
        parts[index].record.finish()
        for step in parts[index].plan.released { parts[index].record.release(step) }
        if !parts[index].record.isEmpty { parts[index].record.stamp = parts[index].stamp ?? parts[index].record.stamp }
        parts[index].outcome = .done(journalFault: Executor.close(parts[index].record, on: &host))
    }

    private mutating func finishRemoval(_ index: Int, on host: inout some Host & ~Copyable) {
        var rollback = Executor.Rollback(undone: parts[index].done, left: parts[index].left)
        guard let first = rollback.left.first else {
            do {
                // What is still in the record was gone before, or belongs to another boot.
                try host.forget(parts[index].record)
                parts[index].outcome = .done(journalFault: nil)
            } catch {
                rollback.journalFault = error
                parts[index].outcome = .failed(ApplyError(step: nil, cause: error, rollback: rollback))
            }
            return
        }
        parts[index].record.settle(done: parts[index].done)
        rollback.journalFault = Executor.close(parts[index].record, on: &host)
        parts[index].outcome = .failed(ApplyError(step: first.step, cause: first.cause, rollback: rollback))
    }
}
