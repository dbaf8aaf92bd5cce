@testable import Netlink
import NetworkModel
import Testing

@Suite struct RouteRequestTests {
    @Test func `a route is added with all that it has`() throws {
        let hop = NextHop(device: try name("d0"), gateway: try address("203.0.113.1"), isOnLink: true)
        let route = Route(
            to: try prefix("10.1.0.0/16"), nextHops: [hop], table: 70000, metric: 7, source: try address("192.0.2.1"),
            origin: 155, mtu: 1400, advertisedMSS: 1360)
        expect(
            try .add(route, interfaces: goldenInterfaces()),
            is: """
                60000000 1800 0106 00000000 00000000  # length 96, RTM_NEWROUTE, REQUEST EXCL CREATE, sequence, port
                02 10 00 00                           # AF_INET, to /16, from /0, tos
                70 9b 00 01                           # table (low byte), protocol 155, scope universe, unicast
                04000000                              # flags ONLINK
                0800 0f00 70110100                    # RTA_TABLE 70000
                0800 0100 0a010000                    # RTA_DST 10.1.0.0
                0800 0600 07000000                    # RTA_PRIORITY 7
                0800 0700 c0000201                    # RTA_PREFSRC 192.0.2.1
                1400 0880                             # RTA_METRICS, nested
                0800 0200 78050000                    #   RTAX_MTU 1400
                0800 0800 50050000                    #   RTAX_ADVMSS 1360
                0800 0500 cb007101                    # RTA_GATEWAY 203.0.113.1
                0800 0400 05000000                    # RTA_OIF 5
                """)
    }

    @Test func `several next hops are replaced as one route`() throws {
        let hops = [
            NextHop(device: try name("d0"), gateway: try address("192.0.2.2"), weight: 3),
            NextHop(device: try name("d1"), weight: 256),
        ]
        expect(
            try .replace(Route(to: prefix("10.2.0.0/16"), nextHops: hops), interfaces: goldenInterfaces()),
            is: """
                48000000 1800 0105 00000000 00000000  # length 72, RTM_NEWROUTE, REQUEST REPLACE CREATE, sequence, port
                02 10 00 00                           # AF_INET, to /16, from /0, tos
                fe 04 00 01 00000000                  # table main, protocol static, scope universe, unicast, flags
                0800 0f00 fe000000                    # RTA_TABLE 254
                0800 0100 0a020000                    # RTA_DST 10.2.0.0
                1c00 0980                             # RTA_MULTIPATH, nested
                1000 00 02 05000000                   #   length 16, flags, weight 3, index 5
                0800 0500 c0000202                    #     RTA_GATEWAY 192.0.2.2
                0800 00 ff 06000000                   #   length 8, flags, weight 256, index 6
                """)
    }

    @Test func `an IPv4 route may have an IPv6 gateway`() throws {
        let hop = NextHop(device: try name("d0"), gateway: try address("fd00::2"))
        expect(
            try .add(Route(to: .everything(.ipv4), nextHops: [hop]), interfaces: goldenInterfaces()),
            is: """
                4c000000 1800 0106 00000000 00000000  # length 76, RTM_NEWROUTE, REQUEST EXCL CREATE, sequence, port
                02 00 00 00                           # AF_INET, to /0, from /0, tos
                fe 04 00 01 00000000                  # table main, protocol static, scope universe, unicast, flags
                0800 0f00 fe000000                    # RTA_TABLE 254
                0800 0100 00000000                    # RTA_DST 0.0.0.0
                0800 0400 05000000                    # RTA_OIF 5
                1600 1200 0a00                        # RTA_VIA, AF_INET6
                fd000000 00000000 00000000 00000002 0000  # fd00::2, padding
                """)
    }

    @Test func `an IPv4 route without a gateway has the scope link`() throws {
        expect(
            try .add(Route(to: prefix("10.0.0.0/8"), device: name("d0")), interfaces: goldenInterfaces()),
            is: """
                34000000 1800 0106 00000000 00000000  # length 52, RTM_NEWROUTE, REQUEST EXCL CREATE, sequence, port
                02 08 00 00                           # AF_INET, to /8, from /0, tos
                fe 04 fd 01 00000000                  # table main, protocol static, scope link, unicast, flags
                0800 0f00 fe000000                    # RTA_TABLE 254
                0800 0100 0a000000                    # RTA_DST 10.0.0.0
                0800 0400 05000000                    # RTA_OIF 5
                """)
    }

    @Test func `a removal has the scope nowhere, which matches any, unless one is given`() throws {
        let route = Route(to: try prefix("fd00:d::/32"), type: .blackhole, metric: 9)
        let golden = """
            40000000 1900 0100 00000000 00000000  # length 64, RTM_DELROUTE, REQUEST, sequence, port
            0a 20 00 00                           # AF_INET6, to /32, from /0, tos
            fe 04 ff 06 00000000                  # table main, protocol static, scope nowhere, blackhole, flags
            0800 0f00 fe000000                    # RTA_TABLE 254
            1400 0100 fd00000d 00000000 00000000 00000000  # RTA_DST fd00:d::
            0800 0600 09000000                    # RTA_PRIORITY 9
            """
        expect(try .delete(route, interfaces: goldenInterfaces()), is: golden)
        var scoped = route
        scoped.scope = .universe
        expect(
            try .delete(scoped, interfaces: goldenInterfaces()),
            is: golden.replacing("fe 04 ff 06", with: "fe 04 00 06"))
    }

    @Test func `a weight out of range and an unknown device are refused`() throws {
        let interfaces = try goldenInterfaces()
        for (hop, code) in [
            (NextHop(device: try name("d0"), weight: 0), "EINVAL"),
            (NextHop(device: try name("d0"), weight: 257), "EINVAL"),
            (NextHop(device: try name("no")), "ENODEV"),
        ] {
            let route = Route(to: try prefix("10.0.0.0/8"), nextHops: [hop])
            #expect(try failure { _ = try Request.add(route, interfaces: interfaces) }.codeName == code)
        }
    }

    @Test func `a look-up says all that the packet has`() throws {
        let query = RouteQuery(
            to: try address("198.51.100.1"), from: try address("192.0.2.1"), mark: 7, inputInterface: try name("d0"),
            outputInterface: try name("d1"), user: 1000, ipProtocol: 17, sourcePort: 500, destinationPort: 4500,
            matchesTable: true)
        expect(
            try .lookUp(query, interfaces: goldenInterfaces()),
            is: """
                64000000 1a00 0100 00000000 00000000  # length 100, RTM_GETROUTE, REQUEST, sequence, port
                02 20 20 00                           # AF_INET, to /32, from /32, tos
                00 00 00 00 00300000                  # table, protocol, scope, type, flags LOOKUP_TABLE FIB_MATCH
                0800 0100 c6336401                    # RTA_DST 198.51.100.1
                0800 0200 c0000201                    # RTA_SRC 192.0.2.1
                0800 0300 05000000                    # RTA_IIF 5
                0800 0400 06000000                    # RTA_OIF 6
                0800 1000 07000000                    # RTA_MARK 7
                0800 1900 e8030000                    # RTA_UID 1000
                0500 1b00 11000000                    # RTA_IP_PROTO 17
                0600 1c00 01f40000                    # RTA_SPORT 500, big-endian
                0600 1d00 11940000                    # RTA_DPORT 4500, big-endian
                """)
    }
}
