import NetworkModel
import Testing
import ViaductCore

/// What may disturb a tunnel is said beside its plan; an XFRM interface is disturbed by none of it.
@Suite("Warnings") struct WarningTests {
    private func tunnel(_ interface: String, routes: String = "10.2.0.0/16") throws -> Tunnel {
        try SpecReader.read(
            text: "local: 192.0.2.1\nremote: 198.51.100.2\npsk: { file: office.psk }\n"
                + "interface: { \(interface) }\nroutes: [\(routes)]\n",
            file: "office.yaml", name: name("office"), directory: "/etc/viaduct")
    }

    private func warnings(
        _ tunnel: Tunnel, plugins: Set<String> = ["connmark", "bypass-lan"], kernel: String = "6.1.0-9-amd64",
        bypassRemedy: String? = "REMEDY", options: Planner.Options = Planner.Options()
    ) throws -> [PlanWarning] {
        var host = try FakeHost.gateway()
        var machine = host.observe(tunnel.name, spec: tunnel)
        machine.kernel = KernelVersion(kernel)
        machine.charon?.plugins = plugins
        machine.charon?.bypassRemedy = bypassRemedy
        return try Planner.up(tunnel, on: machine, options: options).warnings
    }

    @Test("bypass-lan disturbs a VTI whose network or route has addresses at both ends")
    func bypassedLAN() throws {
        func networks(_ tunnel: Tunnel) throws -> [String] {
            try warnings(tunnel, plugins: ["bypass-lan"]).map { warning in
                guard case .bypassedLAN(let network, interface: "office", remedy: "REMEDY") = warning else {
                    return "\(warning)"
                }
                return network
            }
        }
        #expect(try networks(tunnel("kind: vti")) == [])
        #expect(try networks(tunnel("kind: vti, addresses: [169.254.7.1/30]")) == ["169.254.7.0/30"])
        #expect(try networks(tunnel("kind: vti, addresses: ['fd00::1/64']")) == ["fd00::/64"])
        #expect(try networks(tunnel("kind: vti, addresses: [{ address: 10.9.0.1, peer: 10.9.0.2 }]")) == [])
        // The LAN 10.1.0.0/24 lies in what is routed to the other side.
        #expect(try networks(tunnel("kind: vti", routes: "10.0.0.0/8, 10.2.0.0/16")) == ["10.0.0.0/8"])
        // charon passes over default routes.
        #expect(try networks(tunnel("kind: vti", routes: "default")) == [])
        // Routing daemons speak from one link-local address to the other.
        #expect(try networks(tunnel("kind: vti, multicast: true")) == ["fe80::/64"])
        #expect(try networks(tunnel("kind: vti, netns: blue, addresses: [169.254.7.1/30]")) == [])
        #expect(try networks(tunnel("kind: xfrm, addresses: [169.254.7.1/30]", routes: "10.0.0.0/8")) == [])
        let left = try warnings(
            tunnel("kind: vti, addresses: [169.254.7.1/30]"), plugins: ["bypass-lan"], bypassRemedy: nil)
        #expect(left == [])
    }

    @Test("connmark disturbs a VTI with a mark that charon may hand out")
    func connectionMark() throws {
        let both = try tunnel("kind: vti, id: { in: 7, out: 0x100 }")
        #expect(try warnings(both) == [.connectionMark(7)])
        #expect(try warnings(tunnel("kind: vti, id: 255")) == [.connectionMark(255)])
        #expect(try warnings(tunnel("kind: vti, id: 256")) == [])
        #expect(try warnings(tunnel("kind: vti")) == [])
        #expect(try warnings(tunnel("kind: xfrm, id: 7")) == [])
        #expect(try warnings(both, plugins: ["bypass-lan"]) == [])
        #expect(try warnings(both, options: Planner.Options(withIKE: false)) == [])
    }

    @Test(
        "a kernel on which VTIs are reported to miss packets is named",
        arguments: [("4.19.0", false), ("6.11.9", false), ("6.12.57+deb13-amd64", true), ("7.0", true), ("?", false)])
    func missedVTI(release: String, isMeant: Bool) throws {
        let tunnel = try tunnel("kind: vti")
        #expect(try warnings(tunnel, kernel: release) == (isMeant ? [.missedVTI(kernel: release)] : []))
        #expect(try warnings(self.tunnel("kind: xfrm"), kernel: release) == [])
    }

    @Test("who has the link already is not told of the kernel again")
    func known() throws {
        let tunnel = try tunnel("kind: vti")
        var host = try FakeHost.gateway()
        try host.up(tunnel)
        var machine = host.observe(tunnel.name, spec: tunnel)
        machine.kernel = KernelVersion("6.12.0")
        let plan = try Planner.up(tunnel, on: machine)
        #expect(plan.isEmpty)
        #expect(plan.warnings == [])
    }

    @Test("what charon does with routes stands in the way of a VTI's any-to-any selectors alone")
    func routeInstallation() throws {
        func obstacles(_ interface: String, traffic: String = "") throws -> [PlanError.Obstacle] {
            let spec =
                "local: 192.0.2.1\nremote: 198.51.100.2\npsk: { file: office.psk }\n"
                + "interface: { \(interface) }\nroutes: [10.2.0.0/24]\n" + traffic
            let tunnel = try SpecReader.read(
                text: spec, file: "office.yaml", name: name("office"), directory: "/etc/viaduct")
            var host = try FakeHost.gateway()
            host.charon?.routeInstallation = .notYetRead(evidence: "EVIDENCE", restart: "RESTART")
            do {
                _ = try host.planUp(tunnel)
                return []
            } catch let error as PlanError {
                return error.obstacles
            }
        }
        #expect(try obstacles("kind: vti") == [.settingsNotRead(evidence: "EVIDENCE", restart: "RESTART")])
        #expect(try obstacles("kind: xfrm") == [])
        #expect(try obstacles("kind: vti", traffic: "traffic: { remote: 10.2.0.0/24 }\n") == [])
    }
}
