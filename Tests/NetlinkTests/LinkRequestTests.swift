import Netlink
import NetworkModel
import Testing

@Suite struct LinkRequestTests {
    @Test func `an XFRM interface is made with its if_id, underlay and settings`() throws {
        let link = Link(
            name: try name("x0"), kind: .xfrm(XFRMLink(ifID: 42, device: try name("d0"))), mtu: 1400, alias: "ignored",
            group: 9, isUp: true, isMulticast: true, addressGeneration: .eui64)
        expect(
            try .add(link, index: 4711, interfaces: goldenInterfaces()),
            is: """
                5c000000 1000 0106 00000000 00000000  # length 92, RTM_NEWLINK, REQUEST EXCL CREATE, sequence, port
                00 00 0000 67120000                   # AF_UNSPEC, padding, type, index 4711
                01100000 01100000                     # flags and change: UP MULTICAST
                0800 0400 78050000                    # IFLA_MTU 1400
                0700 0300 78300000                    # IFLA_IFNAME x0
                0800 1b00 09000000                    # IFLA_GROUP 9
                2400 1280                             # IFLA_LINKINFO, nested
                0900 0100 7866726d 00000000           #   IFLA_INFO_KIND xfrm
                1400 0280                             #   IFLA_INFO_DATA, nested
                0800 0100 05000000                    #     IFLA_XFRM_LINK 5
                0800 0200 2a000000                    #     IFLA_XFRM_IF_ID 42
                """)
    }

    @Test func `a VTI is made with big-endian keys`() throws {
        let vti = VTILink(
            local: try address("192.0.2.1"), remote: try address("192.0.2.2"), inputKey: 10, outputKey: 11,
            device: try name("d0"))
        expect(
            try .add(Link(name: name("v0"), kind: .vti(vti)), interfaces: goldenInterfaces()),
            is: """
                60000000 1000 0106 00000000 00000000  # length 96, RTM_NEWLINK, REQUEST EXCL CREATE, sequence, port
                00 00 0000 00000000 00000000 00000000 # AF_UNSPEC, padding, type, index, flags, change
                0700 0300 76300000                    # IFLA_IFNAME v0
                3800 1280                             # IFLA_LINKINFO, nested
                0800 0100 76746900                    #   IFLA_INFO_KIND vti
                2c00 0280                             #   IFLA_INFO_DATA, nested
                0800 0100 05000000                    #     IFLA_VTI_LINK 5
                0800 0200 0000000a                    #     IFLA_VTI_IKEY 10
                0800 0300 0000000b                    #     IFLA_VTI_OKEY 11
                0800 0400 c0000201                    #     IFLA_VTI_LOCAL 192.0.2.1
                0800 0500 c0000202                    #     IFLA_VTI_REMOTE 192.0.2.2
                """)
    }

    @Test func `a VTI over IPv6 is made without a remote and with an output key alone`() throws {
        let vti = VTILink(local: try address("2001:db8::1"), remote: nil, inputKey: 0, outputKey: 11)
        expect(
            try .add(Link(name: name("v0"), kind: .vti(vti)), interfaces: goldenInterfaces()),
            is: """
                60000000 1000 0106 00000000 00000000  # length 96, RTM_NEWLINK, REQUEST EXCL CREATE, sequence, port
                00 00 0000 00000000 00000000 00000000 # AF_UNSPEC, padding, type, index, flags, change
                0700 0300 76300000                    # IFLA_IFNAME v0
                3800 1280                             # IFLA_LINKINFO, nested
                0900 0100 76746936 00000000           #   IFLA_INFO_KIND vti6
                2800 0280                             #   IFLA_INFO_DATA, nested
                0800 0200 00000000                    #     IFLA_VTI_IKEY 0
                0800 0300 0000000b                    #     IFLA_VTI_OKEY 11
                1400 0400 20010db8 00000000 00000000 00000001 # IFLA_VTI_LOCAL
                """)
    }

    @Test func `a VRF is made with its table`() throws {
        expect(
            try .add(Link(name: name("red"), kind: .vrf(table: 70000)), interfaces: goldenInterfaces()),
            is: """
                40000000 1000 0106 00000000 00000000  # length 64, RTM_NEWLINK, REQUEST EXCL CREATE, sequence, port
                00 00 0000 00000000 00000000 00000000 # AF_UNSPEC, padding, type, index, flags, change
                0800 0300 72656400                    # IFLA_IFNAME red
                1800 1280                             # IFLA_LINKINFO, nested
                0800 0100 76726600                    #   IFLA_INFO_KIND vrf
                0c00 0280                             #   IFLA_INFO_DATA, nested
                0800 0100 70110100                    #     IFLA_VRF_TABLE 70000
                """)
    }

    @Test func `any other kind is made with its master, in another namespace`() throws {
        let link = Link(name: try name("d9"), kind: .other("dummy"), master: try name("d0"))
        expect(
            try .add(link, namespace: 9, interfaces: goldenInterfaces()),
            is: """
                48000000 1000 0106 00000000 00000000  # length 72, RTM_NEWLINK, REQUEST EXCL CREATE, sequence, port
                00 00 0000 00000000 00000000 00000000 # AF_UNSPEC, padding, type, index, flags, change
                0700 0300 64390000                    # IFLA_IFNAME d9
                0800 0a00 05000000                    # IFLA_MASTER 5
                0800 1c00 09000000                    # IFLA_NET_NS_FD 9
                1000 1280                             # IFLA_LINKINFO, nested
                0a00 0100 64756d6d 79000000           #   IFLA_INFO_KIND dummy
                """)
    }

