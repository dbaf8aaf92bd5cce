internal import Glibc
internal import NetworkModel

extension Subject {
    /// What an errno probably means for this object, where the kernel is known to say little; nil where it says enough.
    func hint(for code: Int32, operation: NetlinkError.Operation) -> String? {
        switch code {
        case EPERM where operation == .open:
            "the capability CAP_SYS_ADMIN is needed to make or enter a network namespace: run it as root"
        case EPERM: "root, or CAP_NET_ADMIN in this network namespace, is needed"
        case ENOBUFS: "answers of the kernel were lost; read again what is there"
        case EEXIST: hintForExisting(operation)
        case ENODEV: hintForMissing(operation)
        case ENOENT: hintForAbsent(operation)
        case EOPNOTSUPP, EAFNOSUPPORT: hintForUnsupported(operation)
        default: nil
        }
    }

    private func hintForExisting(_ operation: NetlinkError.Operation) -> String? {
        guard operation == .add || operation == .change else { return nil }
        switch self {
        case .link(let name, .xfrm(let link)):
            return "a link named \(name) exists, or if_id \(link.ifID) is taken: remove it or choose another"
        case .link(let name, .vti):
            return "a link named \(name) exists, or another VTI has its addresses and key: remove it or choose others"
        case .link(let name, _): return "a link named \(name) or with its index exists: remove it or choose another"
        case .address: return "the interface has this address already"
        case .route: return "the table has a route to this prefix with this metric already"
        case .rule: return "the very same rule is there already"
        case .firewallTable(let name): return "a table of this name exists: nft delete table inet \(name) removes it"
        case .linkGroup, .lookup, .words: return nil
        }
    }

    private func hintForMissing(_ operation: NetlinkError.Operation) -> String? {
        switch self {
        case .link(_, .xfrm(let link)) where operation != .delete:
            return link.device.map { "is there an interface \($0)?" }
        case .link(_, .vti(let link)) where operation != .delete:
            return link.device.map { "is there an interface \($0)?" }
        case .linkGroup: return "no link is in this group"
        case .address(let address): return "is there an interface \(address.interface)?"
        case .link, .route, .rule, .lookup, .firewallTable, .words: return nil
        }
    }

    private func hintForAbsent(_ operation: NetlinkError.Operation) -> String? {
        guard operation == .add, case .firewallTable = self else { return nil }
        return "the kernel lacks a part of nf_tables, such as family inet or the expressions rt and exthdr"
    }

    private func hintForUnsupported(_ operation: NetlinkError.Operation) -> String? {
        switch self {
        case .link(_, let kind?) where operation == .add:
            switch kind {
            case .xfrm: "the kernel has no XFRM interfaces (module xfrm_interface, kernel 4.19)"
            case .vti(let vti): "the kernel has no VTI (module \(vti.family == .ipv4 ? "ip_vti" : "ip6_vti"))"
            case .vrf: "the kernel has no VRF devices (module vrf)"
            case .other(let word): word.isEmpty ? "hardware cannot be made" : "the kernel has no links of kind \(word)"
            }
        case .firewallTable: "the kernel has no nf_tables (module nf_tables)"
        default: nil
        }
    }
}
