internal import CLibnl
internal import Glibc
internal import NetworkModel

// A rule of nf_tables is a row of expressions that work on registers; one that does not match ends the rule.
//
// | nft                               | expressions                                                              |
// |-----------------------------------|--------------------------------------------------------------------------|
// | oifname "office0"                 | meta OIFNAME → r1; cmp r1 == 16 bytes                                     |
// | meta nfproto ipv4                 | meta NFPROTO → r1; cmp r1 == 2                                            |
// | tcp flags syn / syn,rst           | meta L4PROTO → r1; cmp r1 == 6; payload transport+13 → r1; r1 & 6; cmp == 2 |
// | tcp option maxseg size set rt mtu | rt TCPMSS → r1; byteorder hton r1; exthdr r1 → TCP option 2, bytes 2 and 3  |
// | tcp option maxseg size set 1360   | immediate 1360 → r1; exthdr r1 → TCP option 2, bytes 2 and 3                |
//
// They are the same that nft 1.0 makes of the words, so that it shows them as these words.

extension MSSClampRule {
    /// The expressions of the rule (NFTA_RULE_EXPRESSIONS).
    ///
    /// - Parameter interface: the tunnel's link.
    /// - Returns: the expressions, in order.
    func expressions(on interface: InterfaceName) -> [[FirewallAttribute]] {
        // All 16 bytes are compared, so that `office0` is not taken for the beginning of `office01`.
        let name = Array(interface.text.utf8) + [UInt8](repeating: 0, count: Int(IFNAMSIZ) - interface.text.utf8.count)
        var row = [load(direction == .output ? NFT_META_OIFNAME : NFT_META_IIFNAME), compare(name)]
        if let family { row += [load(NFT_META_NFPROTO), compare([family.number])] }
        row += [
            load(NFT_META_L4PROTO), compare([UInt8(IPPROTO_TCP)]), loadFlags, mask(tcpSYN | tcpRST), compare([tcpSYN]),
        ]
        switch size {
        case .routeMTU: row += [loadRouteMSS, swapBytes]
        case .bytes(let bytes): row.append(immediate(bytes.networkBytes))
        }
        return row + [storeMSS]
    }
}

private let tcpSYN: UInt8 = 2
private let tcpRST: UInt8 = 4
/// The kind of the MSS option in the TCP header (RFC 9293, 3.2): kind, length 4, and the size in 2 bytes.
private let tcpOptionMSS: UInt8 = 2

private func expression(_ name: String, _ attributes: [FirewallAttribute]) -> [FirewallAttribute] {
    [.text(NFTA_EXPR_NAME, name), .nest(NFTA_EXPR_DATA, attributes)]
}

/// Register 1 = a property of the packet.
private func load(_ key: nft_meta_keys) -> [FirewallAttribute] {
    expression("meta", [.number(NFTA_META_KEY, key.rawValue), .number(NFTA_META_DREG, NFT_REG_1.rawValue)])
}

/// Go on if register 1 begins with these bytes.
private func compare(_ bytes: [UInt8]) -> [FirewallAttribute] {
    expression(
        "cmp",
        [
            .number(NFTA_CMP_SREG, NFT_REG_1.rawValue), .number(NFTA_CMP_OP, NFT_CMP_EQ.rawValue),
            .nest(NFTA_CMP_DATA, [.bytes(NFTA_DATA_VALUE, bytes)]),
        ])
}

/// Register 1 = the byte of the TCP header that holds the flags.
private let loadFlags = expression(
    "payload",
    [
        .number(NFTA_PAYLOAD_DREG, NFT_REG_1.rawValue),
        .number(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER.rawValue),
        .number(NFTA_PAYLOAD_OFFSET, 13), .number(NFTA_PAYLOAD_LEN, 1),
    ])

/// Register 1 = these of its bits.
private func mask(_ bits: UInt8) -> [FirewallAttribute] {
    expression(
        "bitwise",
        [
            .number(NFTA_BITWISE_SREG, NFT_REG_1.rawValue), .number(NFTA_BITWISE_DREG, NFT_REG_1.rawValue),
            .number(NFTA_BITWISE_LEN, 1), .nest(NFTA_BITWISE_MASK, [.bytes(NFTA_DATA_VALUE, [bits])]),
            .nest(NFTA_BITWISE_XOR, [.bytes(NFTA_DATA_VALUE, [0])]),
        ])
}

/// Register 1 = the MSS that the routes can carry, in host order.
private let loadRouteMSS = expression(
    "rt", [.number(NFTA_RT_KEY, NFT_RT_TCPMSS.rawValue), .number(NFTA_RT_DREG, NFT_REG_1.rawValue)])

/// Register 1 = its 2 bytes in network order.
private let swapBytes = expression(
    "byteorder",
    [
        .number(NFTA_BYTEORDER_SREG, NFT_REG_1.rawValue), .number(NFTA_BYTEORDER_DREG, NFT_REG_1.rawValue),
        .number(NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON.rawValue), .number(NFTA_BYTEORDER_LEN, 2),
        .number(NFTA_BYTEORDER_SIZE, 2),
    ])

/// Register 1 = these bytes.
private func immediate(_ bytes: [UInt8]) -> [FirewallAttribute] {
    expression(
        "immediate",
        [
            .number(NFTA_IMMEDIATE_DREG, NFT_REG_1.rawValue),
            .nest(NFTA_IMMEDIATE_DATA, [.bytes(NFTA_DATA_VALUE, bytes)]),
        ])
}

/// The size in the MSS option = register 1, unless it is less already.
private let storeMSS = expression(
    "exthdr",
    [
        .number(NFTA_EXTHDR_SREG, NFT_REG_1.rawValue), .bytes(NFTA_EXTHDR_TYPE, [tcpOptionMSS]),
        .number(NFTA_EXTHDR_OFFSET, 2), .number(NFTA_EXTHDR_LEN, 2),
        .number(NFTA_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT.rawValue),
    ])
