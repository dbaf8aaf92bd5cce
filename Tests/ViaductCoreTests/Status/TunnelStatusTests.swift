import NetworkModel
import Testing
import ViaductCore

@Suite("The state of a tunnel in one word")
struct TunnelStatusTests {
    private static let spec = """
        local: 203.0.113.10
        remote: 198.51.100.7
        psk: { value: secret }
        interface: { addresses: [169.254.7.1/30] }
        routes: [10.2.0.0/24]

        """

    private func tunnel(_ more: String = "") throws -> Tunnel { try readSpec(Self.spec + more) }

    /// The status with SAs as charon would tell of those that the host has.
    private func status(_ host: inout FakeHost, _ tunnel: Tunnel, spec: SpecReading? = nil) -> TunnelStatus {
        var machine = host.observe(tunnel.name, spec: tunnel)
        let children = (machine.charon?.children ?? []).map {
            ChildStatus(name: $0.child, state: $0.isInstalled ? "INSTALLED" : "CREATED", binding: $0.binding)
        }
        if !children.isEmpty {
            machine.charon?.sas = [IKEStatus(connection: tunnel.name.text, state: "ESTABLISHED", children: children)]
        }
        return TunnelStatus(of: tunnel.name, spec: spec ?? .read(tunnel), on: machine)
    }

    @Test("down before up, up behind it, and down again")
    func life() throws {
        let tunnel = try tunnel()
        var host = try FakeHost.gateway()
        #expect(status(&host, tunnel).condition == .down)
        try host.up(tunnel)
        let up = status(&host, tunnel)
        #expect(up.condition == .up)
        #expect(up.differences.isEmpty)
        #expect(up.links.map(\.name.text) == ["office"])
        #expect(up.routes.map { "\($0.destination)" } == ["10.2.0.0/24"])
        #expect(up.fences.count == 1)
        try host.down(tunnel.name)
        #expect(status(&host, tunnel).condition == .down)
    }

    @Test(
        "waiting without SAs, and why",
        arguments: [
            ("start: up\n", "no SA of office, and charon is not negotiating: viaduct up office"),
            ("start: on-demand\n", "no SA yet: the first packet brings it"),
            ("start: listen\n", "no SA yet: the peer has to call"),
        ])
    func waiting(start: String, reason: String) throws {
        let tunnel = try tunnel(start)
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        host.charon?.children = []
        let waiting = status(&host, tunnel)
        #expect(waiting.condition == .waiting)
        #expect(waiting.reason == reason)
    }

    @Test("drifted when something differs, with the command that up would run")
    func drifted() throws {
        let tunnel = try tunnel()
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        host.routes.removeAll { $0.type == .unicast && $0.origin == Ownership.origin }
        let drifted = status(&host, tunnel)
        #expect(drifted.condition == .drifted)
        #expect(drifted.differences == ["ip -4 route add 10.2.0.0/24 dev office proto 222"])
        #expect(drifted.reason == "1 difference from its spec, the first: \(drifted.differences[0])")
    }

    @Test("drifted without a spec, and with one that cannot be read")
    func orphan() throws {
        let tunnel = try tunnel()
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        let orphan = status(&host, tunnel, spec: SpecReading.none)
        #expect(orphan.condition == .drifted)
        #expect(orphan.reason == "it has no spec any more: viaduct down office")
        let broken = status(&host, tunnel, spec: .unreadable("office.yaml:1:1: bad\nmore"))
        #expect(broken.condition == .drifted)
        #expect(broken.reason == "its spec cannot be read: office.yaml:1:1: bad")
        try host.down(tunnel.name)
        #expect(status(&host, tunnel, spec: .unreadable("bad")).condition == .blocked)
    }

    @Test("blocked when the link is down or gone, and the fence is there")
    func blocked() throws {
        let tunnel = try tunnel()
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        let index = try #require(host.links.firstIndex { $0.name.text == "office" })
        host.links[index].isUp = false
        #expect(status(&host, tunnel).condition == .blocked)
        #expect(status(&host, tunnel).reason == "its link office is set down, and the fence holds its packets back")
        host.links.remove(at: index)
        host.routes.removeAll { $0.type == .unicast && $0.origin == Ownership.origin }
        #expect(status(&host, tunnel).reason == "its link is gone, and the fence holds its packets back")
    }

    @Test("blocked when up would refuse, with its words")
    func obstacle() throws {
        let tunnel = try tunnel()
        var host = try FakeHost.gateway()
        host.charon = nil
        let blocked = status(&host, tunnel)
        #expect(blocked.condition == .blocked)
        #expect(blocked.reason == "\(PlanError.Obstacle.charonAbsent)")
    }

    @Test("a rate is what came between two looks, and none when the count went back")
    func rate() {
        let old = TrafficCount(bytes: 1000, packets: 10)
        let new = TrafficCount(bytes: 3000, packets: 14)
        #expect(TrafficRate(from: old, to: new, seconds: 2)?.bytes == 1000)
        #expect(TrafficRate(from: old, to: new, seconds: 2)?.packets == 2)
        #expect(TrafficRate(from: new, to: old, seconds: 2) == nil)
        #expect(TrafficRate(from: old, to: new, seconds: 0) == nil)
    }
}
