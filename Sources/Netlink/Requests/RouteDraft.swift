internal import CLibnl
internal import Glibc
internal import NetworkModel

/// A route in libnl-route's form, which builds the message; it owns the libnl object.
struct RouteDraft: ~Copyable {
    private let draft: OpaquePointer
    private let operation: NetlinkError.Operation
    private let subject: Subject

    init(_ operation: NetlinkError.Operation, _ route: Route, interfaces: InterfaceTable) throws(NetlinkError) {
        let subject = Subject.route(route)
        guard let draft = rtnl_route_alloc() else { throw NetlinkError(operation, subject, code: ENOMEM) }
        do throws(NetlinkError) {
            try Self.fill(draft, route, operation, interfaces)
        } catch {
            rtnl_route_put(draft)
            throw error
        }
        self.draft = draft
        self.operation = operation
        self.subject = subject
    }

    deinit {
        rtnl_route_put(draft)
    }

    /// The message for the operation.
    func request() throws(NetlinkError) -> Request {
        var built: OpaquePointer?
        let status =
            switch operation {
            case .delete: rtnl_route_build_del_request(draft, 0, &built)
            case .replace: rtnl_route_build_add_request(draft, NLM_F_REPLACE, &built)
            default: rtnl_route_build_add_request(draft, NLM_F_EXCL, &built)
            }
        return try MessageBuilder(adopting: built, status: status).finish(operation, subject)
    }

    private static func fill(
        _ draft: OpaquePointer, _ route: Route, _ operation: NetlinkError.Operation, _ interfaces: InterfaceTable
    ) throws(NetlinkError) {
        let subject = Subject.route(route)
        func check(_ status: Int32) throws(NetlinkError) {
            guard status < 0 else { return }
            throw NetlinkError(operation, subject, code: status == -NLE_NOMEM ? ENOMEM : EINVAL)
        }
        try check(rtnl_route_set_family(draft, route.family.number))
        try check(rtnl_route_set_type(draft, route.type.rawValue))
        rtnl_route_set_table(draft, route.table)
        rtnl_route_set_protocol(draft, route.origin)
        // Always set: libnl's own guess counts reject routes as link, and does not know gateways of the other family.
        rtnl_route_set_scope(draft, (route.scope ?? defaultScope(of: route, operation)).rawValue)
        if let metric = route.metric { rtnl_route_set_priority(draft, metric) }
        try withAddress(route.destination) { (address) throws(NetlinkError) in
            try check(rtnl_route_set_dst(draft, address))
        }
        if let source = route.source {
            try withAddress(IPPrefix(host: source)) { (address) throws(NetlinkError) in
                try check(rtnl_route_set_pref_src(draft, address))
            }
        }
        if let mtu = route.mtu { try check(rtnl_route_set_metric(draft, Int32(RTAX_MTU), mtu)) }
        if let mss = route.advertisedMSS { try check(rtnl_route_set_metric(draft, Int32(RTAX_ADVMSS), mss)) }
        for hop in route.nextHops {
            guard (1...256).contains(hop.weight) else {
                throw NetlinkError(operation, subject, code: EINVAL, hint: "a weight is 1 to 256")
            }
            guard let next = rtnl_route_nh_alloc() else { throw NetlinkError(operation, subject, code: ENOMEM) }
            // From here on the route owns it.
            rtnl_route_add_nexthop(draft, next)
            rtnl_route_nh_set_weight(next, UInt8(hop.weight - 1))
            if let device = hop.device {
                rtnl_route_nh_set_ifindex(
                    next, Int32(bitPattern: try interfaces.index(of: device, for: operation, subject)))
            }
            if hop.isOnLink { rtnl_route_nh_set_flags(next, UInt32(RTNH_F_ONLINK)) }
            guard let gateway = hop.gateway else { continue }
            try withAddress(IPPrefix(host: gateway)) { (address) throws(NetlinkError) in
                // RTA_VIA: an IPv4 route over an IPv6 gateway.
                if gateway.family == route.family {
                    rtnl_route_nh_set_gateway(next, address)
                } else {
                    try check(rtnl_route_nh_set_via(next, address))
                }
            }
        }

        /// Lends an address to libnl, which takes a reference of its own where it keeps it.
        func withAddress(
            _ prefix: IPPrefix, _ body: (OpaquePointer) throws(NetlinkError) -> Void
        ) throws(NetlinkError) {
            let bytes = prefix.address.bytes
            guard let address = nl_addr_build(Int32(prefix.family.number), bytes, bytes.count) else {
                throw NetlinkError(operation, subject, code: ENOMEM)
            }
            defer { nl_addr_put(address) }
            nl_addr_set_prefixlen(address, Int32(prefix.length))
            try body(address)
        }
    }

    /// The scope that ip-route(8) sends when none is named.
    ///
    /// Only IPv4 has scopes. A removal says `nowhere`, which matches any.
    private static func defaultScope(of route: Route, _ operation: NetlinkError.Operation) -> RouteScope {
        if operation == .delete { return .nowhere }
        if route.family == .ipv6 { return .universe }
        return switch route.type {
        case .local: .host
        case .broadcast, .multicast, .anycast: .link
        case .unicast: route.nextHops.contains { $0.gateway != nil } ? .universe : .link
        case .blackhole, .unreachable, .prohibit, .throw: .universe
        }
    }
}
