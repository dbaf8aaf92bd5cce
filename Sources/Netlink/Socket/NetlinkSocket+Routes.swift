internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Reads routes of every table (RTM_GETROUTE).
    ///
    /// What the kernel writes otherwise than it was told: an IPv6 metric of 0 reads as 1024; an IPv4 metric of 0 reads
    /// as nil. Routes with encapsulations or other unknown attributes are read without them.
    ///
    /// - Parameters:
    ///   - family: of which family; nil means both.
    ///   - table: of which table; nil means all. The kernel filters where it can.
    ///   - origin: made by whom (`Route.origin`); nil means all. The kernel filters where it can.
    ///   - interfaces: the names for indexes; an interface that is not in it reads as `if` and its index.
    /// - Returns: the routes.
    /// - Throws: `NetlinkError`.
    public func routes(
        family: AddressFamily? = nil, table: UInt32? = nil, origin: UInt8? = nil, interfaces: InterfaceTable
    ) throws(NetlinkError) -> [Route] {
        try lists(of: family) { (family) throws(NetlinkError) in
            var header = rtmsg()
            header.rtm_family = family.number
            // Without strict checking a kernel may take a filled header for something else.
            if isStrict { header.rtm_protocol = origin ?? 0 }
            var message = MessageBuilder(RTM_GETROUTE, header: header)
            if isStrict, let table { message.put(Int(RTA_TABLE.rawValue), table) }
            let request = try message.finish(.read, .words("routes"))
            do throws(NetlinkError) {
                return try dump(request) { Route($0, interfaces: interfaces) }.filter {
                    $0.family == family && table ?? $0.table == $0.table && origin ?? $0.origin == $0.origin
                }
            } catch {
                // A table that was never used does not exist, which is as good as empty.
                if error.code == ENOENT, table != nil { return [] }
                throw error
            }
        }
    }
}
