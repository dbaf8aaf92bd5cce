import Glibc
import TestBed
import Testing

/// Packets on random machines: what really happens is what was explained.
@Suite(.testBed) struct ExplainRandomTests {
    @Test func `two hundred packets on fifty random machines go the way that was explained`() async throws {
        let seed = getenv("VIADUCT_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
        let count = getenv("VIADUCT_MACHINES").flatMap { UInt64(String(cString: $0)) } ?? 50
        let net = try await ExplainNet()
        // A kernel that lacks links, or SAs, tests what it can; in the test bed nothing may be missing.
        let links = RandomMachine.links.joined(separator: "\n") + "\n"
        let made = try await net.a.attempt(["ip", "-force", "-batch", "-"], input: links)
        #expect(made.succeeded || !Bed.isStrict, "\(made)")
        var kinds: [String: Int] = [:]
        for number in 0..<count {
            let machine = RandomMachine(seed: seed &* 1000 &+ number, probes: 4)
            for kind in try await compare(machine, on: net, "VIADUCT_SEED=\(seed), machine \(number)") {
                kinds[kind, default: 0] += 1
            }
        }
        // The machines are worth nothing when all packets end the same way.
        for kind in ["tunnel", "policy", "clear", "dropped"] where Bed.isStrict {
            #expect(kinds[kind, default: 0] >= 3, "\(kinds)")
        }
    }

    /// Sets a machine up and holds explanations against what happens; returns the verdicts.
    private func compare(_ machine: RandomMachine, on net: ExplainNet, _ words: String) async throws -> [String] {
        let made = try await net.a.attempt(["sh"], input: machine.script)
        #expect(!made.stderr.contains("unknown"), "\(made)")
        var kinds: [String] = []
        for (probe, isForwarded) in machine.probes {
            let explained = try await net.a.explainInProcess(probe, isForwarded: isForwarded)
            let sender = isForwarded ? net.l : net.a
            let seen = try await net.watch.crossings(to: probe.destination) { try await sender.send(probe) }
            let more = isForwarded ? probe.forwarded.joined(separator: " ") : ""
            expectAgreement(explained, seen, "\(words): \(probe) \(more)\n\(machine)")
            kinds.append(explained.verdict.kind)
        }
        return kinds
    }
}
