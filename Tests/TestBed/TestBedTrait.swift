public import Testing

/// Runs a test inside the test bed only, with a ``Bed`` of its own that is cleared away at the end.
public struct TestBedTrait: TestTrait, SuiteTrait, TestScoping {
    /// True when no other scenario may run at the same time.
    let alone: Bool

    /// A suite hands the trait on to each of its tests.
    public var isRecursive: Bool { true }

    /// Skips the test where scenarios cannot run, or fails it when `VIADUCT_STRICT` says that they must.
    public func prepare(for test: Test) async throws {
        guard let obstacle = Bed.obstacle else { return }
        guard !Bed.isStrict else { throw TestBedError(obstacle) }
        try Test.cancel("\(obstacle)")
    }

    /// Runs one test with a bed of its own.
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard Bed.running == nil else { return try await function() }
        try await Bed.gate.whileAdmitted(alone: alone) {
            let bed = Bed()
            do {
                try await Bed.$running.withValue(bed) { try await function() }
                await bed.end()
            } catch {
                if !Task.isCancelled { Issue.record("\(bed.report)", severity: .warning) }
                await bed.end()
                throw error
            }
        }
    }
}

extension Trait where Self == TestBedTrait {
    /// The test runs inside the test bed, beside a few others.
    public static var testBed: Self { Self(alone: false) }

    /// The test changes the machine itself (its modules, say), so it runs while no other does.
    ///
    /// Not for a test of a suite that has the trait already: that one has taken its place with the others.
    public static var testBedAlone: Self { Self(alone: true) }
}
