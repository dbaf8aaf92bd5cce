import TestBed
import Testing

/// How large a packet may be: the MTU that is computed, and the segments of TCP.
@Suite(.testBed) struct SizeTests {
    /// A tunnel whose MTU is known beforehand.
    struct Size: Sendable {
        /// What it is, for a message.
        let what: String
        /// The lines of the spec for an end.
        let lines: @Sendable (SiteToSite, SiteToSite.Site) -> String
        /// The MTU that it must have over 1500 bytes.
        let mtu: Int
    }

    private static let cbc = "esp: { proposals: aes256-sha256-ecp384 }\n"

    static let sizes = [
        Size(what: "GCM over IPv4", lines: { $1.lines(interface: "kind: xfrm") }, mtu: 1446),
        Size(what: "GCM over IPv6", lines: { $0.overIPv6($1, interface: "kind: xfrm") }, mtu: 1426),
        Size(what: "CBC and SHA-256 over IPv4", lines: { $1.lines(interface: "kind: xfrm") + cbc }, mtu: 1438),
        Size(what: "CBC and SHA-256 over IPv6", lines: { $0.overIPv6($1, interface: "kind: xfrm") + cbc }, mtu: 1406),
        Size(what: "GCM in UDP", lines: { $1.lines(interface: "kind: xfrm") + "ike: { encap: true }\n" }, mtu: 1438),
        Size(what: "a VTI", lines: { $1.lines(interface: "kind: vti") }, mtu: 1446),
        Size(what: "a VTI over IPv6", lines: { $0.overIPv6($1, interface: "kind: vti") }, mtu: 1426),
    ]

    /// The MTU of a's link.
    private func mtu(_ net: SiteToSite) async throws -> Int? {
        let text = try await net.a.gateway.run("ip", "-o", "link", "show", "office")
        return text.firstRange(of: " mtu ").flatMap { Int(text[$0.upperBound...].prefix(while: \.isNumber)) }
    }

    /// The largest packet passes unfragmented in both families, and one of a byte more does not.
    private func expectLargest(_ mtu: Int, _ net: SiteToSite, _ what: String) async throws {
        for (target, source, headers) in [(net.b.v4, net.a.v4, 28), (net.b.v6, net.a.v6, 48)] {
            // Of several pings the last is waited for no longer than the others took.
            let fits = try await net.a.gateway.ping(
                target, count: 1, size: mtu - headers, dontFragment: true, source: source, patience: 10)
            #expect(fits.received == 1, "\(what), \(mtu) bytes: \(fits)")
            let more = try await net.a.gateway.ping(
                target, count: 1, size: mtu - headers + 1, dontFragment: true, source: source)
            #expect(more.received == 0, "\(what), \(mtu + 1) bytes: \(more)")
        }
    }

    /// Fragments that a machine has made or put together, of either family.
    private func fragments(_ net: SiteToSite) async throws -> String {
        var seen = ""
        for host in [net.a.gateway, net.b.gateway, net.underlay.host] {
            seen += try await host.run(
                "sh", "-c",
                "grep -h Ip: /proc/net/snmp | sed -n 2p | cut -d' ' -f15-18,20; grep -E 'Ip6(FragOKs|FragCreates|Reasm)' /proc/net/snmp6"
            )
        }
        return seen
    }

    @Test func `mtu auto is the largest that passes unfragmented, whatever the outer family, cipher and kind`()
        async throws
    {
        let net = try await SiteToSite(.routed)
        for size in Self.sizes {
            for site in net.sites {
                try site.writeSpec("psk: { file: office.psk }\nstart: \(site.start)\n" + size.lines(net, site))
            }
            try await net.up()
            #expect(try await mtu(net) == size.mtu, "\(size.what)")
            let fragments = try await fragments(net)
            try await expectLargest(size.mtu, net, size.what)
            // Not the link alone: the kernel's own account of what ESP adds is the same.
            for site in net.sites { try await site.gateway.ip("link set office mtu 1500") }
            try await expectLargest(size.mtu, net, "\(size.what), with a link of 1500 bytes")
            #expect(try await self.fragments(net) == fragments, "\(size.what): fragments")
            try await net.down()
        }
    }

