/// Performs a plan, all or nothing.
public enum Executor {
    /// What came of undoing a plan that failed.
    public struct Rollback: Sendable {
        /// The steps of the failed plan that were taken back.
        public var undone: [Step]
        /// The steps that could not be taken back, and why.
        public var left: [(step: Step, cause: any Error)]
    }

    /// Performs the steps of a plan in order, each noted in the journal before it is done.
    ///
    /// When one fails, those before it are taken back in reverse order, unless `keeps` says otherwise.
    ///
    /// - Parameters:
    ///   - plan: what to do.
    ///   - host: where to do it.
    ///   - record: the tunnel's journal, as it is now.
    ///   - keeps: whether what was done before a failure of the given step stays.
    ///   - show: called with each step before it is performed; the flag tells whether it is being taken back.
    /// - Throws: `ApplyError` with the failed step, its cause, and what was undone.
    public static func apply(
        _ plan: Plan, to host: inout some Host & ~Copyable, record: inout Record,
        keeps: (Step) -> Bool = { _ in false },
        show: (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) throws(ApplyError) {
        var done: [Step] = []
        for step in plan.joined { record.join(step) }
        for step in plan.steps {
            show(step, false)
            do {
                try host.checkForInterruption()
                try perform(step, on: &host, record: &record)
                done.append(step)
            } catch {
                guard !keeps(step) else {
                    throw ApplyError(step: step, cause: error, rollback: nil)
                }
                let rollback = undo(Plan(done, joined: plan.joined), on: &host, record: &record, show: show)
                throw ApplyError(step: step, cause: error, rollback: rollback)
            }
        }
        for step in plan.released { record.release(step) }
        do {
            try close(record, on: &host)
        } catch {
            throw ApplyError(step: nil, cause: error, rollback: nil)
        }
    }

    /// Performs the steps of a plan for removal: one that fails does not stop the others.
    ///
    /// - Throws: `ApplyError` with the first failed step; its `rollback` lists every step that is left.
    public static func remove(
        _ plan: Plan, from host: inout some Host & ~Copyable, record: inout Record,
        show: (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) throws(ApplyError) {
        var rollback = Rollback(undone: [], left: [])
        for step in plan.steps {
            show(step, false)
            do {
                try perform(step, on: &host, record: &record)
                rollback.undone.append(step)
            } catch {
                rollback.left.append((step, error))
            }
        }
        if let first = rollback.left.first {
            throw ApplyError(step: first.step, cause: first.cause, rollback: rollback)
        }
        do {
            // What is still in the record was gone before, or belongs to another boot.
            try host.forget(record)
        } catch {
            throw ApplyError(step: nil, cause: error, rollback: nil)
        }
    }

    private static func perform(_ step: Step, on host: inout some Host & ~Copyable, record: inout Record) throws {
        record.begin(step)
        do {
            try host.save(record)
            try host.perform(step)
        } catch {
            record.abandon()
            throw error
        }
        record.finish()
    }

    /// Takes a plan back in reverse order, as far as no other tunnel needs what it has made.
    ///
    /// - Parameters:
    ///   - plan: what was done.
    ///   - host: where.
    ///   - record: the tunnel's journal, as it is now.
    ///   - show: called with each step before it is performed.
    /// - Returns: what came of it.
    public static func undo(
        _ plan: Plan, on host: inout some Host & ~Copyable, record: inout Record,
        show: (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) -> Rollback {
        var rollback = Rollback(undone: [], left: [])
        for step in plan.joined { record.release(step) }
        for step in plan.inverse.steps {
            do {
                // Another tunnel may have come to need it since, while this one waited.
                if step.mayTakeFromOthers, step.takes(fromOthers: try host.claims(besides: record)) {
                    record.begin(step)
                    record.finish()
                    continue
                }
                show(step, true)
                try perform(step, on: &host, record: &record)
                rollback.undone.append(step)
            } catch {
                rollback.left.append((step, error))
            }
        }
        do {
            try close(record, on: &host)
        } catch {
            // The journal then claims too much, which the next `up` or `down` finds out from the machine itself.
            if let step = plan.steps.first { rollback.left.append((step, error)) }
        }
        return rollback
    }

    private static func close(_ record: Record, on host: inout some Host & ~Copyable) throws {
        if record.isEmpty { try host.forget(record) } else { try host.save(record) }
    }
}

/// A plan failed on the way.
public struct ApplyError: Error, CustomStringConvertible {
    /// The step that failed; nil when only the journal could not be closed.
    public let step: Step?
    /// Why.
    public let cause: any Error
    /// What was taken back; nil when nothing had to be, or nothing was meant to be.
    public let rollback: Executor.Rollback?

    /// Makes the error.
    public init(step: Step?, cause: any Error, rollback: Executor.Rollback?) {
        self.step = step
        self.cause = cause
        self.rollback = rollback
    }

    /// What failed and why, and what became of the steps before it.
    public var description: String {
        var text = "\(cause)"
        if let line = step?.commands.first?.line { text += "\n  failed: \(line)" }
        guard let rollback else { return text }
        for (step, cause) in rollback.left {
            text += "\n  left behind: \(step.commands.first?.line ?? "\(step)"): \(cause)"
        }
        return text
    }
}
