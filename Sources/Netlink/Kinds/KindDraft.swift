internal import CLibnl
internal import Glibc
internal import NetworkModel

/// Puts what is special to a link's kind into a libnl-route link; each kind has its file.
struct KindDraft {
    /// The libnl-route link; owned by the caller.
    let draft: OpaquePointer
    let operation: NetlinkError.Operation
    let subject: Subject
    let interfaces: InterfaceTable

    /// Sets the kind and its attributes.
    func set(_ kind: LinkKind) throws(NetlinkError) {
        guard !kind.word.isEmpty else { throw NetlinkError(operation, subject, code: EOPNOTSUPP) }
        try check(rtnl_link_set_type(draft, kind.word))
        switch kind {
        case .xfrm(let link): try set(link)
        case .vti(let link): try set(link)
        case .vrf(let table): try check(rtnl_link_vrf_set_tableid(draft, table))
        case .other: break
        }
    }

    /// The index of an underlay device.
    func index(of device: InterfaceName) throws(NetlinkError) -> UInt32 {
        try interfaces.index(of: device, for: operation, subject)
    }

    /// Turns what a setter of libnl-route returns into an error.
    func check(_ status: Int32) throws(NetlinkError) {
        guard status < 0 else { return }
        throw NetlinkError(operation, subject, code: status == -NLE_NOMEM ? ENOMEM : EINVAL)
    }
}
