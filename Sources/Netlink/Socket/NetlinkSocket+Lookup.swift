internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Asks the kernel which route a packet takes (RTM_GETROUTE).
    ///
    /// - Parameters:
    ///   - query: the packet.
    ///   - interfaces: where interfaces are found, and the names for indexes in the answer.
    /// - Returns: the route, or why there is none. A route that drops is told apart by the errno that its type has:
    ///   EHOSTUNREACH unreachable, EACCES prohibit, EINVAL blackhole, ENETUNREACH none.
    /// - Throws: `NetlinkError`: ENODEV when the table lacks an interface; EINVAL with the kernel's words for a query that
    ///   it does not take; EXDEV for a packet from outside that its reverse path filter drops.
    public func route(_ query: RouteQuery, interfaces: InterfaceTable) throws(NetlinkError) -> RouteAnswer {
        let request = try Request.lookUp(query, interfaces: interfaces)
        do throws(NetlinkError) {
            let message = try ask(request)
            guard let route = Route(message, interfaces: interfaces, includingClones: true) else {
                throw request.error(EBADMSG)
            }
            return switch route.type {
            case .blackhole, .unreachable, .prohibit: .dropped(route.type)
            default: .found(route)
            }
        } catch {
            switch error.code {
            case ENETUNREACH: return .none
            case EHOSTUNREACH: return .dropped(.unreachable)
            case EACCES: return .dropped(.prohibit)
            // Of a query that is wrong in itself, the kernel says what is wrong.
            case EINVAL where error.kernelMessage == nil && query.inputInterface == nil: return .dropped(.blackhole)
            default: throw error
            }
        }
    }
}

extension Request {
    /// The request that asks for a route.
    static func lookUp(_ query: RouteQuery, interfaces: InterfaceTable) throws(NetlinkError) -> Request {
        let subject = Subject.lookup(query.destination)
        let family = query.destination.family
        guard query.source.map({ $0.family == family }) ?? true else {
            throw NetlinkError(.lookUp, subject, code: EINVAL, hint: "source and destination are of different families")
        }
        var header = rtmsg()
        header.rtm_family = family.number
        header.rtm_dst_len = UInt8(family.bitCount)
        header.rtm_src_len = query.source == nil ? 0 : UInt8(family.bitCount)
        // IPv6 tells the table anyhow, and under strict checking refuses to be asked for it.
        if family == .ipv4 { header.rtm_flags |= UInt32(RTM_F_LOOKUP_TABLE) }
        if query.matchesTable { header.rtm_flags |= UInt32(RTM_F_FIB_MATCH) }
        var message = MessageBuilder(RTM_GETROUTE, header: header)
        message.put(Int(RTA_DST.rawValue), query.destination)
        if let source = query.source { message.put(Int(RTA_SRC.rawValue), source) }
        if let name = query.inputInterface {
            message.put(Int(RTA_IIF.rawValue), try interfaces.index(of: name, for: .lookUp, subject))
        }
        if let name = query.outputInterface {
            message.put(Int(RTA_OIF.rawValue), try interfaces.index(of: name, for: .lookUp, subject))
        }
        if query.mark != 0 { message.put(Int(RTA_MARK.rawValue), query.mark) }
        if let user = query.user { message.put(Int(RTA_UID.rawValue), user) }
        if let ipProtocol = query.ipProtocol { message.put(Int(RTA_IP_PROTO.rawValue), ipProtocol) }
        if let port = query.sourcePort { message.put(Int(RTA_SPORT.rawValue), port.bigEndian) }
        if let port = query.destinationPort { message.put(Int(RTA_DPORT.rawValue), port.bigEndian) }
        return try message.finish(.lookUp, subject)
    }
}
