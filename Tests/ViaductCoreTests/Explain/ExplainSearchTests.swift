import NetworkModel
import Testing

@testable import ViaductCore

@Suite struct ExplainSearchTests {
    private func flow(_ source: String = "10.1.0.1", _ destination: String = "10.2.0.1", mark: UInt32 = 0) throws
        -> Flow
    {
        Flow(
            source: try Gateway.address(source), destination: try Gateway.address(destination), ipProtocol: 17,
            destinationPort: 80, mark: mark, interfaceIndex: 2)
    }

    private func hit(_ policies: [XFRMPolicy], _ flow: Flow, ifID: UInt32 = 0) -> UInt32? {
        PolicyLookup(.output, flow, ifID: ifID, in: Transforms(policies: policies)).policy?.index
    }

    @Test func `the lower priority is asked first, and of equal ones the older`() throws {
        let wide = try Gateway.policy("0.0.0.0/0", "0.0.0.0/0", priority: 20, index: 1)
        let narrow = try Gateway.policy("0.0.0.0/0", "10.2.0.0/16", priority: 10, index: 9)
        let twin = try Gateway.policy("10.1.0.0/24", "10.2.0.0/16", priority: 10, index: 17)
        #expect(hit([wide, twin, narrow], try flow()) == 9)
        let lookup = PolicyLookup(.output, try flow(), in: Transforms(policies: [wide, twin, narrow]))
        #expect(lookup.tie?.index == 17)
        #expect(hit([wide, twin, narrow], try flow("10.1.0.1", "8.8.8.8")) == 1)
    }

    @Test func `if_id and mark must be those of the search`() throws {
        let marked = try Gateway.policy("0.0.0.0/0", "0.0.0.0/0", index: 1, mark: Mark(7, mask: 0xff))
        let bound = try Gateway.policy("0.0.0.0/0", "0.0.0.0/0", index: 2, ifID: 42)
        #expect(hit([marked, bound], try flow()) == nil)
        #expect(hit([marked, bound], try flow(mark: 0x107)) == 1)
        #expect(hit([marked, bound], try flow(mark: 7), ifID: 42) == 2)
        #expect(hit([marked, bound], try flow(), ifID: 43) == nil)
        let lookup = PolicyLookup(.output, try flow(), in: Transforms(policies: [marked, bound], blocked: [.output]))
        #expect(lookup.outcome == .blockedByDefault)
        #expect(Set(lookup.passedOver.map(\.reason)) == [.mark(Mark(7, mask: 0xff)), .ifID(42)])
    }

