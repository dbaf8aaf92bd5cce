import NetworkModel
import Testing
import ViaductCore

/// The priorities of rules whose spec gives none.
@Suite("Priorities of rules") struct PriorityTests {
    /// A spec with rules towards these tables, in this order; the first letter tells the families.
    private func tunnel(_ rules: [String]) throws -> Tunnel {
        let lines = rules.map { rule in
            let family = ["4": "family: ipv4, ", "6": "family: ipv6, "][rule.prefix(1)] ?? ""
            return "  - { \(family)fwmark: \(rule.dropFirst()), table: \(rule.dropFirst()) }\n"
        }
        return try readSpec(
            "local: 192.0.2.1\nremote: 198.51.100.7\npsk: { file: office.psk }\nroutes: [10.2.0.0/24]\nrules:\n"
                + lines.joined())
    }

    /// What the machine asks of one family in the band, in its order: each rule's priority and mark.
    private func asked(_ host: FakeHost, _ family: AddressFamily) -> [String] {
        host.rules.filter { $0.family == family && (5300...5399).contains($0.priority) }
            .sorted { $0.priority < $1.priority }
            .map { "\($0.priority) \($0.mark?.value ?? 0)" }
    }

    @Test("a rule of both families has the same priority in both, and each family counts for itself")
    func families() throws {
        var host = try FakeHost.gateway()
        try host.up(try tunnel(["*101", "*102", "4103", "6104"]))
        #expect(asked(host, .ipv4) == ["5300 101", "5301 102", "5302 103"])
        #expect(asked(host, .ipv6) == ["5300 101", "5301 102", "5302 104"])
    }

    @Test("an edited spec's rules are asked in its order", arguments: [["*101", "*102"], ["*102", "*103"], ["*102"]])
    func edit(before: [String]) throws {
        var host = try FakeHost.gateway()
        try host.up(try tunnel(before))
        let after = try tunnel(["*103", "*101", "*102"])
        try host.up(after)
        for family in AddressFamily.allCases {
            #expect(asked(host, family).map { $0.suffix(3) } == ["103", "101", "102"])
        }
        #expect(try host.planUp(after).steps == [])
    }

    @Test("edits without end do not reach the end of the band")
    func manyEdits() throws {
        var host = try FakeHost.gateway()
        for number in 0..<60 {
            let rules = number % 2 == 0 ? ["*101", "*102"] : ["*102", "*101"]
            try host.up(try tunnel(rules))
            let marks = asked(host, .ipv4)
            #expect(marks.map { $0.suffix(3) } == rules.map { $0.suffix(3) }, "\(number): \(marks)")
        }
    }
}
