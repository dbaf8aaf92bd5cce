internal import CLibnl
internal import Glibc
internal import NetworkModel

extension Route {
    /// Reads an RTM_NEWROUTE or RTM_DELROUTE.
    ///
    /// nil for what is no route of a table: another family, a cached clone, a type that `RouteType` does not have.
    /// Attributes that are not known here, such as encapsulations, are passed by. Routes that drop read without next
    /// hops, although IPv6 shows them on `lo`. The scope of an IPv6 route reads as nil, since IPv6 has none.
    init?(_ message: Message, interfaces: InterfaceTable, includingClones: Bool = false) {
        guard message.type == RTM_NEWROUTE || message.type == RTM_DELROUTE,
            let header = message.payload.structure(rtmsg()), let family = AddressFamily(number: header.rtm_family),
            let type = RouteType(rawValue: header.rtm_type),
            includingClones || header.rtm_flags & UInt32(RTM_F_CLONED) == 0,
            let everything = IPPrefix(.any(family), length: Int(header.rtm_dst_len))
        else { return nil }
        self.init(
            to: everything, type: type, table: UInt32(header.rtm_table), origin: header.rtm_protocol,
            scope: family == .ipv4 ? RouteScope(rawValue: header.rtm_scope) : nil)
        var single = NextHop(device: nil, isOnLink: header.rtm_flags & UInt32(RTNH_F_ONLINK) != 0)
        var several: [NextHop]?
        for attribute in message.payload.attributes(after: MemoryLayout<rtmsg>.size) {
            let value = attribute.payload
            switch rtattr_type_t(UInt32(attribute.type)) {
            case RTA_DST:
                guard let address = value.address(of: family),
                    let prefix = IPPrefix(address, length: Int(header.rtm_dst_len))
                else { return nil }
                destination = prefix
            case RTA_TABLE: table = value.u32 ?? table
            case RTA_PRIORITY: metric = value.u32
            case RTA_PREFSRC: source = value.address(of: family)
            case RTA_METRICS: take(metrics: value.attributes())
            case RTA_MULTIPATH: several = [NextHop](multipath: value, family: family, interfaces: interfaces)
            default: single.take(attribute, family: family, interfaces: interfaces)
            }
        }
        switch type {
        case .blackhole, .unreachable, .prohibit, .throw: break
        default:
            nextHops = several ?? (single.device == nil && single.gateway == nil ? [] : [single])
        }
    }

    private mutating func take(metrics: AttributeReader) {
        for metric in metrics {
            switch metric.type {
            case Int(RTAX_MTU): mtu = metric.payload.u32
            case Int(RTAX_ADVMSS): advertisedMSS = metric.payload.u32
            default: break
            }
        }
    }
}

extension NextHop {
    /// Takes over RTA_OIF, RTA_GATEWAY or RTA_VIA; others are passed by.
    fileprivate mutating func take(_ attribute: Attribute, family: AddressFamily, interfaces: InterfaceTable) {
        let value = attribute.payload
        switch rtattr_type_t(UInt32(attribute.type)) {
        case RTA_OIF: device = value.u32.flatMap { $0 == 0 ? nil : interfaces.name(of: $0) }
        case RTA_GATEWAY: gateway = value.address(of: family).flatMap { $0.isAny ? nil : $0 }
        case RTA_VIA:
            // struct rtvia: the family in 2 bytes, then the address.
            gateway = value.u16.flatMap { AddressFamily(number: $0) }.flatMap { value.part(from: 2).address(of: $0) }
        default: break
        }
    }
}

extension [NextHop] {
    /// Reads RTA_MULTIPATH, a row of `struct rtnexthop` with attributes; ends at a length that cannot be true.
    fileprivate init(multipath: Bytes, family: AddressFamily, interfaces: InterfaceTable) {
        self = []
        let headerSize = MemoryLayout<rtnexthop>.size
        var rest = multipath
        while let header = rest.structure(rtnexthop()), header.rtnh_len >= headerSize,
            Int(header.rtnh_len) <= rest.count
        {
            let length = Int(header.rtnh_len)
            let index = UInt32(bitPattern: header.rtnh_ifindex)
            var hop = NextHop(
                device: index == 0 ? nil : interfaces.name(of: index), weight: Int(header.rtnh_hops) + 1,
                isOnLink: Int32(header.rtnh_flags) & RTNH_F_ONLINK != 0)
            for attribute in rest.part(from: 0, length: length).attributes(after: headerSize) {
                hop.take(attribute, family: family, interfaces: interfaces)
            }
            append(hop)
            rest = rest.part(from: aligned(length))
        }
    }
}