    @Test func `a change of the kind sends the whole kind, by index and without the name`() throws {
        let link = Link(name: try name("x0"), kind: .xfrm(XFRMLink(ifID: 42, device: try name("d0"))), mtu: 1, group: 9)
        expect(
            try .changeKind(ofLink: 4711, to: link, interfaces: goldenInterfaces()),
            is: """
                44000000 1000 0100 00000000 00000000  # length 68, RTM_NEWLINK, REQUEST, sequence, port
                00 00 0000 67120000 00000000 00000000 # AF_UNSPEC, padding, type, index 4711, flags, change
                2400 1280                             # IFLA_LINKINFO, nested
                0900 0100 7866726d 00000000           #   IFLA_INFO_KIND xfrm
                1400 0280                             #   IFLA_INFO_DATA, nested
                0800 0100 05000000                    #     IFLA_XFRM_LINK 5
                0800 0200 2a000000                    #     IFLA_XFRM_IF_ID 42
                """)
    }

    @Test func `settings are sent with the flags that change, and no others`() throws {
        let change = LinkChange(
            isUp: true, isMulticast: false, mtu: 1400, alias: "a b", group: 9, master: .interface(try name("d1")),
            addressGeneration: AddressGenerationMode.none, name: try name("n1"), namespace: 9)
        expect(
            try .change(.index(5), change, interfaces: goldenInterfaces()),
            is: """
                60000000 1300 0100 00000000 00000000  # length 96, RTM_SETLINK, REQUEST, sequence, port
                00 00 0000 05000000                   # AF_UNSPEC, padding, type, index 5
                01000000 01100000                     # flags UP, change UP MULTICAST
                0700 0300 6e310000                    # IFLA_IFNAME n1
                0800 0400 78050000                    # IFLA_MTU 1400
                0700 1400 61206200                    # IFLA_IFALIAS "a b", without NUL
                0800 1b00 09000000                    # IFLA_GROUP 9
                0800 0a00 06000000                    # IFLA_MASTER 6
                1000 1a80                             # IFLA_AF_SPEC, nested
                0c00 0a80                             #   AF_INET6, nested
                0500 0800 01000000                    #     IFLA_INET6_ADDR_GEN_MODE none
                0800 1c00 09000000                    # IFLA_NET_NS_FD 9
                """)
    }

    @Test func `a link is named by its name, the empty alias and no master are sent`() throws {
        expect(
            try .change(.name(name("d0")), LinkChange(alias: "", master: LinkChange.Master.none)),
            is: """
                34000000 1300 0100 00000000 00000000  # length 52, RTM_SETLINK, REQUEST, sequence, port
                00 00 0000 00000000 00000000 00000000 # AF_UNSPEC, padding, type, index, flags, change
                0700 0300 64300000                    # IFLA_IFNAME d0
                0400 1400                             # IFLA_IFALIAS, empty
                0800 0a00 00000000                    # IFLA_MASTER 0
                """)
    }

    @Test func `a link is removed by index, links by group`() throws {
        expect(
            try .deleteLink(index: 5),
            is: """
                20000000 1100 0100 00000000 00000000  # length 32, RTM_DELLINK, REQUEST, sequence, port
                00 00 0000 05000000 00000000 00000000 # AF_UNSPEC, padding, type, index 5, flags, change
                """)
        expect(
            try .deleteLinks(group: 900),
            is: """
                28000000 1100 0100 00000000 00000000  # length 40, RTM_DELLINK, REQUEST, sequence, port
                00 00 0000 00000000 00000000 00000000 # AF_UNSPEC, padding, type, index, flags, change
                0800 1b00 84030000                    # IFLA_GROUP 900
                """)
    }

    @Test func `what cannot be made is refused before it is sent`() throws {
        let interfaces = try goldenInterfaces()
        let local = try address("192.0.2.1")
        let kinds: [(LinkKind, String)] = [
            (.xfrm(XFRMLink(ifID: 0)), "EINVAL"), (.xfrm(XFRMLink(ifID: 1, device: try name("no"))), "ENODEV"),
            (.vti(VTILink(local: local, remote: try address("::1"), inputKey: 1, outputKey: 1)), "EINVAL"),
            (.other(""), "EOPNOTSUPP"),
        ]
        for (kind, code) in kinds {
            let link = Link(name: try name("x0"), kind: kind)
            let error = try failure { _ = try Request.add(link, interfaces: interfaces) }
            #expect(error.codeName == code)
        }
        let long = LinkChange(alias: String(repeating: "a", count: 5000))
        #expect(try failure { _ = try Request.change(.index(5), long) }.codeName == "EMSGSIZE")
        let rename = LinkChange(name: try name("d9"))
        #expect(try failure { _ = try Request.change(.name(name("d0")), rename) }.codeName == "EINVAL")
    }
}
