internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The requests that make a clamp's table with all that is in it; EEXIST when there is a table of its name.
    ///
    /// They are one transaction, so hand them to `NetlinkSocket.perform(together:)`; alone the kernel refuses them with
    /// EINVAL. To put it in the place of an older table, let the older one's `delete(_:)` go before them in the same
    /// transaction: no packet then meets the firewall without one of the two.
    ///
    /// - Parameter clamp: the clamp.
    /// - Returns: the requests, in order: the table, its chain, the rules.
    /// - Throws: `NetlinkError` ENOMEM.
    public static func adding(_ clamp: MSSClamp) throws(NetlinkError) -> [Request] {
        let subject = Subject.firewallTable(clamp.table)
        let make = NLM_F_CREATE | NLM_F_EXCL
        var requests = [
            try firewall(NFT_MSG_NEWTABLE, flags: make, clamp.tableAttributes).finish(.add, subject),
            try firewall(NFT_MSG_NEWCHAIN, flags: make, clamp.chainAttributes).finish(.add, subject),
        ]
        for rule in clamp.ruleAttributes {
            // Without NLM_F_APPEND each rule would come before the others.
            let message = firewall(NFT_MSG_NEWRULE, flags: NLM_F_CREATE | NLM_F_APPEND, rule)
            requests.append(try message.finish(.add, subject))
        }
        return requests
    }

    /// The request that removes a table of family `inet` with all that is in it; ENOENT when it is not there.
    ///
    /// It is part of a transaction, so hand it to `NetlinkSocket.perform(together:)`, alone or with others.
    ///
    /// - Parameter table: the table.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` ENOMEM.
    public static func delete(_ table: FirewallTableName) throws(NetlinkError) -> Request {
        let name = FirewallAttribute.text(NFTA_TABLE_NAME, table.text)
        return try firewall(NFT_MSG_DELTABLE, [name]).finish(.delete, .firewallTable(table))
    }

    /// Begins a message to nf_tables about family `inet`.
    static func firewall(
        _ type: nf_tables_msg_types, flags: Int32 = 0, _ attributes: [FirewallAttribute] = []
    ) -> MessageBuilder {
        let number = Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(type.rawValue)
        var message = MessageBuilder(number, flags: flags, header: nfgenmsg(family: NFPROTO_INET))
        message.put(attributes)
        return message
    }
}

extension nfgenmsg {
    /// The header of every netfilter message.
    ///
    /// - Parameters:
    ///   - family: NFPROTO_*.
    ///   - resource: what a batch is about, host byte order; 0 otherwise.
    init(family: some BinaryInteger, resource: UInt16 = 0) {
        self.init()
        nfgen_family = UInt8(family)
        version = UInt8(NFNETLINK_V0)
        res_id = resource.bigEndian
    }
}
