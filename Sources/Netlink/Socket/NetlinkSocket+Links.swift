internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Reads all links (RTM_GETLINK).
    ///
    /// - Throws: `NetlinkError`.
    public func links() throws(NetlinkError) -> [KernelLink] {
        let header = ifinfomsg(family: AF_UNSPEC)
        // RTEXT_FILTER_SKIP_STATS would be shorter, but also takes the address generation mode away.
        let request = try MessageBuilder(RTM_GETLINK, header: header).finish(.read, .words("links"))
        let messages = try dump(request) { LinkMessage($0) }
        var interfaces = InterfaceTable()
        for message in messages { interfaces.insert(message.name, index: message.index) }
        return messages.map { $0.link(interfaces) }
    }

    /// Reads one link by its name, and needs no list of all; nil when there is none of this name.
    ///
    /// - Parameter name: the name (IFLA_IFNAME), not an alternative one.
    /// - Returns: the link, or nil.
    /// - Throws: `NetlinkError`, except for a link that is not there.
    public func link(named name: InterfaceName) throws(NetlinkError) -> KernelLink? {
        var request = MessageBuilder(RTM_GETLINK, header: ifinfomsg(family: AF_UNSPEC))
        request.put(IFLA_IFNAME, text: name.text)
        return try link(request.finish(.read, .link(name: name.text, kind: nil)))
    }

    /// Reads one link by its index; nil when there is none.
    ///
    /// - Parameter index: the interface index.
    /// - Returns: the link, or nil.
    /// - Throws: `NetlinkError`, except for a link that is not there.
    public func link(index: UInt32) throws(NetlinkError) -> KernelLink? {
        let request = MessageBuilder(RTM_GETLINK, header: ifinfomsg(family: AF_UNSPEC, index: index))
        return try link(request.finish(.read, .link(name: "number \(index)", kind: nil)))
    }

    private func link(_ request: Request) throws(NetlinkError) -> KernelLink? {
        guard let message = try linkMessage(request) else { return nil }
        var interfaces = InterfaceTable()
        interfaces.insert(message.name, index: message.index)
        for index in message.references {
            let request = MessageBuilder(RTM_GETLINK, header: ifinfomsg(family: AF_UNSPEC, index: index))
            let other = try linkMessage(request.finish(.read, .link(name: "number \(index)", kind: nil)))
            if let other { interfaces.insert(other.name, index: other.index) }
        }
        return message.link(interfaces)
    }

    private func linkMessage(_ request: Request) throws(NetlinkError) -> LinkMessage? {
        do throws(NetlinkError) {
            return LinkMessage(try ask(request))
        } catch {
            if error.code == ENODEV { return nil }
            throw error
        }
    }
}
