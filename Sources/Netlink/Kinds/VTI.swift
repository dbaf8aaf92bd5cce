internal import CLibnl
internal import Glibc
internal import NetworkModel

// A virtual tunnel interface: `ip link add NAME type vti|vti6 local A remote B ikey I okey O [dev DEVICE]`.
//
// | attribute                         | value                                                |
// |-----------------------------------|------------------------------------------------------|
// | IFLA_VTI_LINK                     | u32, underlay index, host order                      |
// | IFLA_VTI_IKEY, IFLA_VTI_OKEY      | u32, **big-endian**                                  |
// | IFLA_VTI_LOCAL, IFLA_VTI_REMOTE   | 4 bytes (`vti`) or 16 (`vti6`), network order        |

extension KindDraft {
    func set(_ link: VTILink) throws(NetlinkError) {
        guard link.remote.map({ $0.family == link.family }) ?? true else {
            throw NetlinkError(operation, subject, code: EINVAL, hint: "local and remote are of different families")
        }
        // Both keys are always set, also when 0: libnl 3.7 leaves the output key out unless the input key is set.
        let device = try link.device.map { (device) throws(NetlinkError) in try index(of: device) }
        switch link.family {
        case .ipv4:
            try check(rtnl_link_ipvti_set_ikey(draft, link.inputKey.bigEndian))
            try check(rtnl_link_ipvti_set_okey(draft, link.outputKey.bigEndian))
            try check(rtnl_link_ipvti_set_local(draft, link.local.as(in_addr()).s_addr))
            if let remote = link.remote { try check(rtnl_link_ipvti_set_remote(draft, remote.as(in_addr()).s_addr)) }
            if let device { try check(rtnl_link_ipvti_set_link(draft, device)) }
        case .ipv6:
            try check(rtnl_link_ip6vti_set_ikey(draft, link.inputKey.bigEndian))
            try check(rtnl_link_ip6vti_set_okey(draft, link.outputKey.bigEndian))
            var local = link.local.as(in6_addr())
            try check(rtnl_link_ip6vti_set_local(draft, &local))
            if let remote = link.remote {
                var remote = remote.as(in6_addr())
                try check(rtnl_link_ip6vti_set_remote(draft, &remote))
            }
            if let device { try check(rtnl_link_ip6vti_set_link(draft, device)) }
        }
    }
}

extension VTILink {
    /// Reads IFLA_INFO_DATA; a missing local address reads as "any".
    init(_ data: AttributeReader, family: AddressFamily, name: (UInt32) -> InterfaceName?) {
        let local = data[IFLA_VTI_LOCAL]?.address(of: family) ?? .any(family)
        let remote = data[IFLA_VTI_REMOTE]?.address(of: family)
        let device = data[IFLA_VTI_LINK]?.u32 ?? 0
        self.init(
            local: local, remote: remote.flatMap { $0.isAny ? nil : $0 },
            inputKey: UInt32(bigEndian: data[IFLA_VTI_IKEY]?.u32 ?? 0),
            outputKey: UInt32(bigEndian: data[IFLA_VTI_OKEY]?.u32 ?? 0), device: device == 0 ? nil : name(device))
    }
}

extension IPAddress {
    /// The address in a C structure of its size, in network order.
    fileprivate func `as`<Value>(_ value: Value) -> Value {
        Bytes(bytes).structure(value) ?? value
    }
}
