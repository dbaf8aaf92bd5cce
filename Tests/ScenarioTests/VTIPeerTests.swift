import TestBed
import Testing

/// The link of a tunnel whose peer is given by name.
@Suite(.testBed) struct VTIPeerTests {
    @Test func `the link's remote follows a peer that moves, and nothing else changes`() async throws {
        let net = try await SiteToSite()
        let (gateway, peer) = (net.a.gateway, net.b.gateway)
        func write(hosts address: String) throws {
            try gateway.write("127.0.0.1 localhost\n\(address) peer.example.test\n", to: "/etc/hosts")
        }
        func specs(peer address: String) throws {
            let own = "remote: { address: peer.example.test, id: peer.example.test }"
            try net.a.writeSpec(
                "psk: { file: office.psk }\nstart: listen\n"
                    + net.a.lines(interface: "kind: vti, id: 0x2a00").replacing("remote: \(net.a.peer)", with: own))
            let local = "local: { address: \(address), id: peer.example.test }"
            try net.b.writeSpec(
                "psk: { file: office.psk }\nstart: up\n"
                    + net.b.lines(interface: "kind: vti").replacing("local: \(net.b.outer)", with: local))
        }
        try write(hosts: net.b.outer)
        try specs(peer: net.b.outer)
        let before = try await gateway.dump().without(.file)
        try await gateway.viaduct("up", "office").checked()
        try await peer.viaduct("up", "office", "--timeout", "90s").checked()
        #expect(try await gateway.ping(net.b.v4, count: 2, source: net.a.v4).received == 2)
        let first = try await gateway.dump()
        #expect(first[.link].contains { $0.hasSuffix("remote=\(net.b.outer)") }, "\(first[.link])")

        // The peer gets another address and calls from there; its name follows.
        let moved = "192.0.2.77"
        try await peer.viaduct("down", "office").checked()
        try await peer.ip("address delete \(net.b.outer)/24 dev wan", "address add \(moved)/24 dev wan")
        try write(hosts: moved)
        try specs(peer: moved)
        try await peer.viaduct("up", "office", "--timeout", "90s").checked()
        #expect(try await gateway.ping(net.b.v4, count: 2, source: net.a.v4).received == 0)

        let second = try await gateway.viaduct("up", "office").checked()
        #expect(second.steps.count == 1, "\(second)")
        #expect(
            second.steps.allSatisfy { $0.hasPrefix("ip link change ") && $0.contains("remote \(moved)") }, "\(second)")
        let difference = first.only(.link, .address, .route, .rule, .sysctl)
            .difference(to: try await gateway.dump().only(.link, .address, .route, .rule, .sysctl))
        #expect(!difference.isEmpty)
        #expect(
            difference.allSatisfy {
                $0.hasPrefix("- link: office ") && $0.hasSuffix("=\(net.b.outer)")
                    || $0.hasPrefix("+ link: office ") && $0.hasSuffix("=\(moved)")
            }, "\(difference)")
        for (target, source) in [(net.b.v4, net.a.v4), (net.b.v6, net.a.v6)] {
            #expect(try await gateway.ping(target, count: 3, source: source).received == 3)
        }
        let third = try await gateway.viaduct("up", "office").checked()
        #expect(third.stdout.contains("nothing to do"), "\(third)")
        try await gateway.viaduct("down", "office").checked()
        try await peer.viaduct("down", "office").checked()
        expectEqual(before, try await gateway.dump().without(.file), "left over")
    }
}

/// `kind: auto`: an XFRM interface where the kernel has them, else a VTI.
@Suite struct AutomaticKindTests {
    @Test(.testBedAlone) func `without XFRM interfaces auto is a VTI, and with them it becomes one again`() async throws
    {
        let net = try await SiteToSite()
        for site in net.sites {
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(site.start)\n" + site.lines(interface: "kind: auto"))
        }
        let before = try await net.dumps()
        try await XFRMModule.remove(by: net.a.gateway)
        try await net.up()
        try await expectTunnel(net, kind: "vti")

        // The kernel learns it, as after an update.
        try await XFRMModule.restore(by: net.a.gateway)
        try await net.up()
        try await expectTunnel(net, kind: "xfrm")
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            expectEqual(before[index], after, "left over at \(net.sites[index].gateway.name)")
        }
    }

    private func expectTunnel(_ net: SiteToSite, kind: String) async throws {
        for site in net.sites {
            let link = try await site.gateway.run("ip", "-d", "link", "show", "office")
            #expect(link.contains(" \(kind) "), "\(link)")
            let again = try await site.gateway.viaduct("up", "office").checked()
            #expect(again.stdout.contains("nothing to do"), "\(again)")
        }
        for (path, result) in try await net.pingAll(count: 3) {
            #expect(result.received == 3, "\(kind), \(path): \(result)")
        }
        #expect(try await net.underlay.counts().clear == 0)
    }
}