    @Test func `mtu auto is computed anew when there is a NAT, or the path is narrower than thought`() async throws {
        let net = try await SiteToSite(.routed)
        try await net.underlay.apply(.natLeft)
        for site in net.sites {
            let ends =
                net.isA(site)
                ? "local: { address: \(site.outer), id: a }\nremote: { address: \(site.peer), id: b }"
                : "local: { address: \(site.outer), id: b }\nremote: { address: any, id: a }"
            try site.writeSpec(
                "psk: { file: office.psk }\n"
                    + site.lines(interface: "kind: xfrm").replacing(
                        "local: \(site.outer)\nremote: \(site.peer)", with: ends))
        }
        try await net.up()
        #expect(try await mtu(net) == 1438)
        try await expectLargest(1438, net, "behind NAT")
        try await net.a.gateway.expectNothingToDo("office")
        // That there is a NAT is still known when there is no SA at the moment.
        try await net.b.gateway.down("office")
        try await net.a.gateway.until("the SA is gone") { try await $0.childSAs().isEmpty }
        let plan = try await net.a.gateway.viaduct("plan", "office")
        #expect(!plan.text.contains("mtu"), "\(plan)")
        try await net.b.gateway.up("office")
        try await net.a.gateway.up("office")

        // The router tells so with the first packet that is too large, and the kernel remembers it for the peer.
        try await net.underlay.apply(.pathMTU(1400))
        _ = try await net.a.gateway.ping(net.b.v4, count: 2, size: 1410, dontFragment: true, source: net.a.v4)
        try await net.a.gateway.up("office")
        #expect(try await mtu(net) == 1338)
        try await expectLargest(1338, net, "a path of 1400 bytes")
    }

    /// The first number of that name in a text of JSON.
    private func number(_ name: String, in text: Substring) -> Int? {
        text.firstRange(of: "\"\(name)\":").flatMap {
            Int(text[$0.upperBound...].drop { $0.isWhitespace }.prefix(while: \.isNumber))
        }
    }

    @Test(arguments: ["xfrm", "vti"])
    func `TCP runs without fragments and without a storm of retransmissions, its segments clamped`(kind: String)
        async throws
    {
        var routing = Routing(shape: .routed, innerHosts: true) { _, site in
            site.lines(interface: "kind: \(kind), mss: clamp")
        }
        // More packets than tcpdump could take.
        routing.isCaptured = false
        routing.traffic = { net in
            try await net.expectPings()
            let table = try await net.a.gateway.run("nft", "list", "tables")
            #expect(table.contains("table inet viaduct"), "\(table)")
        }
        try await routing.live { net in
            let la = try #require(net.a.inner), lb = try #require(net.b.inner)
            for target in [net.b.targets.v4, net.b.targets.v6] {
                let syn = try await lb.startTcpdump(on: "lan", ["-l", "-v", "-c", "1", "tcp or ip6 proto 6"])
                let server = try lb.start(["iperf3", "-s", "-1"])
                try await lb.until("iperf3 listens") { try await $0.run("ss", "-Hltn").contains(":5201") }
                let fragments = try await fragments(net)
                // On one CPU: emulated ones differ so much in speed that packets overtake each other, beyond the replay
                // window, and what is tested here is their size.
                let outcome = try await la.attempt(["iperf3", "-c", target, "-t", "2", "-J", "-A", "0,0"]).checked()
                _ = await server.outcome()
                let seen = await syn.outcome()
                #expect(seen.stdout.contains("mss \(target.contains(":") ? 1386 : 1406)"), "\(seen)")
                let sent = outcome.stdout.firstRange(of: "\"sum_sent\"").map { outcome.stdout[$0.upperBound...] } ?? ""
                let bytes = try #require(number("bytes", in: sent)),
                    retransmits = try #require(number("retransmits", in: sent))
                #expect(bytes > 1_000_000, "\(bytes) bytes")
                // One in a hundred is far more than a sound path has, and far less than one with a wrong MTU.
                #expect(retransmits * 1386 * 100 < bytes, "\(retransmits) of \(bytes) bytes")
                #expect(try await self.fragments(net) == fragments)
            }
        }
    }
}