    @Test func `protocol, ports and interface are part of a selector`() throws {
        let everything = try Gateway.prefix("0.0.0.0/0")
        func mismatch(_ selector: XFRMSelector) throws -> SelectorMismatch? { selector.mismatch(try flow()) }
        #expect(
            try mismatch(XFRMSelector(source: everything, destination: everything, ipProtocol: 6)) == .ipProtocol(6))
        #expect(
            try mismatch(
                XFRMSelector(source: everything, destination: everything, ipProtocol: 17, destinationPort: (80, .max)))
                == nil)
        #expect(
            try mismatch(
                XFRMSelector(source: everything, destination: everything, ipProtocol: 17, destinationPort: (81, .max)))
                == .destinationPort(81))
        #expect(
            try mismatch(XFRMSelector(source: everything, destination: everything, interfaceIndex: 3)) == .interface(3))
        #expect(
            try mismatch(XFRMSelector(source: Gateway.prefix("::/0"), destination: Gateway.prefix("::/0"))) == .family)
    }

    @Test func `the newest SA that fits is taken, and each that does not is told with its reason`() throws {
        let policy = try Gateway.policy("0.0.0.0/0", "0.0.0.0/0", ifID: 42, mark: Mark(7))
        let template = try #require(policy.templates.first)
        func search(_ states: [XFRMState]) throws -> StateSearch {
            StateSearch(
                template, of: policy, flow: try flow(), from: template.source, to: template.destination, in: states,
                now: 1000)
        }
        let older = try Gateway.state(spi: 1, ifID: 42, mark: Mark(7), addTime: 5)
        let newer = try Gateway.state(spi: 2, ifID: 42, addTime: 6)
        let larval = try Gateway.state(spi: 3, ifID: 42, isLarval: true)
        #expect(try search([older, newer, larval]).state == newer)
        #expect(try search([older, larval]).state == older)
        #expect(try search([larval]).outcome == .pending(larval))
        let wrong = try [
            Gateway.state(spi: 4, request: 9, ifID: 42), Gateway.state(spi: 5, ifID: 43),
            Gateway.state(spi: 6, ifID: 42, mark: Mark(8)),
        ]
        let none = try search(wrong)
        #expect(none.outcome == .none)
        #expect(none.passedOver.map(\.reason) == [.requestID(9), .ifID(43, wanted: 42), .mark(Mark(8))])
        var spent = newer
        (spent.hardPacketLimit, spent.packetCount) = (3, 3)
        #expect(try search([spent]).outcome == .spent(spent))
    }

    @Test(
        arguments: [
            ("rfc4106(gcm(aes))", nil, 128, false, 1446), ("rfc4106(gcm(aes))", nil, 128, true, 1438),
            ("cbc(aes)", "hmac(sha256)", 128, false, 1438), ("cbc(aes)", "hmac(sha512)", 256, false, 1422),
            ("cbc(des3_ede)", "hmac(sha1)", 96, false, 1446), ("ecb(cipher_null)", "hmac(sha256)", 128, false, 1454),
            ("rfc7539esp(chacha20,poly1305)", nil, 128, false, 1446),
        ] as [(String, String?, Int, Bool, Int)])
    func `the room within 1500 bytes is what was measured`(
        cipher: String, integrity: String?, check: Int, isEncapsulated: Bool, mtu: Int
    ) throws {
        var state = try Gateway.state(spi: 1)
        if let integrity {
            state.algorithms = [
                XFRMAlgorithm(.integrity, integrity, checkLength: check), XFRMAlgorithm(.encryption, cipher),
            ]
        } else {
            state.algorithms = [XFRMAlgorithm(.combined, cipher, checkLength: check)]
        }
        if isEncapsulated {
            state = XFRMState(
                source: state.source, destination: state.destination, spi: 1, ipProtocol: 50, requestID: 1, mode: 1,
                algorithms: state.algorithms, encapsulation: (4500, 4500))
        }
        #expect(state.innerMTU(outer: 1500) == mtu)
    }

    @Test func `rules are walked as the kernel does: suppressed, thrown, jumped over, passed over`() throws {
        let office = try Gateway.name("office"), wan = try Gateway.name("wan")
        let tables: [UInt32: [Route]] = [
            254: [Route(to: try Gateway.prefix("0.0.0.0/0"), device: wan)],
            51: [Route(to: try Gateway.prefix("10.2.0.0/16"), type: .throw, table: 51)],
            52: [Route(to: try Gateway.prefix("10.0.0.0/8"), device: office, table: 52)],
        ]
        let rules = [
            Rule(family: .ipv4, priority: 1, action: .lookup(table: 254), suppressPrefixLength: 0),
            Rule(family: .ipv4, priority: 2, action: .lookup(table: 52), mark: Mark(5)),
            Rule(family: .ipv4, priority: 3, action: .lookup(table: 51)),
            Rule(family: .ipv4, priority: 4, action: .goto(priority: 6)),
            Rule(family: .ipv4, priority: 5, action: .blackhole),
            Rule(
                family: .ipv4, priority: 6, action: .blackhole, isInverted: true, to: try Gateway.prefix("10.0.0.0/8")),
            Rule(family: .ipv4, priority: 7, action: .lookup(table: 52)),
            Rule(family: .ipv4, priority: 8, action: .lookup(table: 254)),
        ]
        let flow = RuleFlow(
            destination: try Gateway.address("10.2.0.1"), mark: 0, arrivals: [.loopback], outputs: [], ipProtocol: 1)
        let found = try #require(tables[52]?.first)
        let walk = RuleWalk(rules, flow, reply: .found(found, entry: found), groups: [:]) { tables[$0] ?? [] }
        let thrown = try #require(tables[51]?.first)
        #expect(
            walk.steps.map(\.outcome) == [
                .suppressed(table: 254, prefixLength: 0), .passedOver(.mark(Mark(5))), .threw(thrown), .jumps(to: 6),
                .jumpedOver, .passedOver(.inverted), .hit(table: 52),
            ])
    }
}
