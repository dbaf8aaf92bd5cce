import NetworkModel
import Testing

@testable import ViaductCore

/// Rules as nft 1.0 makes of the words beside them.
@Suite("A packet's way through nf_tables")
struct FirewallWalkTests {
    private static func packet(_ ipProtocol: UInt8? = 50, isEstablished: Bool = false) -> FirewallPacket {
        FirewallPacket(
            source: IPAddress("198.51.100.7"), destination: IPAddress("203.0.113.10"), family: .ipv4,
            ipProtocol: ipProtocol, ports: ipProtocol == 17 ? (500, 500) : nil, inputInterface: "eth0",
            outputInterface: "", isEstablished: isEstablished)
    }

    private static func compare(_ bytes: [UInt8], _ operation: UInt32 = 0) -> FirewallExpression {
        .compare(register: 1, operation: operation, bytes: bytes)
    }

    private static let l4proto = FirewallExpression.meta(key: 16, register: 1)
    private static let destinationPort = FirewallExpression.payload(base: 2, offset: 2, length: 2, register: 1)
    private static let sourceAddress = FirewallExpression.payload(base: 1, offset: 12, length: 4, register: 1)
    private static func name(_ text: String) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: 0, count: 16 - text.utf8.count)
    }

    /// `ct state established accept` and its kind.
    private static func state(_ bits: UInt8, _ verdict: FirewallVerdict) -> FirewallRule {
        FirewallRule(
            handle: 1,
            expressions: [
                .tracking(key: 0, register: 1),
                .bitwise(source: 1, destination: 1, mask: [bits, 0, 0, 0], xor: [0, 0, 0, 0]),
                compare([0, 0, 0, 0], 1), .verdict(verdict),
            ])
    }

    private static func rule(_ handle: UInt64, _ expressions: FirewallExpression...) -> FirewallRule {
        FirewallRule(handle: handle, expressions: expressions)
    }

    private func drop(
        _ rules: [FirewallRule], policy: Bool = false, _ packet: FirewallPacket = packet(),
        chains: [FirewallChain] = [], sets: [FirewallSet] = []
    ) -> FirewallWalk.Drop? {
        let input = FirewallChain(
            family: .inet, table: "filter", name: "input", hook: .input, dropsByDefault: policy, rules: rules)
        let ruleset = FirewallRuleset(chains: [input] + chains, sets: sets)
        return FirewallWalk(ruleset: ruleset, packet: packet).drop(at: .input)
    }

    @Test("meta l4proto esp drop")
    func esp() {
        let rules = [Self.rule(7, Self.l4proto, Self.compare([50]), .neutral, .verdict(.drop))]
        #expect(drop(rules)?.handle == 7)
        #expect(drop(rules)?.description == "rule 7 of chain inet filter input")
        #expect(drop(rules, Self.packet(17)) == nil)
        // Of what is not known nothing is said.
        #expect(drop(rules, Self.packet(nil)) == nil)
    }

    @Test("policy drop, with and without a rule that lets it pass")
    func policy() {
        #expect(drop([], policy: true)?.description == "the policy of chain inet filter input")
        #expect(drop([Self.rule(1, Self.l4proto, Self.compare([50]), .verdict(.accept))], policy: true) == nil)
        #expect(drop([Self.rule(1, .unknown("match"), .verdict(.accept))], policy: true) == nil)
        #expect(drop([Self.rule(1, .unknown("match"), .verdict(.drop))]) == nil)
    }

    @Test("ct state established accept, with policy drop")
    func tracking() {
        let rules = [Self.state(2 | 4, .accept)]
        #expect(drop(rules, policy: true, Self.packet(isEstablished: true)) == nil)
        #expect(drop(rules, policy: true, Self.packet(isEstablished: false)) != nil)
    }

    @Test("udp dport { 500, 4500 } accept, with policy drop")
    func sets() {
        let set = FirewallSet(
            family: .inet, table: "filter", name: "__set0", keyLength: 2,
            elements: [.init(key: [0x01, 0xf4]), .init(key: [0x11, 0x94])])
        let rules = [
            Self.rule(
                3, Self.l4proto, Self.compare([17]), Self.destinationPort,
                .lookup(set: "__set0", register: 1, length: 2, isOutside: false, isVerdict: false), .verdict(.accept))
        ]
        #expect(drop(rules, policy: true, Self.packet(17), sets: [set]) == nil)
        #expect(drop(rules, policy: true, Self.packet(50), sets: [set]) != nil)
    }

    @Test("ip saddr { 198.51.100.0/24 } drop, in a set of intervals")
    func intervals() {
        let set = FirewallSet(
            family: .inet, table: "filter", name: "bad", keyLength: 4, isInterval: true,
            elements: [
                .init(key: [0, 0, 0, 0], isEnd: true), .init(key: [198, 51, 100, 0]),
                .init(key: [198, 51, 101, 0], isEnd: true),
            ])
        let lookup = FirewallExpression.lookup(
            set: "bad", register: 1, length: 4, isOutside: false, isVerdict: false)
        #expect(drop([Self.rule(9, Self.sourceAddress, lookup, .verdict(.drop))], sets: [set])?.handle == 9)
        var other = Self.packet()
        other.source = IPAddress("198.51.101.7")
        #expect(drop([Self.rule(9, Self.sourceAddress, lookup, .verdict(.drop))], other, sets: [set]) == nil)
    }

    @Test("jump to a chain that returns, and to one that drops for this device")
    func jumps() {
        let returns = FirewallChain(
            family: .inet, table: "filter", name: "first", rules: [Self.rule(1, .verdict(.return))])
        let drops = FirewallChain(
            family: .inet, table: "filter", name: "second",
            rules: [
                Self.rule(5, .meta(key: 6, register: 1), Self.compare(Self.name("eth0")), .verdict(.drop))
            ])
        let rules = [Self.rule(1, .verdict(.jump("first"))), Self.rule(2, .verdict(.goto("second")))]
        #expect(drop(rules, chains: [returns, drops])?.chain == "second")
        #expect(drop(rules, chains: [returns, drops])?.handle == 5)
        #expect(drop([Self.rule(1, .verdict(.jump("nowhere")))], policy: true) == nil)
    }

    @Test("th dport 4000-5000 drop")
    func ranges() {
        let range = FirewallExpression.range(register: 1, isOutside: false, from: [0x0f, 0xa0], to: [0x13, 0x88])
        var packet = Self.packet(17)
        packet.ports = (4500, 4500)
        #expect(drop([Self.rule(1, Self.destinationPort, range, .verdict(.drop))], packet) != nil)
        #expect(drop([Self.rule(1, Self.destinationPort, range, .verdict(.drop))], Self.packet(17)) == nil)
    }

    @Test("a payload and a set's keys longer than all registers are not known, and take no memory")
    func lengths() {
        let payload = FirewallExpression.payload(base: 2, offset: 13, length: 0x3f00_0000, register: 1)
        #expect(drop([Self.rule(1, payload, Self.compare([1]), .verdict(.drop))]) == nil)
        let set = FirewallSet(family: .inet, table: "filter", name: "s", keyLength: 0xffff_ffff)
        let lookup = FirewallExpression.lookup(set: "s", register: 1, length: 0, isOutside: true, isVerdict: false)
        #expect(drop([Self.rule(1, lookup, .verdict(.drop))], sets: [set]) == nil)
    }

    @Test("the walk through chains that each jump twice to the next ends")
    func manyWays() {
        let chains = (0..<16).map { number in
            let jump = Self.rule(1, .verdict(.jump("c\(number + 1)")))
            return FirewallChain(
                family: .inet, table: "filter", name: "c\(number)", rules: [FirewallRule](repeating: jump, count: 20))
        }
        let last = FirewallChain(family: .inet, table: "filter", name: "c16")
        #expect(drop([Self.rule(1, .verdict(.jump("c0")))], policy: true, chains: chains + [last]) == nil)
    }
}
