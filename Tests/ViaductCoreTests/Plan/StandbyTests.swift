import NetworkModel
import Testing
import ViaductCore

/// Two tunnels to one place, the second with the greater metric.
@Suite struct StandbyTests {
    private func tunnel(_ name: String, metric: Int, extra: String = "", routes: String = "") throws -> Tunnel {
        let text = """
            local: 192.0.2.1
            remote: 198.51.100.\(metric)
            psk: { file: office.psk }
            routes: [{ to: 10.2.0.0/24, metric: \(metric) }, { to: "fd02::/64", metric: \(metric) }\(routes)]
            \(extra)
            """
        return try readSpec(text, name: name)
    }

    /// Both are up, and the first has lost its SAs.
    private func host(first: Tunnel, second: Tunnel) throws -> FakeHost {
        var host = try FakeHost.gateway()
        try host.up(first)
        try host.up(second)
        host.charon?.children.removeAll { $0.connection == first.name.text }
        return host
    }

    @discardableResult private func watch(_ tunnel: Tunnel, on host: inout FakeHost) throws -> Plan {
        try host.up(tunnel, options: Planner.Options(waits: false, standby: .used))
    }

    @Test func `without an SA a tunnel's routes give way to the other's, and come back with it; its fences stay`()
        throws
    {
        let first = try tunnel("first", metric: 100, routes: ", 10.9.0.0/24")
        let second = try tunnel("second", metric: 200)
        var host = try host(first: first, second: second)
        let before = Snapshot(host)
        let machine = host.observe(first.name, spec: first)
        let plan = try watch(first, on: &host)
        let detours = Planner.detours(in: plan, of: first, on: machine)
        #expect(detours.map(\.step) == plan.steps)
        #expect(detours.map { "\($0.destination) \($0.link)" } == ["10.2.0.0/24 second", "fd02::/64 second"])
        let link = first.interface.name
        #expect(
            host.routes.filter { $0.nextHops.first?.device == link }.map(\.destination.description) == ["10.9.0.0/24"])
        #expect(Set(host.routes.filter { $0.type == .unreachable }) == before.routes.filter { $0.type == .unreachable })
        #expect(try watch(first, on: &host).changesNothing)
        #expect(try watch(second, on: &host).changesNothing)
        try host.up(first, options: Planner.Options(standby: .used))
        #expect(try watch(first, on: &host).steps.count == 2)
        #expect(before.routes == Snapshot(host).routes)
    }

    @Test func `with an SA of any state, or when a packet is to bring it, nothing is taken away`() throws {
        let (first, second) = (try tunnel("first", metric: 100), try tunnel("second", metric: 200))
        var host = try host(first: first, second: second)
        host.charon?.children.append(
            CharonState.ChildState(
                connection: "first", child: "first", isInstalled: false, binding: nil, isEncapsulated: false))
        #expect(try watch(first, on: &host).changesNothing)
        let waiting = try tunnel("third", metric: 50, extra: "start: on-demand")
        try host.up(waiting)
        #expect(try watch(waiting, on: &host).changesNothing)
    }

    @Test func `only another tunnel's route to the same place with a greater metric stands in`() throws {
        let first = try tunnel("first", metric: 100)
        for other in [
            "routes: [{ to: 10.2.0.0/24, metric: 50 }]", "routes: [{ to: 10.2.0.0/24, metric: 200, table: 77 }]",
            "routes: [{ to: 10.2.0.0/25, metric: 200 }]",
        ] {
            let text = "local: 192.0.2.1\nremote: 198.51.100.9\npsk: { file: office.psk }\n\(other)"
            var host = try host(first: first, second: try readSpec(text, name: "second"))
            host.routes.append(
                Route(
                    to: try #require(IPPrefix("10.2.0.0/24")), device: try #require(InterfaceName("eth0")), metric: 300)
            )
            #expect(try watch(first, on: &host).changesNothing, "\(other)")
        }
    }

    @Test func `up makes the routes all the same, status bears with either, and down leaves nothing`() throws {
        let (first, second) = (try tunnel("first", metric: 100), try tunnel("second", metric: 200))
        var host = try host(first: first, second: second)
        try watch(first, on: &host)
        func plan(_ standby: Planner.Standby) throws -> Plan {
            try Planner.up(
                first, on: host.observe(first.name, spec: first),
                options: Planner.Options(waits: false, standby: standby))
        }
        #expect(try plan(.ignored).steps.count == 2)
        #expect(try plan(.tolerated).changesNothing)
        try host.up(first)
        #expect(try plan(.tolerated).changesNothing)
        try host.down(first.name)
        try host.down(second.name)
        #expect(Snapshot(try FakeHost.gateway()).difference(to: Snapshot(host)) == [])
    }
}
