internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// How often the firewall is read again that was changed meanwhile.
    private static let attempts = 16

    /// Reads the tables of family `inet` that have names of ours; the socket must be one of `.netfilter`.
    ///
    /// A table is compared to the last byte with what its comment says of it. What `MSSClamp.creationCommands` make
    /// with nft 1.0 compares equal; another version may find other expressions for the same words.
    ///
    /// - Returns: the tables, in the order of the kernel; none when the kernel has no nf_tables.
    /// - Throws: `NetlinkError`: EPERM without CAP_NET_ADMIN, EINVAL on a socket of another subsystem, EINTR when the
    ///   firewall never held still.
    public func mssClampTables() throws(NetlinkError) -> [MSSClampTable] {
        let subject = Subject.words("firewall tables")
        guard subsystem == .netfilter else {
            throw NetlinkError(.read, subject, code: EINVAL, hint: "this needs a socket of the netfilter subsystem")
        }
        var generation = try firewallGeneration(subject)
        for _ in 0..<Self.attempts {
            guard generation != nil else { return [] }
            let tables = try clampTables(subject)
            let later = try firewallGeneration(subject)
            if later == generation { return tables }
            generation = later
        }
        throw NetlinkError(.read, subject, code: EINTR, hint: "it changed all the time while it was read")
    }

    /// The number of the last change of the firewall (NFTA_GEN_ID), network order; nil when there is no nf_tables.
    private func firewallGeneration(_ subject: Subject) throws(NetlinkError) -> UInt32? {
        let request = try Request.firewall(NFT_MSG_GETGEN).finish(.read, subject)
        do throws(NetlinkError) {
            let answer = try ask(request).payload.attributes(after: FirewallObject.headerSize)
            guard let number = answer[Int(NFTA_GEN_ID.rawValue)]?.u32 else { throw request.error(EBADMSG) }
            return number
        } catch {
            // The request has nothing in it that could be invalid but the subsystem.
            guard error.code == EINVAL else { throw error }
            return nil
        }
    }

    /// Reads tables, chains and rules once.
    private func clampTables(_ subject: Subject) throws(NetlinkError) -> [MSSClampTable] {
        let tables = try objects(.table, about: subject).filter { $0.name?.isOurs ?? false }
        guard !tables.isEmpty else { return [] }
        let chains = try objects(.chain, about: subject)
        var result: [MSSClampTable] = []
        for table in tables {
            guard let name = table.name else { continue }
            // The kernel shows the rules of this table only; the chains it cannot sort out.
            let filter = [FirewallAttribute.text(NFTA_RULE_TABLE, name.text)]
            let rules = try objects(.rule, filter: filter, about: subject)
            result.append(
                MSSClampTable(
                    table, name: name, chains: chains.filter { $0.name == name },
                    rules: rules.filter { $0.name == name }))
        }
        return result
    }

    private func objects(
        _ kind: FirewallObject.Kind, filter: [FirewallAttribute] = [], about subject: Subject
    ) throws(NetlinkError) -> [FirewallObject] {
        try dump(Request.firewall(kind.query, filter).finish(.read, subject)) { FirewallObject(kind, $0) }
    }
}
