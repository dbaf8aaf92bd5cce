/// Performs a plan, all or nothing.
public enum Executor {
    /// What came of undoing a plan that failed.
    public struct Rollback: Sendable {
        /// The steps of the failed plan that were taken back.
        public var undone: [Step]
        /// The steps that could not be taken back, and why.
        public var left: [(step: Step, cause: any Error)]
        /// Why the journal could not be brought up to date, so that it claims more than there is; nil when it was.
        public var journalFault: (any Error)?

        /// Whether nothing is left, neither on the machine nor in the journal.
        public var isComplete: Bool { left.isEmpty && journalFault == nil }
    }

    /// Performs the steps of a plan in order, each noted in the journal before it is done.
    ///
    /// When one fails, those before it are taken back in reverse order, unless `keeps` says otherwise; and it itself, when
    /// nobody knows whether it has happened.
    ///
    /// - Parameters:
    ///   - plan: what to do.
    ///   - host: where to do it.
    ///   - record: the tunnel's journal, as it is now.
    ///   - keeps: whether what was done before a failure of the given step stays.
    ///   - show: called with each step before it is performed; the flag tells whether it is being taken back.
    /// - Returns: why the journal could not be closed although all is done; it then claims what the last step has taken
    ///   away, which the next `up` or `down` finds out from the machine. Nil when it was closed.
    /// - Throws: `ApplyError` with the failed step, its cause, and what was undone.
    @discardableResult
    public static func apply(
        _ plan: Plan, to host: inout some Host & ~Copyable, record: inout Record,
        keeps: (Step) -> Bool = { _ in false },
        show: (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) throws(ApplyError) -> (any Error)? {
        var done: [Step] = []
        for step in plan.joined { record.join(step) }
        for step in plan.steps {
            show(step, false)
            do {
                try host.checkForInterruption()
                try perform(step, on: &host, record: &record)
                done.append(step)
            } catch {
                let doubt = error as? InDoubt
                guard !keeps(step) else {
                    throw ApplyError(step: step, cause: doubt?.cause ?? error, rollback: nil, performed: done)
                }
                if doubt != nil { done.append(step) }
                let rollback = undo(done, joined: plan.joined, on: &host, record: &record, show: show)
                throw ApplyError(step: step, cause: doubt?.cause ?? error, rollback: rollback)
            }
        }
        for step in plan.released { record.release(step) }
        return close(record, on: &host)
    }

    /// Performs the steps of a plan for removal: one that fails does not stop the others.
    ///
    /// A journal that cannot be written does not stop it either: the one on disk claims all that is being taken away.
    ///
    /// - Throws: `ApplyError` with the first failed step; its `rollback` lists every step that is left.
    public static func remove(
        _ plan: Plan, from host: inout some Host & ~Copyable, record: inout Record,
        show: (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) throws(ApplyError) {
        var rollback = Rollback(undone: [], left: [])
        for step in plan.steps {
            if let cause = rollback.left.first(where: { $0.step.needsLater(step) })?.cause {
                rollback.left.append((step, cause))
                continue
            }
            show(step, false)
            takeBack(step, on: &host, record: &record, &rollback)
        }
        if let first = rollback.left.first {
            rollback.journalFault = close(record, on: &host)
            throw ApplyError(step: first.step, cause: first.cause, rollback: rollback)
        }
        do {
            // What is still in the record was gone before, or belongs to another boot.
            try host.forget(record)
        } catch {
            rollback.journalFault = error
            throw ApplyError(step: nil, cause: error, rollback: rollback)
        }
    }

    /// Takes back steps that were performed, in reverse order; one that fails does not stop the others.
    ///
    /// What another tunnel has come to need since is left to that one.
    ///
    /// - Parameters:
    ///   - done: the steps, in the order in which they were done.
    ///   - isLastInDoubt: whether the last one may have happened or not, as when who did it was killed.
    ///   - begun: the steps of the same undoing that somebody has begun who was killed: all are done but the last, which may
    ///     have happened or not; none when it begins now.
    ///   - joined: what other tunnels have made and is not needed by this one any more.
    ///   - together: whether many may be begun before the first is done, as nobody is told of them one by one.
    ///   - host: where.
    ///   - record: the tunnel's journal.
    ///   - show: called with each step.
    /// - Returns: what came of it.
    public static func undo(
        _ done: [Step], isLastInDoubt: Bool = false, resuming begun: [Step] = [], joined: [Step] = [],
        together: Bool = false, on host: inout some Host & ~Copyable, record: inout Record,
        show: (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) -> Rollback {
        var rollback = Rollback(undone: [], left: [])
        host.beginUndo()
        for step in joined { record.release(step) }
        var done = done
        // Who was killed may have told of the step, and not have noted it in the journal: as one in doubt, it is claimed.
        if isLastInDoubt, begun.isEmpty, let last = done.last, !record.inProgress.contains(last) { record.begin(last) }
        // What failed and left nothing was not taken back either.
        if !begun.isEmpty, let failed = done.last, !begun.contains(where: { $0 == failed.inverse }) {
            done.removeLast()
        }
        // What was taken away must be gone before it can be brought back.
        if let last = begun.isEmpty ? done.last : begun.last?.inverse, isLastInDoubt, last.isRemoval {
            takeBack(last, on: &host, record: &record, &rollback)
            rollback.undone = []
        }
        let steps = Plan(done).inverse.steps.filter { !begun.dropLast().contains($0) }
        let isTogether = together && steps.count > Batch.longestInSteps
        var rest = steps[...]
        while let step = rest.first {
            let run = isTogether ? rest.prefix { $0.manner == .routing && !$0.mayTakeFromOthers } : []
            rest = rest.dropFirst(max(1, run.count))
            guard run.count < 2 else {
                for step in run { show(step, true) }
                takeBack(together: Array(run), on: &host, record: &record, &rollback)
                continue
            }
            do {
                if step.mayTakeFromOthers, step.takes(fromOthers: try host.claims(besides: record)) {
                    record.begin(step)
                    record.finish()
                    continue
                }
            } catch {
                rollback.left.append((step, error))
                continue
            }
            show(step, true)
            takeBack(step, on: &host, record: &record, &rollback)
        }
        rollback.journalFault = close(record, on: &host)
        return rollback
    }

    /// Performs a step; what nobody knows of is done once more if that can be.
    private static func perform(_ step: Step, on host: inout some Host & ~Copyable, record: inout Record) throws {
        record.begin(step)
        do {
            try host.save(record)
        } catch {
            // Whatever became of the journal, the step itself has not been begun.
            record.abandon()
            throw (error as? InDoubt)?.cause ?? error
        }
        try finish(step, on: &host, record: &record)
    }

    /// Performs a step that takes something back, whether it can be noted or not.
    private static func takeBack(
        _ step: Step, on host: inout some Host & ~Copyable, record: inout Record, _ rollback: inout Rollback
    ) {
        record.begin(step)
        // What is on disk claims what this step takes away; without room for a new journal that has to do.
        do { try host.save(record) } catch {}
        do {
            try finish(step, on: &host, record: &record)
            rollback.undone.append(step)
        } catch {
            rollback.left.append((step, (error as? InDoubt)?.cause ?? error))
        }
    }

    /// The same with several of the manner `routing`.
    private static func takeBack(
        together steps: [Step], on host: inout some Host & ~Copyable, record: inout Record, _ rollback: inout Rollback
    ) {
        record.begin(steps)
        do { try host.save(record) } catch {}
        var (done, doubtful): ([Step], [Step]) = ([], [])
        for (step, result) in zip(steps, host.perform(together: steps)) {
            do {
                do {
                    try result.get()
                } catch is InDoubt where step.isRemoval {
                    // That the object is gone already is as good.
                    try host.perform(step)
                }
                done.append(step)
            } catch {
                if error is InDoubt { doubtful.append(step) }
                rollback.left.append((step, (error as? InDoubt)?.cause ?? error))
            }
        }
        record.settle(done: done, doubtful: doubtful)
        rollback.undone += done
    }

    static func finish(_ step: Step, on host: inout some Host & ~Copyable, record: inout Record) throws {
        do {
            do {
                try host.perform(step)
            } catch is InDoubt where step.isRemoval {
                // That the object is gone already is as good.
                try host.perform(step)
            }
        } catch {
            // What is in doubt stays claimed.
            if !(error is InDoubt) { record.abandon() }
            throw error
        }
        record.finish()
    }

    static func close(_ record: Record, on host: inout some Host & ~Copyable) -> (any Error)? {
        do {
            if record.isEmpty { try host.forget(record) } else { try host.save(record) }
            return nil
        } catch {
            return error
        }
    }
}

/// A plan failed on the way.
public struct ApplyError: Error, CustomStringConvertible {
    /// The step that failed; nil when only the journal could not be removed, or a look at the machine failed.
    public let step: Step?
    /// Why.
    public let cause: any Error
    /// What was taken back; nil when nothing had to be, or nothing was meant to be.
    public let rollback: Executor.Rollback?
    /// What was performed of a plan and stays, in order; empty when it was to be taken back.
    public let performed: [Step]

    /// Makes the error.
    public init(step: Step?, cause: any Error, rollback: Executor.Rollback?, performed: [Step] = []) {
        self.step = step
        self.cause = cause
        self.rollback = rollback
        self.performed = performed
    }

    /// What failed and why, and what became of the steps before it.
    public var description: String {
        var text = "\(cause)"
        if let line = step?.commands.first?.line { text += "\n  failed: \(line)" }
        return text + (rollback.map { "\($0)" } ?? "")
    }
}

extension Executor.Rollback: CustomStringConvertible {
    /// What is left, a line each, behind a line end; empty when nothing is.
    public var description: String {
        var lines = left.map { step, cause in "left behind: \(step.commands.first?.line ?? "\(step)"): \(cause)" }
        if let journalFault {
            lines.append(
                "left behind: the journal, which claims more than there is: \(journalFault); the next up or down looks at "
                    + "the machine and mends it")
        }
        return lines.map { "\n  " + $0 }.joined()
    }
}

extension Step {
    /// Whether this removal, which has failed, needs what another one takes away to be tried again: charon tells a private key
    /// by its content alone, which is in its file.
    func needsLater(_ other: Step) -> Bool {
        guard case .unloadSecret(.privateKey(path: let path)) = self, case .removeFile(let file) = other else {
            return false
        }
        return "\(file.path)" == path
    }
}
