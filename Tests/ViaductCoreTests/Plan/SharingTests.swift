import NetworkModel
import Testing
import ViaductCore

/// What several tunnels need at once stays until the last of them is gone.
@Suite("Tunnels that share rules and settings") struct SharingTests {
    private static let rule = "  - { from: 10.1.0.0/24, table: 100, priority: 5210 }\n"

    private func tunnel(_ name: String, remote: String, rules: String = Self.rule, forwarding: Bool = true) throws
        -> Tunnel
    {
        let text = """
            local: 192.0.2.1
            remote: \(remote)
            psk: { file: office.psk }
            forwarding: \(forwarding)
            routes: [{ to: 10.2.0.0/24, table: 100, metric: \(name.utf8.count) }]
            rules:\(rules.isEmpty ? " []" : "\n" + rules)
            """
        return try readSpec(text, name: name)
    }

    private func both() throws -> (Tunnel, Tunnel) {
        (try tunnel("office", remote: "198.51.100.7"), try tunnel("depot", remote: "198.51.100.8"))
    }

    private func needs(_ host: FakeHost) -> Bool {
        host.rules.contains { $0.priority == 5210 } && host.sysctls[.forwardingIPv4] == "1"
    }

    @Test("the first to go leaves them, the last restores what was before the first", arguments: [true, false])
    func down(firstGoesFirst: Bool) throws {
        let (one, two) = try both()
        var host = try FakeHost.gateway()
        let start = Snapshot(host)
        try host.up(one)
        try host.up(two)
        #expect(host.rules.count { $0.priority == 5210 } == 1)
        let (first, last) = firstGoesFirst ? (one, two) : (two, one)
        try host.down(first.name)
        #expect(needs(host))
        #expect(try host.planUp(last).changesNothing)
        try host.down(last.name)
        #expect(start.difference(to: Snapshot(host)) == [])
    }

    @Test("a tunnel whose edited spec needs them no more leaves them to the other, and that one restores them")
    func release() throws {
        let (one, two) = try both()
        var host = try FakeHost.gateway()
        let start = Snapshot(host)
        try host.up(one)
        try host.up(two)
        let modest = try tunnel("office", remote: "198.51.100.7", rules: "", forwarding: false)
        try host.up(modest)
        #expect(needs(host))
        #expect(try host.planUp(modest).changesNothing)
        try host.down(two.name)
        #expect(!needs(host))
        #expect(host.sysctls[.forwardingIPv4] == "0")
        #expect(try host.planUp(modest).changesNothing)
        try host.down(one.name)
        #expect(start.difference(to: Snapshot(host)) == [])
    }

    @Test("a failure at any call of the second leaves the first as it was")
    func failure() throws {
        let (one, two) = try both()
        var before = try FakeHost.gateway()
        try before.up(one)
        let start = Snapshot(before)
        let calls = 2 * (try before.planUp(two).steps.count) + 1
        for call in 1..<calls {
            var host = before.revived(.init(kind: .failure, call: call))
            #expect(throws: ApplyError.self) { try host.up(two) }
            #expect(start.difference(to: Snapshot(host)) == [], "call \(call)")
        }
    }

    @Test("what another tunnel has come to need since is not undone, and restored when that one goes")
    func neededSince() throws {
        let (one, two) = try both()
        var host = try FakeHost.gateway()
        let start = Snapshot(host)
        host.peerAnswers = false
        let machine = host.observe(one.name, spec: one)
        let plan = try Planner.up(one, on: machine)
        // The first waits for its peer; the second comes up meanwhile; the first gives up.
        let wait = try #require(plan.steps.firstIndex { if case .establish = $0 { true } else { false } })
        var record = Record(tunnel: "office", bootID: "boot")
        try Executor.apply(Plan(Array(plan.steps[..<wait])), to: &host, record: &record)
        host.peerAnswers = true
        try host.up(two)
        let rollback = Executor.undo(Plan(Array(plan.steps[..<wait])), on: &host, record: &record)
        #expect(rollback.left.isEmpty)
        #expect(needs(host))
        #expect(try host.planUp(two).changesNothing)
        try host.down(two.name)
        #expect(start.difference(to: Snapshot(host)) == [])
    }

    @Test("the printed script makes what another tunnel has made as well")
    func script() throws {
        let (one, two) = try both()
        var host = try FakeHost.gateway()
        let bare = try Planner.fromScratch(two, on: host.observe(two.name, spec: two))
        try host.up(one)
        let beside = try Planner.fromScratch(two, on: host.observe(two.name, spec: two))
        #expect(beside.steps.contains { if case .addRule(let rule) = $0 { rule.priority == 5210 } else { false } })
        #expect(Set(bare.steps.map { "\($0.commands)" }) == Set(beside.steps.map { "\($0.commands)" }))
    }
}
