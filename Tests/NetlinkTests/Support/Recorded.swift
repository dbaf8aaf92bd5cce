import NetworkModel
import Testing

@testable import Netlink

/// Good messages of every kind, to be read whole, cut short and damaged.
enum Recorded {
    /// The kernel's form of an object is that of the request which makes it.
    static func messages() throws -> [[UInt8]] {
        let interfaces = try goldenInterfaces()
        var requests: [Request] = []
        for kind in try kinds() {
            let link = Link(
                name: try name("x0"), kind: kind, mtu: 1400, group: 9, isUp: true, isMulticast: true,
                master: try name("d1"))
            requests.append(try .add(link, index: 4711, interfaces: interfaces))
        }
        for route in KernelRouteTests.routes { requests.append(try .add(route, interfaces: interfaces)) }
        for rule in KernelRuleTests.rules { requests.append(try .add(rule)) }
        for address in try addresses() {
            requests.append(try .add(address, hasPrefixRoute: false, interfaces: interfaces))
        }
        return requests.map(\.bytes) + [policy, state, removedState, refusal, uncappedRefusal, refusedDump]
    }

    static func kinds() throws -> [LinkKind] {
        [
            .xfrm(XFRMLink(ifID: 42, device: try name("d0"))), .xfrm(XFRMLink(ifID: .max)), .vrf(table: 70000),
            .vti(VTILink(local: try address("192.0.2.1"), remote: nil, inputKey: 1, outputKey: 2)),
            .vti(
                VTILink(
                    local: try address("2001:db8::1"), remote: try address("2001:db8::2"), inputKey: 0, outputKey: .max,
                    device: try name("d0"))), .other("dummy"),
        ]
    }

    static func addresses() throws -> [InterfaceAddress] {
        [
            InterfaceAddress(interface: try name("d0"), address: try prefix("192.0.2.1/24"), scope: .host, origin: 155),
            InterfaceAddress(
                interface: try name("d1"), address: try prefix("fd00::1/128"), peer: try address("fd00::2")),
        ]
    }

    /// NLMSG_ERROR EINVAL as it comes with NETLINK_CAP_ACK: the request's header alone, then the texts.
    static let refusal = bytes(
        """
        3c000000 0200 0003 07000000 39300000  # length 60, NLMSG_ERROR, CAPPED ACK_TLVS, sequence 7, port 12345
        eaffffff                              # -EINVAL
        60000000 1800 0106 07000000 00000000  # header of the request
        0a00 0100 6261642067 00 0000          # NLMSGERR_ATTR_MSG "bad g"
        0800 0200 40000000                    # NLMSGERR_ATTR_OFFS 64
        00000000                              # room that is no attribute
        """)

    /// The same without NETLINK_CAP_ACK: the whole request is echoed before the texts.
    static let uncappedRefusal = bytes(
        """
        38000000 0200 0002 07000000 39300000  # length 56, NLMSG_ERROR, ACK_TLVS, sequence 7, port 12345
        eaffffff                              # -EINVAL
        18000000 1800 0106 07000000 00000000  # header of a request of 24 bytes
        01020304 05060708                     # its payload
        0a00 0100 6261642067 00 0000          # NLMSGERR_ATTR_MSG "bad g"
        """)

    /// NLMSG_DONE with an errno: a dump that was refused.
    static let refusedDump = bytes(
        """
        20000000 0300 0202 07000000 39300000  # length 32, NLMSG_DONE, MULTI ACK_TLVS, sequence 7, port 12345
        eaffffff                              # -EINVAL
        0a00 0100 6261642067 00 0000          # NLMSGERR_ATTR_MSG "bad g"
        """)

