import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelRouteTests {
    /// A namespace with `d0` and `d1`, both families, and gateways that can be reached.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        for (device, own) in [("d0", 1), ("d1", 2)] {
            try sandbox.makeLink(device)
            try sandbox.add("192.0.\(own).1/24", to: device)
            try sandbox.add("fd00:\(own)::1/64", to: device)
        }
        return sandbox
    }

    private static func hop(_ device: String, _ gateway: String? = nil, weight: Int = 1, onLink: Bool = false)
        -> NextHop
    {
        NextHop(
            device: InterfaceName(device), gateway: gateway.flatMap { IPAddress($0) }, weight: weight, isOnLink: onLink)
    }

    private static func route(
        _ text: String, _ type: RouteType = .unicast, _ hops: [NextHop] = [], scope: RouteScope? = nil,
        change: (inout Route) -> Void = { _ in }
    ) -> Route {
        guard let destination = IPPrefix(text) else { fatalError(text) }
        var route = Route(
            to: destination, type: type, nextHops: hops, table: 70000, metric: 7, origin: 155, scope: scope)
        change(&route)
        return route
    }

    /// Routes as the kernel shows them; the scope is the one it gives when none is named.
    static let routes: [Route] = [
        route("10.0.0.0/8", .unicast, [hop("d0")], scope: .link),
        route("0.0.0.0/0", .unicast, [hop("d0", "192.0.1.2")], scope: .universe),
        route("10.1.0.0/16", .unicast, [hop("d0", "203.0.113.1", onLink: true)], scope: .universe) {
            $0.mtu = 1400
            $0.advertisedMSS = 1360
            $0.source = IPAddress("192.0.1.1")
        },
        route("10.2.0.0/16", .unicast, [hop("d0", "192.0.1.2", weight: 3), hop("d1")], scope: .universe),
        route("10.3.0.0/16", .unicast, [hop("d0", "fd00:1::2")], scope: .universe),
        route("10.4.0.0/16", .blackhole, scope: .universe), route("10.5.0.0/16", .unreachable, scope: .universe),
        route("10.6.0.0/16", .prohibit, scope: .universe), route("10.7.0.0/16", .throw, scope: .universe),
        route("10.8.0.0/16", .unicast, [hop("d0")], scope: .link) { $0.table = 255 },
        route("fd00:a::/32", .unicast, [hop("d0")]), route("::/0", .unicast, [hop("d0", "fd00:1::2")]),
        route("fd00:b::/32", .unicast, [hop("d0", "fd00:1::2", weight: 2), hop("d1", "fd00:2::2")]),
        route("fd00:c::/32", .unicast, [hop("d0", "fe80::1")]) {
            $0.mtu = 1400
            $0.advertisedMSS = 1360
            $0.source = IPAddress("fd00:1::1")
        },
        route("fd00:d::/32", .blackhole), route("fd00:e::/32", .unreachable), route("fd00:f::/32", .prohibit),
        route("fd01::/32", .throw), route("fd02::/32", .unicast, [hop("d0", "fd09::1", onLink: true)]),
    ]

    @Test(arguments: routes) func `a route reads as it was added, and is gone after its removal`(route: Route) throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        // The kernel's own come in their time, as links get ready.
        let before = try sandbox.socket.routes(interfaces: interfaces).filter { $0.origin != 2 }
        try sandbox.socket.perform(.add(route, interfaces: interfaces))
        #expect(try sandbox.socket.routes(origin: 155, interfaces: interfaces) == [route])
        #expect(try sandbox.socket.routes(table: route.table, interfaces: interfaces).contains(route))
        let again = try failure { try sandbox.socket.perform(.add(route, interfaces: interfaces)) }
        #expect(again.isAlreadyThere)
        var unscoped = route
        unscoped.scope = nil
        try sandbox.socket.perform(.delete(unscoped, interfaces: interfaces))
        let error = try failure { try sandbox.socket.perform(.delete(route, interfaces: interfaces)) }
        #expect(error.isAlreadyGone)
        #expect(try sandbox.socket.routes(interfaces: interfaces).filter { $0.origin != 2 } == before)
    }

    @Test(arguments: routes) func `a route without a scope gets the one it reads with`(route: Route) throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        var unscoped = route
        unscoped.scope = nil
        try sandbox.socket.perform(.add(unscoped, interfaces: interfaces))
        #expect(try sandbox.socket.routes(origin: 155, interfaces: interfaces) == [route])
        try sandbox.socket.perform(.delete(route, interfaces: interfaces))
    }

    @Test func `a removal takes no route that differs in device or origin`() throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        let route = Self.route("10.0.0.0/8", .unicast, [Self.hop("d0")])
        try sandbox.socket.perform(.add(route, interfaces: interfaces))
        for other in [Self.route("10.0.0.0/8", .unicast, [Self.hop("d1")]), Self.route("10.0.0.0/8", .blackhole)] {
            #expect(throws: NetlinkError.self) { try sandbox.socket.perform(.delete(other, interfaces: interfaces)) }
        }
        var foreign = route
        foreign.origin = 4
        #expect(throws: NetlinkError.self) { try sandbox.socket.perform(.delete(foreign, interfaces: interfaces)) }
        #expect(try sandbox.socket.routes(table: 70000, interfaces: interfaces).count == 1)
    }

    @Test func `replace swaps a route for a blackhole of the same metric`() throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        for pair in [("10.0.0.0/8", RouteScope.universe), ("fd00:a::/32", nil)] {
            let unicast = Self.route(pair.0, .unicast, [Self.hop("d0")])
            let blackhole = Self.route(pair.0, .blackhole, scope: pair.1)
            try sandbox.socket.perform(.add(unicast, interfaces: interfaces))
            try sandbox.socket.perform(.replace(blackhole, interfaces: interfaces))
            let family = unicast.family
            let read = try sandbox.socket.routes(family: family, table: 70000, interfaces: interfaces)
            #expect(read == [blackhole])
        }
    }

    @Test func `an IPv6 metric left to the kernel reads as 1024`() throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        var route = Self.route("fd00:a::/32", .unicast, [Self.hop("d0")])
        route.metric = nil
        try sandbox.socket.perform(.add(route, interfaces: interfaces))
        #expect(try sandbox.socket.routes(origin: 155, interfaces: interfaces).map(\.metric) == [1024])
        try sandbox.socket.perform(.delete(route, interfaces: interfaces))
    }

    @Test func `a table that was never used is empty`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.socket.routes(table: 4711, interfaces: InterfaceTable()).isEmpty)
    }
}
