import NetworkModel
import Testing

@testable import Netlink

@Suite struct XFRMRequestTests {
    @Test func `a policy is removed by index and direction, and by what it bears`() throws {
        let policy = XFRMPolicy(
            selector: XFRMSelector(source: try prefix("0.0.0.0/0"), destination: try prefix("0.0.0.0/0")),
            direction: .output, priority: 7, index: 0x0102, isAllowed: true, mark: Mark(5, mask: 0xff), ifID: 42,
            templates: [])
        expect(
            try .delete(policy),
            is: """
                64000000 1400 0100 00000000 00000000  # length 100, XFRM_MSG_DELPOLICY, REQUEST, sequence, port
                00000000 00000000 00000000 00000000   # selector: destination,
                00000000 00000000 00000000 00000000   # source,
                0000 0000 0000 0000                   # ports and masks,
                0000 00 00 00 000000                  # family, prefix lengths, protocol
                00000000 00000000                     # interface, user
                02010000 01 000000                    # index, direction out
                0c00 1500 05000000 ff000000           # XFRMA_MARK 5/0xff
                0800 1f00 2a000000                    # XFRMA_IF_ID 42
                """)
    }

    @Test func `a state is removed by destination, SPI and protocol, and by what it bears`() throws {
        let state = XFRMState(
            source: try address("192.0.2.1"), destination: try address("192.0.2.2"), spi: 0x1001, ipProtocol: 50,
            requestID: 9, mode: 1, ifID: 42)
        expect(
            try .delete(state),
            is: """
                30000000 1100 0100 00000000 00000000  # length 48, XFRM_MSG_DELSA, REQUEST, sequence, port
                c0000202 00000000 00000000 00000000   # destination 192.0.2.2
                00001001 0200 32 00                   # SPI big-endian, AF_INET, ESP
                0800 1f00 2a000000                    # XFRMA_IF_ID 42
                """)
    }

    @Test(.kernel, .enabled(if: Machine.hasXFRM, "this kernel has no IPsec policies"))
    func `the kernel removes just the policy that was read`() throws {
        let sandbox = try Sandbox()
        let socket = try NetlinkSocket(.xfrm, in: sandbox.owner.namespace)
        for bearing in ["if_id 42", "mark 5 mask 0xff", ""] {
            _ = try sandbox.ip("xfrm policy add src 10.1.0.0/16 dst 10.2.0.0/16 dir out \(bearing)")
        }
        let mine = try #require(try socket.policies().first { $0.ifID == 42 })
        let marked = try #require(try socket.policies().first { $0.mark != nil })
        for policy in [mine, marked] { try socket.perform(.delete(policy)) }
        #expect(try socket.policies().map(\.ifID) == [0])
        #expect(try socket.policies().map(\.mark) == [nil])
        #expect(try failure { try socket.perform(.delete(mine)) }.isAlreadyGone)
    }
}
