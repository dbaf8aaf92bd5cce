extension Batch {
    /// The longest plan whose steps are noted one by one.
    ///
    /// The journal is written whole each time, so a thousand routes would cost a thousand times a thousand.
    static let longestInSteps = 100

    /// Performs one tunnel's plan as `Executor.apply` does, and as a batch when it is long.
    ///
    /// - Parameters:
    ///   - plan: what to do.
    ///   - host: where to do it.
    ///   - record: the tunnel's journal, as it is now.
    ///   - keeps: whether what was done before a failure of the given step stays.
    ///   - show: called with each step before it is performed; the flag tells whether it is being taken back.
    /// - Returns: why the journal could not be closed although all is done; nil when it was.
    /// - Throws: `ApplyError` with the failed step, its cause, and what was undone.
    @discardableResult
    public static func apply(
        _ plan: Plan, to host: inout some Host & ~Copyable, record: inout Record,
        keeps: @escaping (Step) -> Bool = { _ in false },
        show: @escaping (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) throws(ApplyError) -> (any Error)? {
        guard plan.steps.count > longestInSteps else {
            return try Executor.apply(plan, to: &host, record: &record, keeps: keeps, show: show)
        }
        var batch = Batch([Part(plan, record: record)], keeps: keeps, show: show)
        batch.apply(to: &host)
        return try batch.end(&record)
    }

    /// Performs one tunnel's plan for removal as `Executor.remove` does, and as a batch when it is long.
    ///
    /// - Throws: `ApplyError` with the first failed step; its `rollback` lists every step that is left.
    public static func remove(
        _ plan: Plan, from host: inout some Host & ~Copyable, record: inout Record,
        show: @escaping (Step, _ isUndo: Bool) -> Void = { _, _ in }
    ) throws(ApplyError) {
        guard plan.steps.count > longestInSteps else {
            return try Executor.remove(plan, from: &host, record: &record, show: show)
        }
        var batch = Batch([Part(plan, record: record)], show: show)
        batch.remove(from: &host)
        _ = try batch.end(&record)
    }

    /// What came of its only part.
    private func end(_ record: inout Record) throws(ApplyError) -> (any Error)? {
        var fault: (any Error)?
        for part in parts {
            record = part.record
            switch part.outcome {
            case .done(let journalFault): fault = journalFault
            case .failed(let error): throw error
            case nil: preconditionFailure("a batch ends when each part has an outcome")
            }
        }
        return fault
    }
}
