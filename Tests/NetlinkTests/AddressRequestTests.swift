import Netlink
import NetworkModel
import Testing

@Suite struct AddressRequestTests {
    @Test func `a peer is IFA_ADDRESS, the own address IFA_LOCAL`() throws {
        let address = InterfaceAddress(
            interface: try name("d0"), address: try prefix("10.9.0.1/32"), peer: try address("10.9.0.2"), scope: .link,
            origin: 155)
        expect(
            try .add(address, hasPrefixRoute: false, skipsDuplicateDetection: true, interfaces: goldenInterfaces()),
            is: """
                38000000 1400 0106 00000000 00000000  # length 56, RTM_NEWADDR, REQUEST EXCL CREATE, sequence, port
                02 20 00 fd 05000000                  # AF_INET, /32, flags, scope link, index 5
                0800 0200 0a090001                    # IFA_LOCAL 10.9.0.1
                0800 0100 0a090002                    # IFA_ADDRESS 10.9.0.2
                0800 0800 00020000                    # IFA_FLAGS NOPREFIXROUTE
                0500 0b00 9b000000                    # IFA_PROTO 155
                """)
    }

    @Test func `an IPv6 address may skip duplicate detection`() throws {
        let address = InterfaceAddress(interface: try name("d0"), address: try prefix("fd00::1/64"))
        expect(
            try .add(address, skipsDuplicateDetection: true, interfaces: goldenInterfaces()),
            is: """
                48000000 1400 0106 00000000 00000000  # length 72, RTM_NEWADDR, REQUEST EXCL CREATE, sequence, port
                0a 40 00 00 05000000                  # AF_INET6, /64, flags, scope universe, index 5
                1400 0200 fd000000 00000000 00000000 00000001  # IFA_LOCAL fd00::1
                1400 0100 fd000000 00000000 00000000 00000001  # IFA_ADDRESS fd00::1
                0800 0800 02000000                    # IFA_FLAGS NODAD
                """)
    }

    @Test func `a removal names address and peer`() throws {
        let address = InterfaceAddress(
            interface: try name("d1"), address: try prefix("fd00::1/128"), peer: try address("fd00::2"), origin: 155)
        expect(
            try .delete(address, interfaces: goldenInterfaces()),
            is: """
                40000000 1500 0100 00000000 00000000  # length 64, RTM_DELADDR, REQUEST, sequence, port
                0a 80 00 00 06000000                  # AF_INET6, /128, flags, scope universe, index 6
                1400 0200 fd000000 00000000 00000000 00000001  # IFA_LOCAL fd00::1
                1400 0100 fd000000 00000000 00000000 00000002  # IFA_ADDRESS fd00::2
                """)
    }

    @Test func `a peer of the other family is refused`() throws {
        let address = InterfaceAddress(
            interface: try name("d0"), address: try prefix("10.9.0.1/32"), peer: try address("fd00::2"))
        let interfaces = try goldenInterfaces()
        #expect(try failure { _ = try Request.add(address, interfaces: interfaces) }.codeName == "EINVAL")
    }
}
