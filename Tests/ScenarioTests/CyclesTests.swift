import Foundation
import TestBed
import Testing

/// A process that brings a tunnel up and down again and again keeps its memory and its descriptors.
///
/// The work is done by the library in one process, which is the program `cycles` (`Tests/Cycles`).
@Suite(.testBed) struct CyclesTests {
    /// How many cycles; a few in the suite, 10,000 with `make cycles`.
    private static let count = environment["VIADUCT_CYCLES"].flatMap { Int($0) } ?? 40
    private static let program =
        environment["VIADUCT_CYCLES_BINARY"]
        ?? Host.viaductBinary.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/cycles"
    private static let environment = ProcessInfo.processInfo.environment

    @Test func `cycles of up and down leave memory and descriptors as they are`() async throws {
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
        let outcome = try await host.attempt([Self.program, "\(Self.count)"], timeout: .seconds(24 * 3600))
        let looks = outcome.stdout.split(separator: "\n").compactMap { CycleLook(line: String($0)) }
        print(CycleLook.table(looks))
        let first = try #require(looks.first, "\(outcome)"), last = try #require(looks.last)
        #expect(outcome.succeeded && last.cycle == Self.count, "\(outcome)")
        let isConstant = last.descriptors == first.descriptors && last.residentKiB - first.residentKiB <= 1024
        #expect(isConstant, "\(looks)")
        expectEqual(before, try await host.dump(), "left over")
        let figure = Figure(
            "cycles: up and down in one process", tried: last.cycle, passed: isConstant ? last.cycle : 0,
            failed: isConstant ? 0 : last.cycle,
            note: looks.map { "\($0.residentKiB) KiB, \($0.descriptors) descriptors at \($0.cycle)" }
                .joined(separator: "; "))
        try Figure.write([figure], to: "cycles")
    }
}

/// What a process had after so many cycles.
private struct CycleLook {
    var cycle: Int
    var residentKiB: Int
    var descriptors: Int

    init?(line: String) {
        let words = line.split(separator: " ")
        guard words.count == 4, words[0] == "look", let cycle = Int(words[1]), let residentKiB = Int(words[2]),
            let descriptors = Int(words[3])
        else { return nil }
        self.cycle = cycle
        self.residentKiB = residentKiB
        self.descriptors = descriptors
    }

    static func table(_ looks: [CycleLook]) -> String {
        "| cycles | resident (KiB) | descriptors |\n|---|---|---|\n"
            + looks.map { "| \($0.cycle) | \($0.residentKiB) | \($0.descriptors) |\n" }.joined()
    }
}
