internal import CLibnl
internal import Glibc
internal import NetworkModel

extension MSSClamp {
    /// What the kernel is told of the table (NFT_MSG_NEWTABLE).
    var tableAttributes: [FirewallAttribute] {
        [.text(NFTA_TABLE_NAME, table.text), .bytes(NFTA_TABLE_USERDATA, TableComment.bytes(comment))]
    }

    /// What the kernel is told of the chain (NFT_MSG_NEWCHAIN): `type filter hook forward priority mangle; policy accept`.
    var chainAttributes: [FirewallAttribute] {
        [
            .text(NFTA_CHAIN_TABLE, table.text), .text(NFTA_CHAIN_NAME, Self.chain),
            .nest(
                NFTA_CHAIN_HOOK,
                [
                    .number(NFTA_HOOK_HOOKNUM, NF_INET_FORWARD.rawValue),
                    .number(NFTA_HOOK_PRIORITY, Self.manglePriority),
                ]),
            .number(NFTA_CHAIN_POLICY, NF_ACCEPT), .text(NFTA_CHAIN_TYPE, "filter"),
        ]
    }

    /// What the kernel is told of each rule (NFT_MSG_NEWRULE).
    var ruleAttributes: [[FirewallAttribute]] {
        rules.map {
            [
                .text(NFTA_RULE_TABLE, table.text), .text(NFTA_RULE_CHAIN, Self.chain),
                .list(NFTA_RULE_EXPRESSIONS, $0.expressions(on: interface)),
            ]
        }
    }

    /// `NF_IP_PRI_MANGLE` (linux/netfilter_ipv4.h): before filters, so that they see the packet as it goes out.
    private static let manglePriority: Int32 = -150
}

/// A table's comment as nft keeps it in NFTA_TABLE_USERDATA: fields of a type, a length and a value each.
enum TableComment {
    /// `NFTNL_UDATA_TABLE_COMMENT` (libnftnl, udata.h), which the kernel knows nothing of.
    private static let type: UInt8 = 0

    /// The one field; the text has a closing NUL, and at most 254 bytes before it.
    static func bytes(_ text: String) -> [UInt8] {
        let value = text.utf8.prefix(254) + [0]
        return [type, UInt8(value.count)] + value
    }

    /// The text; nil when there is none.
    ///
    /// Newer nft puts fields of other types beside it, such as its version.
    static func text(_ bytes: Bytes) -> String? {
        var rest = bytes
        while let type = rest.u8, let length = rest.integer(UInt8.self, at: 1), rest.count >= 2 + Int(length) {
            if type == Self.type { return rest.part(from: 2, length: Int(length)).text }
            rest = rest.part(from: 2 + Int(length))
        }
        return nil
    }
}
