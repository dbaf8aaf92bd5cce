import NetworkModel
import Testing

@testable import Netlink

@Suite struct RuleRequestTests {
    private func full() throws -> Rule {
        Rule(
            family: .ipv4, priority: 5210, action: .lookup(table: 70000), isInverted: true,
            from: try prefix("10.1.0.0/16"), to: try prefix("10.2.0.1/32"), mark: Mark(0x10, mask: 0xff),
            inputInterface: try name("lan0"), outputInterface: try name("d0"), ipProtocol: 17, sourcePorts: 500...500,
            destinationPorts: 4500...4510, users: 1000...2000, typeOfService: 0x10, tunnelID: 7,
            suppressPrefixLength: 0,
            suppressGroup: 8, origin: 155)
    }

    @Test func `a rule is added with all that it has`() throws {
        expect(
            try .add(full()),
            is: """
                a8000000 2000 0106 00000000 00000000  # length 168, RTM_NEWRULE, REQUEST EXCL CREATE, sequence, port
                02 20 10 10                           # AF_INET, to /32, from /16, tos 0x10
                00 00 00 01 02000000                  # table (see FRA_TABLE), reserved, look up, flags INVERT
                0800 0600 5a140000                    # FRA_PRIORITY 5210
                0800 0f00 70110100                    # FRA_TABLE 70000
                0800 0200 0a010000                    # FRA_SRC 10.1.0.0
                0800 0100 0a020001                    # FRA_DST 10.2.0.1
                0900 0300 6c616e30 00000000           # FRA_IIFNAME lan0
                0700 1100 64300000                    # FRA_OIFNAME d0
                0800 0a00 10000000                    # FRA_FWMARK 0x10
                0800 1000 ff000000                    # FRA_FWMASK 0xff
                0c00 0c00 00000000 00000007           # FRA_TUN_ID 7, big-endian
                0c00 1400 e8030000 d0070000           # FRA_UID_RANGE 1000 to 2000
                0500 1600 11000000                    # FRA_IP_PROTO 17
                0800 1700 f401 f401                   # FRA_SPORT_RANGE 500 to 500
                0800 1800 9411 9e11                   # FRA_DPORT_RANGE 4500 to 4510
                0800 0e00 00000000                    # FRA_SUPPRESS_PREFIXLEN 0
                0800 0d00 08000000                    # FRA_SUPPRESS_IFGROUP 8
                0500 1500 9b000000                    # FRA_PROTOCOL 155
                """)
    }

    @Test func `a removal says all that the addition says`() throws {
        let rule = try full()
        let removal = try Request.delete(rule)
        #expect(Array(removal.bytes[..<16]) == bytes("a8000000 2100 0100 00000000 00000000"))
        #expect(try removal.bytes[16...] == Request.add(rule).bytes[16...])
    }

    @Test func `a rule may lead to another rule`() throws {
        expect(
            try .add(Rule(family: .ipv6, priority: 5000, action: .goto(priority: 6000))),
            is: """
                34000000 2000 0106 00000000 00000000  # length 52, RTM_NEWRULE, REQUEST EXCL CREATE, sequence, port
                0a 00 00 00 00 00 00 02 00000000      # AF_INET6, to /0, from /0, tos, table, reserved, goto, flags
                0800 0600 88130000                    # FRA_PRIORITY 5000
                0800 0400 70170000                    # FRA_GOTO 6000
                0500 1500 04000000                    # FRA_PROTOCOL 4
                """)
    }

    @Test func `a rule of the VRFs names no table`() throws {
        expect(
            try .add(Rule(family: .ipv4, priority: 1000, action: .lookup(table: 0), isL3Master: true)),
            is: """
                34000000 2000 0106 00000000 00000000  # length 52, RTM_NEWRULE, REQUEST EXCL CREATE, sequence, port
                02 00 00 00 00 00 00 01 00000000      # AF_INET, to /0, from /0, tos, table, reserved, look up, flags
                0800 0600 e8030000                    # FRA_PRIORITY 1000
                0500 1300 01000000                    # FRA_L3MDEV
                0500 1500 04000000                    # FRA_PROTOCOL 4
                """)
    }

    @Test(
        arguments: [(RuleAction.nop, 3), (.blackhole, 6), (.unreachable, 7), (.prohibit, 8)] as [(RuleAction, UInt8)])
    func `an action that ends the look-up is a number in the header`(action: RuleAction, number: UInt8) throws {
        #expect(try Request.add(Rule(family: .ipv4, priority: 1, action: action)).bytes[23] == number)
    }

    @Test func `a prefix of the other family is refused`() throws {
        let rule = Rule(family: .ipv4, priority: 1, action: .nop, from: try prefix("fd00::/8"))
        #expect(try failure { _ = try Request.add(rule) }.codeName == "EINVAL")
    }
}
