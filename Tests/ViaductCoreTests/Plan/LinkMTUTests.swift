import NetworkModel
import Testing
import ViaductCore

/// What the MTU of a link becomes as the SAs come and go.
@Suite("The MTU of a link") struct LinkMTUTests {
    private func tunnel(from hosts: [RemoteHost]? = nil, start: StartMode = .up) throws -> Tunnel {
        let psk = Authentication.psk(.file("/etc/viaduct/office.psk"))
        return Tunnel(
            name: try name("office"),
            local: LocalEnd(address: try address("192.0.2.1"), identity: "a", authentication: psk),
            remote: RemoteEnd(
                hosts: try hosts ?? [.address(address("198.51.100.2"))], identity: "b", authentication: psk),
            interface: TunnelInterface(kind: .xfrm, name: try interface("office"), id: .fixed(42)),
            routes: [TunnelRoute(to: try prefix("10.8.0.0/16"))], children: [TunnelChild(name: try name("office"))],
            start: start)
    }

    private func mtu(_ host: FakeHost) -> UInt32? { host.links.first { $0.name.text == "office" }?.mtu }

    @Test("is lowered when the SA turns out to go in UDP, and stays so while there is no SA")
    func network() throws {
        var host = try FakeHost.gateway()
        let tunnel = try tunnel()
        try host.up(tunnel)
        #expect(mtu(host) == 1446)
        host.charon?.children[0].isEncapsulated = true
        try host.up(tunnel)
        #expect(mtu(host) == 1438)
        host.charon?.children = []
        host.peerAnswers = false
        #expect(try host.planUp(tunnel).steps.allSatisfy { if case .changeLink = $0 { false } else { true } })
        // An SA without UDP is the proof that the NAT is gone.
        host.peerAnswers = true
        try host.up(tunnel)
        try host.up(tunnel)
        #expect(mtu(host) == 1446)
    }

    @Test("is that behind a NAT from the start when the peer may call from anywhere")
    func anywhere() throws {
        var host = try FakeHost.gateway()
        try host.up(try tunnel(from: [], start: .listen))
        #expect(mtu(host) == 1438)
        #expect(try host.planUp(try tunnel(from: [], start: .listen)).steps == [])
    }

    @Test("is the same in the printed script as it is on the link")
    func printed() throws {
        var host = try FakeHost.gateway()
        let tunnel = try tunnel()
        try host.up(tunnel)
        host.charon?.children[0].isEncapsulated = true
        let plan = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        #expect(plan.steps.contains { if case .addLink(let link) = $0 { link.mtu == 1438 } else { false } })
    }

    @Test("asks for another place when the tunnel is up in another namespace")
    func elsewhere() throws {
        var host = try FakeHost.gateway()
        var tunnel = try tunnel()
        try host.up(tunnel)
        tunnel.interface.namespace = NamespaceName("blue")
        let error = try #require(throws: PlanError.self) { try host.planUp(tunnel) }
        #expect(error.obstacles == [.elsewhere(tunnel: "office", namespace: nil)])
    }

    @Test("is not asked for where charon would place virtual addresses itself")
    func virtualAddresses() throws {
        var host = try FakeHost.gateway()
        host.charon?.addressInstallation = "set it"
        var tunnel = try tunnel()
        #expect(throws: Never.self) { try host.planUp(tunnel) }
        tunnel.peers[0].virtualAddresses = [.ipv4]
        let error = try #require(throws: PlanError.self) { try host.planUp(tunnel) }
        #expect(error.obstacles == [.addressesInstalled("set it")])
    }
}
