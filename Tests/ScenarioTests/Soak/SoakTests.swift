import Foundation
import TestBed
import Testing

/// Whatever happens to a tunnel, no packet leaves in clear, `up` repairs it, and `down` leaves nothing.
@Suite(.testBed) struct SoakTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// For how long; nil when only the short run is asked for.
    private static let minutes = environment["VIADUCT_SOAK_MINUTES"].flatMap { Double($0) }
    private static let seed = environment["VIADUCT_SEED"].flatMap { UInt64($0) } ?? 1

    @Test(.enabled(if: minutes == nil)) func `disturbances one after the other are repaired`() async throws {
        var soak = try await Soak(seed: Self.seed)
        try await soak.run(for: .seconds(10))
        print(soak.report)
    }

    @Test(.enabled(if: minutes != nil)) func `minutes of disturbances are repaired`() async throws {
        var soak = try await Soak(seed: Self.seed)
        do {
            try await soak.run(for: .seconds((Self.minutes ?? 0) * 60))
        } catch {
            soak.noteUnrepaired()
            Issue.record("\(error)")
        }
        print(soak.report)
        try Figure.write(soak.report.figures, to: "soak")
    }
}
