import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelXFRMTests {
    @Test(.enabled(if: Machine.hasXFRM, "this kernel has no IPsec policies")) func `a policy reads as ip made it`()
        throws
    {
        let sandbox = try Sandbox()
        let socket = try NetlinkSocket(.xfrm, in: sandbox.owner.namespace)
        #expect(try socket.policies().isEmpty && socket.states().isEmpty)
        _ = try sandbox.ip(
            """
            xfrm policy add src 10.1.0.0/16 dst 10.2.0.0/16 proto tcp dport 80 dir out priority 77 mark 5 mask 0xff \\
            if_id 42 tmpl src 192.0.2.1 dst 192.0.2.2 proto esp reqid 9 mode tunnel
            """)
        _ = try sandbox.ip("xfrm policy add src fd00::/16 dst ::/0 dir in action block")
        let expected = [
            XFRMPolicy(
                selector: XFRMSelector(
                    source: try prefix("10.1.0.0/16"), destination: try prefix("10.2.0.0/16"), ipProtocol: 6,
                    destinationPort: (80, .max)),
                direction: .output, priority: 77, index: 0, isAllowed: true, mark: Mark(5, mask: 0xff), ifID: 42,
                templates: [
                    XFRMTemplate(
                        source: try address("192.0.2.1"), destination: try address("192.0.2.2"), ipProtocol: 50,
                        mode: 1,
                        requestID: 9, spi: 0, isOptional: false)
                ]),
            XFRMPolicy(
                selector: XFRMSelector(source: try prefix("fd00::/16"), destination: try prefix("::/0")),
                direction: .input, priority: 0, index: 0, isAllowed: false, mark: nil, ifID: 0, templates: []),
        ]
        var read = try socket.policies()
        for number in read.indices { (read[number].index, read[number].addTime) = (0, 0) }
        #expect(Set(read) == Set(expected))
    }

    @Test(.enabled(if: Machine.hasESP, "this kernel has no ESP")) func `a state reads as ip made it, without its keys`()
        throws
    {
        let sandbox = try Sandbox()
        let socket = try NetlinkSocket(.xfrm, in: sandbox.owner.namespace)
        let monitor = try NetlinkSocket(.xfrm, in: sandbox.owner.namespace)
        try monitor.subscribe(to: [.states, .policies])
        _ = try sandbox.ip(Machine.stateCommand)
        let state = try #require(try socket.states().first)
        #expect(try state.source == address("192.0.2.1") && state.destination == address("192.0.2.2"))
        #expect(state.spi == 0x1001 && state.ipProtocol == 50 && state.requestID == 9 && state.mode == 1)
        #expect(state.mark == Mark(5, mask: 0xff) && state.ifID == 42 && state.outputMark == Mark(6))
        #expect(
            state.algorithms
                == [XFRMAlgorithm(.combined, "rfc4106(gcm(aes))", keyLength: 160, checkLength: 128)])
        #expect(try state.selector?.destination == prefix("0.0.0.0/0") && !state.isLarval)
        #expect(state.hardByteLimit == nil)
        #expect(state.encapsulation?.source == 4500 && state.encapsulation?.destination == 4501)
        #expect(state.addTime > 0 && state.byteCount == 0)
        #expect(!"\(state)".contains("0x01020304"))
        _ = try sandbox.ip("xfrm state delete src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 mark 5 mask 0xff")
        var interfaces = InterfaceTable()
        let events = try [
            monitor.events(before: .now, interfaces: &interfaces),
            monitor.events(before: .now, interfaces: &interfaces),
        ]
        #expect(events == [[.state(state, .set)], [.state(state, .removed)]])
    }

    @Test func `a socket of the other subsystem is refused`() throws {
        let sandbox = try Sandbox()
        #expect(throws: NetlinkError.self) { try sandbox.socket.policies() }
    }
}

extension Machine {
    static let stateCommand = """
        xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001 reqid 9 mode tunnel mark 5 mask 0xff if_id 42 \\
        output-mark 6 encap espinudp 4500 4501 0.0.0.0 \\
        aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128
        """

    static let hasXFRM = answers { sandbox in
        let socket = try NetlinkSocket(.xfrm, in: sandbox.owner.namespace)
        _ = try socket.policies()
        return true
    }

    static let hasESP = answers { sandbox in
        _ = try sandbox.ip(stateCommand + " 2>&1")
        return try !NetlinkSocket(.xfrm, in: sandbox.owner.namespace).states().isEmpty
    }

    private static func answers(_ question: (borrowing Sandbox) throws -> Bool) -> Bool {
        if isStrict { return true }
        do {
            return try question(Sandbox())
        } catch {
            return false
        }
    }
}
