internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Reads the firewall of this namespace: chains, rules and sets of the families `inet`, `ip` and `ip6`, whoever made
    /// them; the socket must be one of `.netfilter`.
    ///
    /// Rules of the older iptables (not nft's) are not among them.
    ///
    /// - Returns: the ruleset; an empty one when the kernel has no nf_tables.
    /// - Throws: `NetlinkError`: EPERM without CAP_NET_ADMIN, EINVAL on a socket of another subsystem.
    public func firewallRuleset() throws(NetlinkError) -> FirewallRuleset {
        guard subsystem == .netfilter else {
            throw NetlinkError(
                .read, .words("firewall rules"), code: EINVAL, hint: "this needs a socket of the netfilter subsystem")
        }
        var ruleset = FirewallRuleset()
        do throws(NetlinkError) {
            ruleset.chains = try list(NFT_MSG_GETCHAIN, NFT_MSG_NEWCHAIN) { FirewallChain($0) }
        } catch {
            guard error.code == EINVAL else { throw error }
            return ruleset
        }
        // A table can be dormant (NFT_TABLE_F_DORMANT, 1): no packet meets its chains then.
        let dormant = try list(NFT_MSG_GETTABLE, NFT_MSG_NEWTABLE) { message in
            (message.family, message.text(NFTA_TABLE_NAME), (message.number(NFTA_TABLE_FLAGS) ?? 0) & 1 == 1)
        }.filter(\.2)
        ruleset.chains.removeAll { chain in dormant.contains { $0.0 == chain.family && $0.1 == chain.table } }
        let rules = try list(NFT_MSG_GETRULE, NFT_MSG_NEWRULE) { message in
            (message.family, message.text(NFTA_RULE_TABLE), message.text(NFTA_RULE_CHAIN), FirewallRule(message))
        }
        for index in ruleset.chains.indices {
            let chain = ruleset.chains[index]
            ruleset.chains[index].rules =
                rules.filter { $0.0 == chain.family && $0.1 == chain.table && $0.2 == chain.name }.map(\.3)
        }
        ruleset.sets = try list(NFT_MSG_GETSET, NFT_MSG_NEWSET) { FirewallSet($0) }
        for index in ruleset.sets.indices {
            let set = ruleset.sets[index]
            let filter: [FirewallAttribute] = [
                .text(NFTA_SET_ELEM_LIST_TABLE, set.table), .text(NFTA_SET_ELEM_LIST_SET, set.name),
            ]
            ruleset.sets[index].elements = try list(
                NFT_MSG_GETSETELEM, NFT_MSG_NEWSETELEM, family: set.family.rawValue, filter
            ) { [FirewallSet.Element]($0) }.flatMap(\.self)
        }
        return ruleset
    }

    private func list<Value>(
        _ query: nf_tables_msg_types, _ answer: nf_tables_msg_types, family: UInt8 = UInt8(NFPROTO_UNSPEC),
        _ filter: [FirewallAttribute] = [], _ parse: @escaping (FirewallMessage) -> Value
    ) throws(NetlinkError) -> [Value] {
        let number = Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(query.rawValue)
        var message = MessageBuilder(number, header: nfgenmsg(family: family))
        message.put(filter)
        return try dump(message.finish(.read, .words("firewall rules"))) { FirewallMessage(answer, $0).map(parse) }
    }
}
