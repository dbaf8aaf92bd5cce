internal import CLibnl
internal import NetworkModel

/// A table, a chain or a rule of family `inet`, as the kernel shows it.
struct FirewallObject: Sendable {
    /// The size of `struct nfgenmsg`.
    static let headerSize = MemoryLayout<nfgenmsg>.size

    /// What it is.
    enum Kind: Sendable, CaseIterable {
        case table, chain, rule

        /// The request for a list.
        var query: nf_tables_msg_types {
            switch self {
            case .table: NFT_MSG_GETTABLE
            case .chain: NFT_MSG_GETCHAIN
            case .rule: NFT_MSG_GETRULE
            }
        }

        /// The messages of a list.
        fileprivate var answer: nf_tables_msg_types {
            switch self {
            case .table: NFT_MSG_NEWTABLE
            case .chain: NFT_MSG_NEWCHAIN
            case .rule: NFT_MSG_NEWRULE
            }
        }
    }

    let attributes: AttributeReader
    /// The name of the table that it is or is in; nil when that is none that we could have given.
    let name: FirewallTableName?

    /// Reads a message about an object of a kind; nil for any other message, and for one about another family.
    init?(_ kind: Kind, _ message: Message) {
        guard message.type == Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(kind.answer.rawValue),
            let header = message.payload.structure(nfgenmsg()), header.nfgen_family == NFPROTO_INET
        else { return nil }
        attributes = message.payload.attributes(after: Self.headerSize)
        // NFTA_TABLE_NAME, NFTA_CHAIN_TABLE and NFTA_RULE_TABLE are all number 1.
        name = attributes[Int(NFTA_TABLE_NAME.rawValue)].flatMap { FirewallTableName($0.text) }
    }

    /// A number of 4 bytes; nil when there is none.
    func number(_ type: some RawRepresentable<UInt32>) -> UInt32? {
        attributes[Int(type.rawValue)]?.u32.map { UInt32(bigEndian: $0) }
    }
}

extension MSSClampTable {
    /// Describes a table, and finds out whether it holds what its comment says.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - name: its name.
    ///   - chains: its chains.
    ///   - rules: its rules, in their order.
    init(_ table: FirewallObject, name: FirewallTableName, chains: [FirewallObject], rules: [FirewallObject]) {
        let comment = table.attributes[Int(NFTA_TABLE_USERDATA.rawValue)].flatMap { TableComment.text($0) }
        let clamp = comment.flatMap { MSSClamp(table: name, comment: $0) }
        self.init(
            name: name, comment: comment,
            clamp: clamp.flatMap { $0.isAll(of: table, chains: chains, rules: rules) ? $0 : nil })
    }
}

extension MSSClamp {
    /// Whether a table is what the clamp makes, and nothing besides.
    fileprivate func isAll(of table: FirewallObject, chains: [FirewallObject], rules: [FirewallObject]) -> Bool {
        // The count is that of chains, sets, maps, objects and flow tables; a dormant table has a flag.
        guard table.number(NFTA_TABLE_USE) == 1, table.number(NFTA_TABLE_FLAGS) ?? 0 == 0, chains.count == 1,
            let chain = chains.first, chain.isPlain,
            chain.attributes.show(chainAttributes, ignoring: [NFTA_CHAIN_HANDLE, NFTA_CHAIN_USE, NFTA_CHAIN_FLAGS]),
            rules.count == ruleAttributes.count
        else { return false }
        return zip(rules, ruleAttributes).allSatisfy {
            // A rule's user data is but its comment.
            $0.attributes.show($1, ignoring: [NFTA_RULE_HANDLE, NFTA_RULE_POSITION, NFTA_RULE_USERDATA])
        }
    }
}

extension FirewallObject {
    /// Whether a chain has no flag but the one that says that it is at a hook, which kernels show since 5.7.
    fileprivate var isPlain: Bool {
        (number(NFTA_CHAIN_FLAGS) ?? 0) & ~UInt32(NFT_CHAIN_BASE.rawValue) == 0
    }
}

extension AttributeReader {
    fileprivate func show<Type: RawRepresentable<UInt32>>(_ told: [FirewallAttribute], ignoring: [Type]) -> Bool {
        show(told, ignoring: Set(ignoring.map { Int($0.rawValue) }))
    }
}
