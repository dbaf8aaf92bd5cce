import NetworkModel
import Testing
import ViaductCore

/// The virtual addresses that a peer hands out are on the link, also when a script makes the tunnel.
@Suite("Virtual addresses in a printed script") struct VirtualAddressScriptTests {
    @Test("are read from charon when the SA is there, and go to the link", arguments: [nil, "blue"])
    func script(namespace: String?) throws {
        let name = try name("office")
        let own = Authentication.psk(.file("/etc/viaduct/office.psk"))
        let peer = TunnelPeer(
            connection: name, local: LocalEnd(address: try address("192.0.2.1"), authentication: own),
            remote: RemoteEnd(hosts: [.address(try address("198.51.100.2"))], authentication: own),
            children: [TunnelChild(name: name, remote: [TrafficSelector(try prefix("10.1.0.0/16"))])],
            virtualAddresses: [.ipv4])
        let tunnel = Tunnel(
            name: name,
            interface: TunnelInterface(
                name: try interface("office"), namespace: namespace.flatMap { NamespaceName($0) }),
            routes: [TunnelRoute(to: try prefix("10.1.0.0/16"))], peers: [peer])
        let ip = namespace.map { "ip -n \($0)" } ?? "ip"
        let expected = [
            "sh", "-c",
            "for a in $(swanctl --list-sas --ike office --noblock | sed -n 's/^  local .*\\] \\[\\(.*\\)\\]$/\\1/p'); "
                + "do \(ip) address add \"$a\" dev office; done",
        ]
        let host = try FakeHost.gateway()
        var machine = Observed()
        machine.underlays = [name: try #require(host.underlay)]
        let printed = try Planner.fromScratch(tunnel, on: machine)
        #expect(printed.steps.flatMap(\.commands).last == .run(expected))
        // What is performed looks again instead, and adds the addresses by steps of their own.
        machine.charon = CharonState(version: "5.9.8")
        let performed = try Planner.up(tunnel, on: machine)
        #expect(!performed.steps.flatMap(\.commands).contains(.run(expected)))
    }
}
