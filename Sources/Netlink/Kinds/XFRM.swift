internal import CLibnl
internal import Glibc
internal import NetworkModel

// An XFRM interface: `ip link add NAME type xfrm [dev DEVICE] if_id ID`.
//
// | attribute       | value                            |
// |-----------------|----------------------------------|
// | IFLA_XFRM_LINK  | u32, underlay index, host order  |
// | IFLA_XFRM_IF_ID | u32, host order, not 0           |

extension KindDraft {
    func set(_ link: XFRMLink) throws(NetlinkError) {
        guard link.ifID != 0 else { throw NetlinkError(operation, subject, code: EINVAL, hint: "if_id must not be 0") }
        try check(rtnl_link_xfrmi_set_if_id(draft, link.ifID))
        if let device = link.device { try check(rtnl_link_xfrmi_set_link(draft, try index(of: device))) }
    }
}

extension XFRMLink {
    /// Reads IFLA_INFO_DATA; an external interface (collect_md) reads as `if_id` 0.
    init(_ data: AttributeReader, name: (UInt32) -> InterfaceName?) {
        let device = data[IFLA_XFRM_LINK]?.u32 ?? 0
        self.init(ifID: data[IFLA_XFRM_IF_ID]?.u32 ?? 0, device: device == 0 ? nil : name(device))
    }
}
