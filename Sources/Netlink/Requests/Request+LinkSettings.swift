internal import CLibnl
internal import Glibc
internal import NetworkModel

extension Request {
    /// The request that changes settings of a link (RTM_SETLINK, ip-link(8) `set`).
    ///
    /// - Parameters:
    ///   - link: which link.
    ///   - change: what to change.
    ///   - interfaces: where a master is found; an empty table does when there is none to set.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`: ENODEV when the table lacks the master, EINVAL when a link is to be renamed that is
    ///   named by its name, EMSGSIZE when the alias is longer than a message.
    public static func change(
        _ link: LinkReference, _ change: LinkChange, interfaces: InterfaceTable = InterfaceTable()
    ) throws(NetlinkError) -> Request {
        let subject: Subject
        var header = ifinfomsg(family: AF_UNSPEC)
        switch link {
        case .index(let index):
            header.ifi_index = Int32(bitPattern: index)
            subject = .link(name: interfaces[index]?.text ?? "number \(index)", kind: nil)
        case .name(let name):
            subject = .link(name: name.text, kind: nil)
            guard change.name == nil else {
                throw NetlinkError(.change, subject, code: EINVAL, hint: "a link to be renamed must be named by index")
            }
        }
        // Only the flags named in ifi_change are touched.
        for (flag, value) in [(UInt32(IFF_UP), change.isUp), (UInt32(IFF_MULTICAST), change.isMulticast)] {
            guard let value else { continue }
            header.ifi_change |= flag
            if value { header.ifi_flags |= flag }
        }
        var message = MessageBuilder(RTM_SETLINK, header: header)
        if case .name(let name) = link { message.put(IFLA_IFNAME, text: name.text) }
        if let name = change.name { message.put(IFLA_IFNAME, text: name.text) }
        if let mtu = change.mtu { message.put(IFLA_MTU, mtu) }
        // An alias has no closing NUL, as the kernel keeps every byte; the empty one removes it.
        if let alias = change.alias { message.put(IFLA_IFALIAS, Array(alias.utf8)) }
        if let group = change.group { message.put(IFLA_GROUP, group) }
        switch change.master {
        case .some(.none): message.put(IFLA_MASTER, UInt32(0))
        case .interface(let name):
            message.put(IFLA_MASTER, try interfaces.index(of: name, for: .change, subject))
        case nil: break
        }
        if let mode = change.addressGeneration {
            message.nest(IFLA_AF_SPEC) { message in
                message.nest(Int(AF_INET6)) { $0.put(IFLA_INET6_ADDR_GEN_MODE, mode.number) }
            }
        }
        if let namespace = change.namespace { message.put(IFLA_NET_NS_FD, namespace) }
        return try message.finish(.change, subject)
    }
}

extension AddressGenerationMode {
    /// The number of the mode (`enum in6_addr_gen_mode`).
    var number: UInt8 {
        switch self {
        case .eui64: 0
        case .none: 1
        case .stableSecret: 2
        case .random: 3
        }
    }

    /// The mode of a number; nil for one that is not known here.
    init?(number: UInt8) {
        switch number {
        case 0: self = .eui64
        case 1: self = .none
        case 2: self = .stableSecret
        case 3: self = .random
        default: return nil
        }
    }
}
