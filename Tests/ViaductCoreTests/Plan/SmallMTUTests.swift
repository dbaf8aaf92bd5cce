import NetworkModel
import Testing
import ViaductCore

/// The kernel has no IPv6 on a link whose MTU is below 1280, and refuses settings of it.
@Suite("A link too small for IPv6") struct SmallMTUTests {
    private static func tunnel(_ kind: TunnelKind, mtu: UInt32) throws -> Tunnel {
        let name = try name("office")
        return Tunnel(
            name: name,
            local: LocalEnd(address: try address("192.0.2.1"), authentication: .psk(.file("/etc/viaduct/office.psk"))),
            remote: RemoteEnd(
                hosts: [.address(try address("198.51.100.2"))],
                authentication: .psk(.file("/etc/viaduct/office.psk"))),
            interface: TunnelInterface(
                kind: kind, name: try interface("office"), addresses: [TunnelAddress(try prefix("169.254.7.1/30"))],
                mtu: mtu),
            routes: [TunnelRoute(to: try prefix("192.168.88.0/24"))], children: [TunnelChild(name: name)])
    }

    @Test("is asked for nothing of it, also when IPv6 goes and comes with an edit", arguments: [TunnelKind.xfrm, .vti])
    func life(kind: TunnelKind) throws {
        var host = try FakeHost.gateway()
        let start = Snapshot(host)
        for mtu in [UInt32(68), 1279, 1280, 1279] {
            let tunnel = try Self.tunnel(kind, mtu: mtu)
            try host.up(tunnel)
            #expect(try host.planUp(tunnel).steps == [])
            var fresh = try FakeHost.gateway()
            try fresh.up(tunnel)
            #expect(host.links == fresh.links)
            #expect(host.sysctls == fresh.sysctls)
        }
        try host.down(try name("office"))
        #expect(start.difference(to: Snapshot(host)) == [])
    }
}
