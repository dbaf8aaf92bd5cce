import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelRuleTests {
    static let rules: [Rule] = AddressFamily.allCases.flatMap { family in
        let network = IPPrefix(family == .ipv4 ? "10.1.0.0/16" : "fd00:1::/32")
        let host = IPPrefix(family == .ipv4 ? "10.2.0.1/32" : "fd00:2::1/128")
        let lookup = RuleAction.lookup(table: 70000)
        let device = InterfaceName("d0")
        return [
            Rule(family: family, priority: 5000, action: lookup, origin: 155),
            Rule(family: family, priority: 5000, action: lookup, from: network, to: host),
            Rule(family: family, priority: 5000, action: lookup, isInverted: true, mark: Mark(0x10, mask: 0xff)),
            Rule(family: family, priority: 5000, action: lookup, mark: Mark(42)),
            Rule(family: family, priority: 5000, action: .blackhole, mark: Mark(0, mask: 0xff)),
            Rule(family: family, priority: 5000, action: lookup, inputInterface: device, outputInterface: device),
            Rule(
                family: family, priority: 5000, action: lookup, ipProtocol: 17, sourcePorts: 500...500,
                destinationPorts: 4500...4510),
            Rule(family: family, priority: 5000, action: lookup, users: 1000...2000, typeOfService: 0x10),
            Rule(family: family, priority: 5000, action: lookup, tunnelID: 0x1_0000_0002),
            Rule(
                family: family, priority: 5000, action: .lookup(table: 254), suppressPrefixLength: 0, suppressGroup: 7),
            Rule(family: family, priority: 5000, action: .goto(priority: 6000)),
            Rule(family: family, priority: 5000, action: .nop),
            Rule(family: family, priority: 5000, action: .unreachable),
            Rule(family: family, priority: 5000, action: .prohibit),
        ]
    }

    @Test(arguments: rules) func `a rule reads as it was added, and is gone after its removal`(rule: Rule) throws {
        let sandbox = try Sandbox()
        let before = try sandbox.socket.rules()
        try sandbox.socket.perform(.add(rule))
        #expect(try sandbox.socket.rules(family: rule.family).filter { $0.priority == 5000 } == [rule])
        #expect(try failure { try sandbox.socket.perform(.add(rule)) }.isAlreadyThere)
        try sandbox.socket.perform(.delete(rule))
        let error = try failure { try sandbox.socket.perform(.delete(rule)) }
        #expect(error.isAlreadyGone && error.codeName == "ENOENT")
        #expect(try sandbox.socket.rules() == before)
    }

    @Test(.vrf) func `a rule of the VRFs reads as it was added, and is gone after its removal`() throws {
        let sandbox = try Sandbox()
        let rule = Rule(family: .ipv4, priority: 5000, action: .lookup(table: 0), isL3Master: true)
        try sandbox.socket.perform(.add(rule))
        #expect(try sandbox.socket.rules(family: .ipv4).contains(rule))
        try sandbox.socket.perform(.delete(rule))
        #expect(try !sandbox.socket.rules(family: .ipv4).contains(rule))
    }

    @Test func `a removal takes the rule meant, although another of its priority comes first`() throws {
        let sandbox = try Sandbox()
        let first = Rule(family: .ipv4, priority: 5000, action: .lookup(table: 100))
        let second = Rule(family: .ipv4, priority: 5000, action: .lookup(table: 100), mark: Mark(5))
        for rule in [first, second] { try sandbox.socket.perform(.add(rule)) }
        try sandbox.socket.perform(.delete(second))
        #expect(try sandbox.socket.rules(family: .ipv4).filter { $0.priority == 5000 } == [first])
    }
}
