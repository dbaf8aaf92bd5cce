import TestBed
import Testing

/// The kinds of links, and the ways that packets find them.
@Suite(.testBed) struct RoutingTests {
    @Test func `a VTI passes both families`() async throws {
        try await Routing(innerHosts: true) { _, site in site.lines(interface: "kind: vti, id: 42") }.live()
    }

    @Test func `a VTI with a key for each direction`() async throws {
        try await Routing { net, site in
            site.lines(interface: "kind: vti, id: { in: \(net.isA(site) ? "7, out: 8" : "9, out: 10") }")
        }.live()
    }

    @Test func `a VTI over IPv6 passes both families`() async throws {
        try await Routing { net, site in net.overIPv6(site, interface: "kind: vti") }.live()
    }

    @Test func `the link in a VRF`() async throws {
        var routing = Routing { _, site in site.lines(interface: "vrf: red") }
        routing.prepare = { net in
            for site in net.sites {
                try await site.gateway.ip(
                    "link add red type vrf table 100", "link set red up", "link set lan master red")
                try await site.gateway.address(["\(site.v6)/64"], on: "lan")
                // It mounts its cgroups below /run when it is first used.
                try await site.gateway.run("ip", "vrf", "exec", "red", "true")
            }
        }
        routing.traffic = { net in
            for (target, source) in [(net.b.v4, net.a.v4), (net.b.v6, net.a.v6)] {
                let ping = try await net.a.gateway.run(
                    "ip", "vrf", "exec", "red", "ping", "-n", "-c", "3", "-i", "0.2", "-I", source, target)
                #expect(ping.contains(" 0% packet loss"), "\(ping)")
            }
        }
        try await routing.live()
    }

    @Test func `the link in a network namespace, IKE and ESP outside`() async throws {
        var routing = Routing { net, site in
            net.isA(site)
                ? site.lines(interface: "netns: blue")
                : site.lines(interface: "kind: xfrm", routes: "[169.254.7.0/30]")
        }
        routing.prepare = { net in
            try await net.a.gateway.run("ip", "netns", "add", "blue")
            try await net.a.gateway.run("ip", "-n", "blue", "link", "set", "lo", "up")
        }
        routing.traffic = { net in
            for target in [net.b.v4, net.b.v6] {
                let ping = try await net.a.gateway.ping(target, netns: "blue")
                #expect(ping.received == 3, "\(ping)")
            }
        }
        try await routing.live { net in
            let inside = try await net.a.gateway.run("ip", "-n", "blue", "route", "show")
            #expect(inside.contains("10.2.0.0/24 dev office proto 222"), "\(inside)")
        }
    }
}
