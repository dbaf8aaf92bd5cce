internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The request that makes a link (RTM_NEWLINK, ip-link(8) `add`); it fails with EEXIST when the name is taken.
    ///
    /// The kernel ignores an alias and refuses an address generation mode at creation, so this request leaves both
    /// out, and neither is set by it; `adding(_:index:namespace:interfaces:)` gives the requests that set them too.
    ///
    /// - Parameters:
    ///   - link: the link; `mtu`, `group`, `isMulticast`, `isUp`, `master` and all that its kind has are sent.
    ///   - index: the interface index to give to it; nil leaves the choice to the kernel.
    ///   - namespace: a descriptor of the network namespace to make it in (IFLA_NET_NS_FD), open until the request is
    ///     sent; the outer side of a tunnel then lies in that namespace too. nil means that of the socket.
    ///   - interfaces: where underlay device and master are found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`: ENODEV when the table lacks a device, EINVAL for if_id 0 or mixed address families,
    ///   EOPNOTSUPP for a kind that cannot be made.
    public static func add(
        _ link: Link, index: UInt32? = nil, namespace: Int32? = nil, interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        try newLink(.add, link, index: index, namespace: namespace, interfaces: interfaces)
    }

    /// All requests that make a link as it is described, in the order that the kernel insists on.
    ///
    /// First the link, down; then the address generation mode, which must be set before the link is up; then alias and
    /// up. The later requests name the link by its name.
    ///
    /// - Parameters:
    ///   - link: the link.
    ///   - index: the interface index to give to it; nil leaves the choice to the kernel.
    ///   - interfaces: where underlay device and master are found.
    /// - Returns: the requests, in order.
    /// - Throws: `NetlinkError`, as `add(_:index:namespace:interfaces:)` does.
    public static func adding(
        _ link: Link, index: UInt32? = nil, interfaces: InterfaceTable
    ) throws(NetlinkError) -> [Request] {
        var bare = link
        bare.isUp = false
        var requests = [try add(bare, index: index, interfaces: interfaces)]
        if let mode = link.addressGeneration {
            requests.append(try change(.name(link.name), LinkChange(addressGeneration: mode), interfaces: interfaces))
        }
        if link.alias != nil || link.isUp {
            let change = LinkChange(isUp: link.isUp ? true : nil, alias: link.alias)
            requests.append(try self.change(.name(link.name), change, interfaces: interfaces))
        }
        return requests
    }

    /// The request that changes what is special to a link's kind: an XFRM interface's `if_id`, a VTI's addresses or keys.
    ///
    /// The kernel takes a missing attribute for 0, so the whole of the kind is sent. Nothing else of the link changes.
    ///
    /// - Parameters:
    ///   - index: the link's index.
    ///   - link: the link as it shall be; only `name` (for the error's words) and `kind` are looked at.
    ///   - interfaces: where the underlay device is found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`, as `add(_:index:namespace:interfaces:)` does.
    public static func changeKind(
        ofLink index: UInt32, to link: Link, interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        let bare = Link(name: link.name, kind: link.kind)
        return try newLink(.change, bare, index: index, namespace: nil, interfaces: interfaces)
    }

    /// The request that removes a link (RTM_DELLINK).
    ///
    /// - Parameters:
    ///   - index: its index. An index, because a name may meanwhile belong to another link.
    ///   - name: its name, for the error's words only.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` ENOMEM.
    public static func deleteLink(index: UInt32, name: InterfaceName? = nil) throws(NetlinkError) -> Request {
        let header = ifinfomsg(family: AF_UNSPEC, index: index)
        let subject = Subject.link(name: name?.text ?? "number \(index)", kind: nil)
        return try MessageBuilder(RTM_DELLINK, header: header).finish(.delete, subject)
    }

    /// The request that removes every link of a group at once (RTM_DELLINK with IFLA_GROUP).
    ///
    /// Removing links costs the kernel a wait for each request, not for each link: this is 50 times faster than one by
    /// one. To remove some links, first move just them to a group that is known to be empty.
    ///
    /// - Parameter group: the group, never 0, in which all links are that nobody put anywhere else.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` EINVAL for group 0.
    public static func deleteLinks(group: UInt32) throws(NetlinkError) -> Request {
        let subject = Subject.linkGroup(group)
        guard group != 0 else {
            throw NetlinkError(.delete, subject, code: EINVAL, hint: "group 0 holds links of everybody")
        }
        var message = MessageBuilder(RTM_DELLINK, header: ifinfomsg(family: AF_UNSPEC))
        message.put(IFLA_GROUP, group)
        return try message.finish(.delete, subject)
    }

    /// The one encoder of creation and change; libnl-route builds the message.
    private static func newLink(
        _ operation: NetlinkError.Operation, _ link: Link, index: UInt32?, namespace: Int32?,
        interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        let subject = Subject.link(name: link.name.text, kind: link.kind)
        let draft = rtnl_link_alloc()
        defer { rtnl_link_put(draft) }
        guard let draft else { throw NetlinkError(operation, subject, code: ENOMEM) }
        // A change goes by index; the name would rename.
        if operation == .add { rtnl_link_set_name(draft, link.name.text) }
        if let index { rtnl_link_set_ifindex(draft, Int32(bitPattern: index)) }
        if let mtu = link.mtu { rtnl_link_set_mtu(draft, mtu) }
        if link.group != 0 { rtnl_link_set_group(draft, link.group) }
        if let master = link.master {
            rtnl_link_set_master(draft, Int32(bitPattern: try interfaces.index(of: master, for: operation, subject)))
        }
        let flags = (link.isUp ? UInt32(IFF_UP) : 0) | (link.isMulticast ? UInt32(IFF_MULTICAST) : 0)
        if flags != 0 { rtnl_link_set_flags(draft, flags) }
        if let namespace { rtnl_link_set_ns_fd(draft, namespace) }
        let kind = KindDraft(draft: draft, operation: operation, subject: subject, interfaces: interfaces)
        try kind.set(link.kind)
        var built: OpaquePointer?
        let status = rtnl_link_build_add_request(draft, operation == .add ? NLM_F_CREATE | NLM_F_EXCL : 0, &built)
        return try MessageBuilder(adopting: built, status: status).finish(operation, subject)
    }
}

extension ifinfomsg {
    /// A header for a link; everything that is not given is 0.
    init(family: Int32, index: UInt32 = 0) {
        self.init()
        ifi_family = UInt8(family)
        ifi_index = Int32(bitPattern: index)
    }
}