    /// XFRM_MSG_NEWPOLICY: 10.1.0.0/16 to 10.2.0.0/16, TCP to port 80, out.
    static let policy = bytes(
        """
        10010000 1300 0200 07000000 39300000  # length 272, XFRM_MSG_NEWPOLICY, MULTI, sequence 7, port 12345
        0a020000 00000000 00000000 00000000   # xfrm_selector: daddr 10.2.0.0
        0a010000 00000000 00000000 00000000   #   saddr 10.1.0.0
        0050 ffff 0000 0000                   #   dport 80, mask, sport 0, mask
        0200 10 10 06 000000                  #   AF_INET, to /16, from /16, TCP, padding
        00000000 00000000                     #   ifindex, user
        00000000 00000000 00000000 00000000   # xfrm_lifetime_cfg, 64 bytes
        00000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000   # xfrm_lifetime_cur, 32 bytes
        00000000 00000000 00000000 00000000
        4d000000 09000000 01 00 00 00 00000000 # priority 77, index 9, out, allow, flags, share, padding
        4400 0500                             # XFRMA_TMPL
        c0000202 00000000 00000000 00000000   #   id.daddr 192.0.2.2
        00000000 32 000000                    #   id.spi, ESP, padding
        0200 0000                             #   AF_INET, padding
        c0000201 00000000 00000000 00000000   #   saddr 192.0.2.1
        09000000 01 00 00 00                  #   reqid 9, tunnel, share, optional, padding
        ffffffff ffffffff ffffffff            #   algorithms
        0c00 1500 05000000 ff000000           # XFRMA_MARK 5/0xff
        0800 1f00 2a000000                    # XFRMA_IF_ID 42
        """)

    /// `struct xfrm_usersa_info` from 192.0.2.1 to 192.0.2.2.
    private static let stateInfo = """
        00000000 00000000 00000000 00000000   # xfrm_selector, 56 bytes of nothing
        00000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000
        00000000 00000000
        c0000202 00000000 00000000 00000000   # id.daddr 192.0.2.2
        00001001 32 000000                    # id.spi 0x1001 big-endian, ESP, padding
        c0000201 00000000 00000000 00000000   # saddr 192.0.2.1
        00000000 00000000 00000000 00000000   # xfrm_lifetime_cfg: limits of bytes
        00000000 00000000 00000000 00000000   #   of packets
        100e0000 00000000 a00f0000 00000000   #   soft 3600 s, hard 4000 s after adding
        00000000 00000000 00000000 00000000   #   after use
        64000000 00000000 03000000 00000000   # xfrm_lifetime_cur: 100 bytes, 3 packets
        01000000 00000000 02000000 00000000   #   added at 1, used at 2
        01000000 02000000 03000000            # xfrm_stats: window, replay 2, integrity 3
        00000000 09000000                     # seq, reqid 9
        0200 01 20 00 000000 00000000         # AF_INET, tunnel, replay window, flags, padding

        """

    private static let stateAttributes = """
        5000 1200                             # XFRMA_ALG_AEAD
        72666334 31303628 67636d28 61657329   #   alg_name rfc4106(gcm(aes))
        29000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000
        20000000 80000000 deadbeef            #   key of 32 bits, ICV of 128 bits, the key
        0c00 1500 05000000 ff000000           # XFRMA_MARK 5/0xff
        0800 1f00 2a000000                    # XFRMA_IF_ID 42
        0800 1d00 06000000                    # XFRMA_SET_MARK 6
        0800 1e00 0f000000                    # XFRMA_SET_MARK_MASK 0xf
        1c00 0400                             # XFRMA_ENCAP
        0200 1194 1195 0000                   #   ESP in UDP, ports 4500 and 4501 big-endian, padding
        00000000 00000000 00000000 00000000   #   original address

        """

    /// XFRM_MSG_NEWSA.
    static let state = bytes(
        """
        80010000 1000 0200 07000000 39300000  # length 384, XFRM_MSG_NEWSA, MULTI, sequence 7, port 12345

        """ + stateInfo + stateAttributes)

    /// XFRM_MSG_DELSA: the id, then the state as an attribute.
    static let removedState = bytes(
        """
        9c010000 1100 0000 00000000 00000000  # length 412, XFRM_MSG_DELSA, sequence, port
        c0000202 00000000 00000000 00000000   # xfrm_usersa_id: 192.0.2.2
        00001001 0200 32 00                   #   spi big-endian, AF_INET, ESP, padding
        e400 0600                             # XFRMA_SA

        """ + stateInfo + stateAttributes)
}

/// The first message of these bytes.
func message(_ bytes: [UInt8]) throws -> Message {
    var messages = MessageReader(bytes)
    let first = messages.next()
    return try #require(first)
}
