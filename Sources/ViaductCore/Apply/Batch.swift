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
        /// Of the plan's steps the next one to be performed: those before it are done, unless they are `left`.
        fileprivate var next = 0
        /// Of a removal, what is gone.
        fileprivate var removed: [Step] = []
        /// Of a removal, what is still there.
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

    /// What several tunnels do next in one manner.
    private struct Run {
        let manner: Step.Manner
        /// The steps, a tunnel's behind each other.
        var steps: [Step] = []
        /// Whose they are, in that order.
        var shares: [(index: Int, count: Int)] = []

        /// Each step, and whose it is.
        var owned: some Sequence<(index: Int, step: Step)> {
            zip(shares.flatMap { Array(repeating: $0.index, count: $0.count) }, steps).lazy.map { ($0, $1) }
        }
    }

    /// How a part ends that fails.
    private struct Failure {
        let cause: any Error
        /// The step that failed; nil when it was none.
        var step: Step?
        /// What was performed.
        var done: [Step]
        /// What may have been.
        var doubtful: [Step] = []
        /// Both, in order.
        var begun: [Step]
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
        let order: [Step.Manner] = [.routing, .creation, .deletion, .single, .waiting]
        // As it will be when nothing fails.
        var expected = runs(order)[...]
        host.prepare(expected.map(\.steps))
        while let run = expected.popFirst() ?? nextRun(order) {
            do {
                try host.checkForInterruption()
            } catch {
                for index in unfinished {
                    var failure = failure(of: index, error)
                    failure.step = parts[index].step
                    fail(index, failure, on: &host)
                }
                return
            }
            let results = perform(run, on: &host)
            let failures = failures(of: run, results)
            pass(run)
            guard !failures.isEmpty else { continue }
            expected = []
            for (index, failure) in failures { fail(index, failure, on: &host) }
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
            pass(run)
            let possible = withoutHopeless(run)
            let results = perform(possible, on: &host)
            for ((index, step), result) in zip(possible.owned, results) {
                switch result.error {
                case nil: parts[index].removed.append(step)
                case is InDoubt where step.isRemoval: doubts.append((index, step))
                case let error?: parts[index].left.append((step, (error as? InDoubt)?.cause ?? error))
                }
            }
            // That the object is gone already is as good.
            for (index, step) in doubts {
                do {
                    try host.perform(step)
                    parts[index].removed.append(step)
                } catch {
                    parts[index].left.append((step, (error as? InDoubt)?.cause ?? error))
                }
            }
        }
        for index in unfinished { finishRemoval(index, on: &host) }
    }

    private var unfinished: [Int] { parts.indices.filter { parts[$0].outcome == nil } }

    /// Performs a run; a result for each step.
    private func perform(_ run: Run, on host: inout some Host & ~Copyable) -> [Result<Void, any Error>] {
        guard run.manner == .single else {
            for step in run.steps { show(step, false) }
            return host.perform(together: run.steps)
        }
        var results: [Result<Void, any Error>] = []
        for step in run.steps {
            show(step, false)
            do {
                try host.perform(step)
                results.append(.success(()))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    /// All runs, in order, when nothing fails.
    private func runs(_ order: [Step.Manner]) -> [Run] {
        var (rest, runs) = (self, [Run]())
        while let run = rest.nextRun(order) {
            runs.append(run)
            rest.pass(run)
        }
        return runs
    }

    /// The steps to be performed next: of all tunnels that are at a step of the same manner.
    ///
    /// - Parameter order: the manners; what comes first keeps the later ones waiting, so that much of them is done at once.
    /// - Returns: the steps in the order of the tunnels; nil when nothing is left.
    private func nextRun(_ order: [Step.Manner]) -> Run? {
        let active = unfinished.filter { parts[$0].step != nil }
        let manners = Set(active.compactMap { parts[$0].step?.manner })
        guard let manner = order.first(where: manners.contains) else { return nil }
        var run = Run(manner: manner)
        for index in active where parts[index].step?.manner == manner {
            // One that fails keeps a tunnel from its next one, unless the kernel is told of several at once.
            let share = manner == .single ? parts[index].run.prefix(1) : parts[index].run
            run.steps += share
            run.shares.append((index, share.count))
        }
        return run
    }

    /// Goes behind the steps of a run.
    private mutating func pass(_ run: Run) {
        for (index, count) in run.shares { parts[index].next += count }
    }

    /// A run for removal without what cannot go, as something else that has to go before is still there.
    private mutating func withoutHopeless(_ run: Run) -> Run {
        guard run.shares.contains(where: { !parts[$0.index].left.isEmpty }) else { return run }
        var possible = Run(manner: run.manner)
        for (index, step) in run.owned {
            if let cause = parts[index].left.first(where: { $0.step.needsLater(step) })?.cause {
                parts[index].left.append((step, cause))
            } else {
                possible.steps.append(step)
                possible.shares.append((index, 1))
            }
        }
        return possible
    }

    /// The parts that a run has failed for, which has not been passed, and how.
    private func failures(of run: Run, _ results: [Result<Void, any Error>]) -> [(index: Int, failure: Failure)] {
        var failures: [(index: Int, failure: Failure)] = []
        var end = 0
        for (index, count) in run.shares {
            let share = end..<end + count
            end = share.upperBound
            guard let first = share.first(where: { results[$0].error != nil }), let error = results[first].error else {
                continue
            }
            var failure = failure(of: index, error)
            failure.step = run.steps[first]
            for place in share {
                switch results[place].error {
                case nil:
                    failure.done.append(run.steps[place])
                    failure.begun.append(run.steps[place])
                case is InDoubt:
                    failure.doubtful.append(run.steps[place])
                    failure.begun.append(run.steps[place])
                default: continue
                }
            }
            failures.append((index, failure))
        }
        return failures
    }

    /// The end of a part at the step that would be next.
    private func failure(of index: Int, _ error: any Error) -> Failure {
        let done = Array(parts[index].plan.steps[..<parts[index].next])
        return Failure(cause: (error as? InDoubt)?.cause ?? error, done: done, begun: done)
    }

    private mutating func begin(_ index: Int, on host: inout some Host & ~Copyable) {
        for step in parts[index].plan.joined { parts[index].record.join(step) }
        parts[index].record.begin(parts[index].plan.steps)
        guard !parts[index].plan.isEmpty else { return }
        do {
            try host.save(parts[index].record)
        } catch {
            // Whatever became of the journal, nothing has been begun.
            fail(index, failure(of: index, error), on: &host)
        }
    }

    /// Ends a tunnel's part that failed: takes back what was done of it, and nothing of the others.
    private mutating func fail(_ index: Int, _ failure: Failure, on host: inout some Host & ~Copyable) {
        var part = parts[index]
        // What is in doubt stays claimed, and is taken back.
        part.record.settle(done: failure.done, doubtful: failure.doubtful)
        if let step = failure.step, keeps(step) {
            part.record.stamp = part.stamp ?? part.record.stamp
            _ = Executor.close(part.record, on: &host)
            part.outcome = .failed(
                ApplyError(step: step, cause: failure.cause, rollback: nil, performed: failure.done))
        } else {
            let rollback = Executor.undo(
                failure.begun, joined: part.plan.joined, together: true, on: &host, record: &part.record, show: show)
            host.endUndo()
            part.outcome = .failed(ApplyError(step: failure.step, cause: failure.cause, rollback: rollback))
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
        var rollback = Executor.Rollback(undone: parts[index].removed, left: parts[index].left)
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
        parts[index].record.settle(done: parts[index].removed)
        rollback.journalFault = Executor.close(parts[index].record, on: &host)
        parts[index].outcome = .failed(ApplyError(step: first.step, cause: first.cause, rollback: rollback))
    }
}

extension Result {
    /// Why it failed; nil when it did not.
    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
