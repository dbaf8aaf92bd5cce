import NetworkModel
import Testing

@testable import Netlink

@Suite struct ReadingTests {
    @Test(arguments: try Recorded.kinds()) func `a link reads as it was encoded`(kind: LinkKind) throws {
        let interfaces = try goldenInterfaces()
        let link = Link(
            name: try name("x0"), kind: kind, mtu: 1400, group: 9, isUp: true, isMulticast: true, master: try name("d1")
        )
        let read = LinkMessage(try message(Request.add(link, index: 4711, interfaces: interfaces).bytes))
        #expect(read?.link(interfaces) == KernelLink(index: 4711, link: link))
    }

    @Test(arguments: try Recorded.addresses())
    func `an address reads as it was encoded`(address: InterfaceAddress) throws {
        let interfaces = try goldenInterfaces()
        let request = try Request.add(address, hasPrefixRoute: false, interfaces: interfaces)
        let read = KernelAddress(try message(request.bytes), interfaces: interfaces)
        #expect(read == KernelAddress(address: address, flags: .noPrefixRoute))
    }

    @Test(arguments: KernelRouteTests.routes) func `a route reads as it was encoded`(route: Route) throws {
        let interfaces = try goldenInterfaces()
        #expect(try Route(message(Request.add(route, interfaces: interfaces).bytes), interfaces: interfaces) == route)
    }

    @Test(arguments: KernelRuleTests.rules) func `a rule reads as it was encoded`(rule: Rule) throws {
        #expect(try Rule(message(Request.add(rule).bytes)) == rule)
    }

    @Test func `a rule from a prefix of no length is one from anywhere`() throws {
        let rule = Rule(family: .ipv4, priority: 5300, action: .lookup(table: 100), from: try prefix("10.1.0.0/16"))
        var bytes = try Request.add(rule).bytes
        // fib_rule_hdr.src_len, behind the header and two other bytes.
        bytes[18] = 0
        #expect(try Rule(message(bytes))?.from == nil)
    }

    @Test func `an interface that the table lacks reads as ip shows it`() throws {
        let route = Route(to: try prefix("10.0.0.0/8"), device: try name("d0"))
        let bytes = try Request.add(route, interfaces: goldenInterfaces()).bytes
        #expect(try Route(message(bytes), interfaces: InterfaceTable())?.nextHops.first?.device == name("if5"))
    }

    @Test func `a route with an unknown encapsulation is read without it`() throws {
        let encapsulated = bytes(
            """
            3c000000 1800 0200 07000000 39300000  # length 60, RTM_NEWROUTE, MULTI, sequence, port
            02 08 00 00 fe 04 fd 01 00000000      # AF_INET, to /8, table main, static, link, unicast
            0800 0100 0a000000                    # RTA_DST 10.0.0.0
            0800 0400 05000000                    # RTA_OIF 5
            0c00 1680 0800 0100 01000000          # RTA_ENCAP, nested, of a type not known here
            0400 ff3f                             # an attribute of a later kernel
            """)
        let route = try Route(message(encapsulated), interfaces: goldenInterfaces())
        #expect(try route?.destination == prefix("10.0.0.0/8") && route?.nextHops == [NextHop(device: name("d0"))])
    }

    @Test func `a policy is read`() throws {
        let policy = try #require(XFRMPolicy(try message(Recorded.policy)))
        let template = XFRMTemplate(
            source: try address("192.0.2.1"), destination: try address("192.0.2.2"), ipProtocol: 50, mode: 1,
            requestID: 9, spi: 0, isOptional: false)
        let selector = XFRMSelector(
            source: try prefix("10.1.0.0/16"), destination: try prefix("10.2.0.0/16"), ipProtocol: 6,
            destinationPort: (80, .max))
        let expected = XFRMPolicy(
            selector: selector, direction: .output, priority: 77, index: 9, isAllowed: true, mark: Mark(5, mask: 0xff),
            ifID: 42, templates: [template])
        #expect(policy == expected)
    }

    @Test(arguments: [Recorded.state, Recorded.removedState])
    func `a state is read, also from its removal, but never its key`(bytes: [UInt8]) throws {
        let expected = XFRMState(
            source: try address("192.0.2.1"), destination: try address("192.0.2.2"), spi: 0x1001, ipProtocol: 50,
            requestID: 9, mode: 1, mark: Mark(5, mask: 0xff), ifID: 42, outputMark: Mark(6, mask: 0xf),
            algorithms: [XFRMAlgorithm(.combined, "rfc4106(gcm(aes))", keyLength: 32, checkLength: 128)],
            encapsulation: (4500, 4501), byteCount: 100, packetCount: 3, addTime: 1, useTime: 2, softAddExpiry: 3600,
            hardAddExpiry: 4000, replayWindow: 32, replayWindowCount: 1, replayCount: 2, integrityFailureCount: 3)
        #expect(XFRMState(try message(bytes)) == expected)
    }

    @Test(arguments: [Recorded.refusal, Recorded.uncappedRefusal, Recorded.refusedDump])
    func `a refusal is read with the kernel's words, wherever they stand`(bytes: [UInt8]) throws {
        let refusal = try #require(Acknowledgement(try message(bytes)))
        #expect(refusal.code == 22 && refusal.text == "bad g")
        #expect(refusal.offset == (bytes == Recorded.refusal ? 64 : nil))
    }

    @Test func `success, and a dump's end without a payload, are no errors`() throws {
        let success = bytes("24000000 0200 0001 07000000 00000000 00000000 60000000 1800 0106 07000000 00000000")
        #expect(Acknowledgement(try message(success))?.code == 0)
        #expect(Acknowledgement(try message(bytes("10000000 0300 0200 07000000 00000000")))?.code == 0)
        #expect(Acknowledgement(try message(bytes("14000000 0300 0200 07000000 00000000 00000080")))?.code != 0)
    }
}
