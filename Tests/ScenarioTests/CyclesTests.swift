import Foundation
import TestBed
import Testing
import ViaductCore
import ViaductHost

/// A process that brings a tunnel up and down again and again keeps its memory and its descriptors.
///
/// The work is done by the library in one process, which is this bundle once more, inside of a host and with this suite's
/// second test alone: other scenarios come and go in the first one.
@Suite struct CyclesTests {
    /// How many cycles; a few in the suite, 10,000 with `make cycles`.
    private static let count = environment["VIADUCT_CYCLES"].flatMap { Int($0) } ?? 40
    /// Cycles before the first look: pools, caches and the heap have grown to what they need by then.
    private static let warmUp = count < 1000 ? 20 : 100
    private static let isWorker = environment["VIADUCT_CYCLES_WORKER"] != nil
    private static let environment = ProcessInfo.processInfo.environment

    @Test(.testBed, .enabled(if: !isWorker)) func `cycles of up and down leave memory and descriptors as they are`()
        async throws
    {
        let host = try await Host("a")
        try await host.ip("link add wan type dummy", "address add 192.0.2.1/24 dev wan", "link set wan up")
        try host.write(
            """
            local: 192.0.2.1
            remote: 192.0.2.2
            psk: { file: office.psk }
            interface: { addresses: [169.254.7.1/30, "fd00:7::1/64"], mss: clamp }
            routes: [10.2.0.0/24, "fd02::/64", { to: 10.3.0.0/24, table: 100 }]
            rules: [{ to: 10.3.0.0/24, table: 100 }]

            """, to: "/etc/viaduct/office.yaml")
        let before = try await host.dump()
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let outcome = try await host.attempt(
            [bundle, "--testing-library", "swift-testing", "--filter", "^ScenarioTests.CyclesTests/"],
            environment: ["VIADUCT_CYCLES": "\(Self.count)", "VIADUCT_CYCLES_WORKER": "1"],
            timeout: .seconds(24 * 3600))
        let looks = outcome.stdout.split(separator: "\n").compactMap { CycleLook(line: String($0)) }
        print(CycleLook.table(looks))
        let first = try #require(looks.first, "\(outcome)"), last = try #require(looks.last)
        #expect(outcome.succeeded && last.cycle == Self.warmUp + Self.count, "\(outcome)")
        #expect(last.descriptors == first.descriptors)
        #expect(last.residentKiB - first.residentKiB <= 1024, "\(looks)")
        expectEqual(before, try await host.dump(), "left over")
    }

    @Test(.enabled(if: isWorker)) func `up and down in one process`() throws {
        let operations = Operations(library: SpecLibrary(directory: "/etc/viaduct"), viciPath: "/run/charon.vici")
        let options = Operations.UpOptions(plan: Planner.Options(withIKE: false))
        for cycle in 1...Self.warmUp + Self.count {
            let up = try operations.up("office", options: options)
            let down = try operations.down("office")
            try #require(!up.isEmpty && !down.isEmpty)
            let done = cycle - Self.warmUp
            guard [0, 100, 1000, Self.count].contains(done) else { continue }
            print(try CycleLook(cycle: cycle).line)
        }
    }
}

/// What a process had after so many cycles.
private struct CycleLook {
    var cycle: Int
    var residentKiB: Int
    var descriptors: Int

    /// Looks at this process.
    init(cycle: Int) throws {
        self.cycle = cycle
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        residentKiB = resident.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    init?(line: String) {
        let words = line.split(separator: " ")
        guard words.count == 4, words[0] == "look", let cycle = Int(words[1]), let residentKiB = Int(words[2]),
            let descriptors = Int(words[3])
        else { return nil }
        self.cycle = cycle
        self.residentKiB = residentKiB
        self.descriptors = descriptors
    }

    var line: String { "look \(cycle) \(residentKiB) \(descriptors)" }

    static func table(_ looks: [CycleLook]) -> String {
        "| cycles | resident (KiB) | descriptors |\n|---|---|---|\n"
            + looks.map { "| \($0.cycle) | \($0.residentKiB) | \($0.descriptors) |\n" }.joined()
    }
}
