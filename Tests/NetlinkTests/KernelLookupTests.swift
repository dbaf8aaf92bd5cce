import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelLookupTests {
    /// `d0` with a default route; 10.0.0.0/8 and fd00:a::/32 by mark 7 in table 100; one prefix of each type that drops.
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.socket.perform(.change(.name(.loopback), LinkChange(isUp: true)))
        try sandbox.makeLink("d0")
        try sandbox.add("192.0.2.1/24", to: "d0")
        try sandbox.add("fd00::1/64", to: "d0")
        let interfaces = try sandbox.interfaces()
        let drops: [(String, RouteType)] = [
            ("10.1.0.0/16", .blackhole), ("fd01::/16", .blackhole), ("10.2.0.0/16", .unreachable),
            ("fd02::/16", .unreachable), ("10.3.0.0/16", .prohibit), ("fd03::/16", .prohibit),
        ]
        var routes = try drops.map { Route(to: try prefix($0.0), type: $0.1) }
        for text in ["172.16.0.0/12", "fd0a::/16"] {
            routes.append(Route(to: try prefix(text), device: try name("d0"), table: 100, mtu: 1400))
        }
        for route in routes { try sandbox.socket.perform(.add(route, interfaces: interfaces)) }
        for family in AddressFamily.allCases {
            try sandbox.socket.perform(
                .add(Rule(family: family, priority: 100, action: .lookup(table: 100), mark: Mark(7))))
        }
        return sandbox
    }

    @Test(arguments: ["172.16.0.1", "fd0a::1"]) func `a mark leads to another table`(text: String) throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        let destination = try address(text)
        #expect(try sandbox.socket.route(RouteQuery(to: destination), interfaces: interfaces) == .none)
        let answer = try sandbox.socket.route(RouteQuery(to: destination, mark: 7), interfaces: interfaces)
        guard case .found(let route) = answer else {
            Issue.record("\(answer)")
            return
        }
        let device = try name("d0")
        #expect(route.table == 100 && route.type == .unicast && route.nextHops.map(\.device) == [device])
        #expect(route.mtu == 1400)
        #expect(try route.source == address(destination.family == .ipv4 ? "192.0.2.1" : "fd00::1"))
    }

    @Test(arguments: [("172.16.0.1", "172.16.0.0/12"), ("fd0a::1", "fd0a::/16")])
    func `the entry of the table is found too`(text: String, entry: String) throws {
        let sandbox = try sandbox()
        let query = RouteQuery(to: try address(text), mark: 7, matchesTable: true)
        let answer = try sandbox.socket.route(query, interfaces: sandbox.interfaces())
        guard case .found(let route) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(try route.destination == NetlinkTests.prefix(entry))
    }

    @Test(arguments: [
        ("10.1.0.1", RouteAnswer.dropped(.blackhole)), ("fd01::1", .dropped(.blackhole)),
        ("10.2.0.1", .dropped(.unreachable)), ("fd02::1", .dropped(.unreachable)), ("10.3.0.1", .dropped(.prohibit)),
        ("fd03::1", .dropped(.prohibit)), ("198.51.100.1", .none), ("fd04::1", .none),
    ]) func `what drops a packet is told apart from no route`(text: String, expected: RouteAnswer) throws {
        let sandbox = try sandbox()
        let interfaces = try sandbox.interfaces()
        #expect(try sandbox.socket.route(RouteQuery(to: address(text)), interfaces: interfaces) == expected)
    }

    @Test func `an own address is local`() throws {
        let sandbox = try sandbox()
        // Not those of d0: an IPv6 address becomes local when duplicate detection gets to it, a moment later.
        for text in ["127.0.0.1", "::1"] {
            let answer = try sandbox.socket.route(RouteQuery(to: address(text)), interfaces: sandbox.interfaces())
            guard case .found(let route) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(route.type == .local)
        }
    }

    @Test func `source, interface, user, protocol and ports are taken`() throws {
        let sandbox = try sandbox()
        for (to, from) in [("192.0.2.9", "192.0.2.1"), ("fd00::9", "fd00::1")] {
            let query = RouteQuery(
                to: try address(to), from: try address(from), outputInterface: try name("d0"), user: 0, ipProtocol: 17,
                sourcePort: 500, destinationPort: 4500)
            let answer = try sandbox.socket.route(query, interfaces: sandbox.interfaces())
            guard case .found = answer else {
                Issue.record("\(answer)")
                continue
            }
        }
        let stranger = RouteQuery(to: try address("192.0.2.9"), outputInterface: try name("nobody"))
        let error = try failure { _ = try sandbox.socket.route(stranger, interfaces: sandbox.interfaces()) }
        #expect(error.codeName == "ENODEV")
    }
}
