import NetworkModel
import Testing
import ViaductCore

@Suite("The packet that proves the path")
struct ProbeTests {
    private static func spec(_ addresses: String, _ more: String = "") -> String {
        """
        local: 203.0.113.10
        remote: 198.51.100.7
        psk: { value: secret }
        interface: { addresses: [\(addresses)] }
        routes: [{ to: 10.2.0.0/24, source: 10.1.0.1 }]
        \(more)

        """
    }

    @Test(
        "goes to the far end where the link's addresses tell it",
        arguments: [
            ("169.254.7.1/30", "169.254.7.2"), ("169.254.7.2/30", "169.254.7.1"), ("10.0.0.0/31", "10.0.0.1"),
            ("10.0.0.3/31", "10.0.0.2"), ("{ address: 10.9.0.1, peer: 10.9.0.9 }", "10.9.0.9"),
            ("\"fd00::1/127\"", "fd00::"), ("\"fd00::5/126\"", "fd00::6"), ("10.0.0.1/24", nil),
            ("\"fd00::1/64\", 10.0.0.1/30", "10.0.0.2"), ("10.0.0.1/32", nil),
        ] as [(String, String?)])
    func far(addresses: String, expected: String?) throws {
        #expect(try readSpec(Self.spec(addresses)).farAddress?.description == expected)
    }

    @Test("is the last step but the hooks, once, and only a named address makes up fail")
    func steps() throws {
        for (more, destination, isRequired) in [
            ("", "169.254.7.2", false), ("probe: 10.2.0.9", "10.2.0.9", true), ("probe: off", nil, false),
        ] {
            let tunnel = try readSpec(Self.spec("169.254.7.1/30", more))
            var host = try FakeHost.gateway()
            let steps = try host.up(tunnel).steps
            let probes = steps.compactMap { if case .probe(let probe) = $0 { probe } else { nil } }
            #expect(probes.map { "\($0.destination)" } == [destination].compactMap(\.self))
            #expect(probes.allSatisfy { $0.isRequired == isRequired })
            if destination != nil {
                #expect(steps.last?.isProof == true)
                #expect(steps.last?.inverse == nil)
            }
            #expect(try host.planUp(tunnel).isEmpty)
        }
    }

    @Test("is done in the link's namespace, and printed as ping")
    func printed() throws {
        let tunnel = try readSpec(
            Self.spec("169.254.7.1/30", "probe: 10.2.0.9").replacing("{ addresses", with: "{ netns: blue, addresses"))
        var host = try FakeHost.gateway()
        let commands = try host.up(tunnel).steps.flatMap(\.commands)
        let line = commands.last?.line
        #expect(line == "ip netns exec blue ping -n -q -c 3 -W 2 -I office -I 10.1.0.1 10.2.0.9")
        #expect(commands.last?.mayFail == false)
    }

    @Test("one that a spec names and nobody answers takes all back")
    func unanswered() throws {
        let tunnel = try readSpec(Self.spec("169.254.7.1/30", "probe: 10.2.0.9"))
        var host = try FakeHost.gateway()
        let before = Snapshot(host)
        host.probeIsAnswered = false
        let error = try #require(throws: ApplyError.self) { try host.up(tunnel) }
        #expect(error.step?.isProof == true)
        #expect(before.difference(to: Snapshot(host)) == [])
    }

    private static func report(
        sent: Int = 3, out: UInt64 = 0, in inbound: UInt64 = 0, isAnswered: Bool = false
    ) throws -> ProbeReport {
        let probe = Probe(
            to: try #require(IPAddress("10.2.0.9")), by: try #require(InterfaceName("office")), connections: ["office"],
            binding: .interfaceIDs(input: 7, output: 7), isRequired: true)
        return ProbeReport(
            probe, sent: sent, refusal: sent == 0 ? "Network is unreachable" : nil, outbound: out, inbound: inbound,
            isAnswered: isAnswered, counters: out == 0 ? [.outNoStates: 3] : [:])
    }

    @Test("says where it got to")
    func verdicts() throws {
        #expect(try Self.report(out: 1, in: 1, isAnswered: true).verdict == .passed)
        #expect(try Self.report(isAnswered: true).verdict == .bypassed)
        #expect(try Self.report(sent: 0).verdict == .refused)
        #expect(try Self.report(sent: 0).description.contains("Network is unreachable"))
        let unsealed = try Self.report()
        #expect(unsealed.verdict == .notSealed)
        #expect(
            unsealed.description.contains("XfrmOutNoStates +3 (packets out: a policy wants an SA, and there is none)"))
        #expect(try Self.report(out: 3).verdict == .unanswered)
        #expect(try Self.report(out: 3, in: 3).verdict == .notDelivered)
    }

    @Test("grown counters are those of xfrm_stat that are more than before")
    func counters() {
        let old = TransformCounter.read("XfrmInError             \t0\nXfrmInNoPols            \t5\nXfrmNewOne 3\n")
        let new = TransformCounter.read("XfrmInError             \t0\nXfrmInNoPols            \t7\nXfrmNewOne 9\n")
        #expect(old == [.inError: 0, .inNoPolicies: 5])
        #expect(TransformCounter.growth(from: old, to: new) == [.inNoPolicies: 2])
    }
}
