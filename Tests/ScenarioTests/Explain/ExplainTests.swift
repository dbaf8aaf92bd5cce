import TestBed
import Testing

/// Each situation that a person asks about: the verdict is held against a packet that is really sent.
@Suite(.testBed) struct ExplainTests {
    @Test func `a tunnel of ours, a policy-based set-up of four children beside it, and a destination that passes`()
        async throws
    {
        let net = try await SiteToSite()
        for site in net.sites {
            try site.writeSpec()
            try site.gateway.write(home(site), to: "/etc/swanctl/conf.d/home.conf", mode: 0o600)
        }
        for address in ["192.168.88.5/24", "192.168.87.1/28", "172.20.0.9/24", "192.168.99.1/24"] {
            try await net.b.gateway.ip("address add \(address) dev lan")
        }
        try await net.a.gateway.ip("route add default via 192.0.2.2")
        for site in net.sites { try await site.gateway.loadAll() }
        try await net.up()
        for child in ["home-lan", "home-wifi", "home-lab", "home-dmz"] {
            try await net.a.gateway.run("swanctl", "--initiate", "--child", child)
        }
        let watch = try await Watch(net.underlay.host)
        func compare(_ probe: TestPacket, _ verdict: String) async throws -> Explained {
            let explained = try await net.a.gateway.explain(probe)
            let seen = try await watch.crossings(to: probe.destination, on: "left") {
                try await net.a.gateway.send(probe)
            }
            expectAgreement(explained, seen, at: { _ in "left" }, "\(probe)")
            #expect(explained.verdict.text == verdict)
            return explained
        }
        let office = try await compare(TestPacket(.udp, to: net.b.v4, from: net.a.v4), "tunnel office")
        let sa = try #require(try await net.a.gateway.childSAs().first { $0.connection == "office" })
        #expect(office.spi == "0x\(sa.spiOut)")
        #expect(office.path.compactMap(\.room?.mtu) == [1446])
        #expect(office.wayBack?.obstacle == nil && office.remedies.isEmpty)
        _ = try await compare(TestPacket(.tcp, to: net.b.v6, from: net.a.v6), "tunnel office")
        // No route but the default leads there; the policy catches it on its way.
        let lan = try await compare(TestPacket(.icmp, to: "192.168.88.5", from: net.a.v4), "policy home/home-lan")
        #expect(lan.path.contains { $0.stage == "route" && $0.text == "default via 192.0.2.2 dev wan" })
        _ = try await compare(TestPacket(.udp, to: "192.168.87.1", from: net.a.v4), "policy home/home-wifi")
        _ = try await compare(TestPacket(.udp, to: "172.20.0.9", from: net.a.v4), "policy home/home-dmz")
        let passed = try await compare(TestPacket(.udp, to: "192.168.99.1", from: net.a.v4), "clear by wan")
        #expect(passed.path.contains { $0.text == "out: policy home-pass/exception, which lets pass in clear" })
        _ = try await compare(TestPacket(.udp, to: "192.168.88.5", from: net.a.outer), "clear by wan")

        // The SA goes: the link has policies no more.
        try await net.b.gateway.viaduct("down", "office").checked()
        try await net.a.gateway.run("swanctl", "--terminate", "--ike", "home")
        _ = try await net.a.gateway.attempt(["swanctl", "--terminate", "--ike", "office", "--timeout", "2"])
        try await net.a.gateway.run("swanctl", "--uninstall", "--child", "office", "--ike", "office")
        let id = try #require(sa.ifIDOut)
        let missing = try await compare(
            TestPacket(.udp, to: net.b.v4, from: net.a.v4),
            "dropped, because no policy with if_id \(id) matches, which office needs")
        #expect(
            missing.remedies == ["no SA with if_id \(id): charon has not established office; viaduct up office"])
        try await net.a.gateway.viaduct("down", "office").checked()
        _ = try await compare(TestPacket(.udp, to: net.b.v4, from: net.a.v4), "clear by wan")
    }

    /// Four children of plain strongSwan, without an interface, and an exception.
    private func home(_ site: SiteToSite.Site) -> String {
        let (here, there) = site.start == "up" ? ("local", "remote") : ("remote", "local")
        let children = [
            ("lan", "192.168.88.0/24"), ("wifi", "192.168.87.0/28"), ("lab", "10.99.0.0/16"), ("dmz", "172.20.0.0/24"),
        ].map { name, block in
            "      home-\(name) {\n        \(here)_ts = 10.1.0.0/24\n        \(there)_ts = \(block)\n      }\n"
        }.joined()
        let exception =
            site.start == "up"
            ? """
              home-pass {
                children {
                  exception {
                    local_ts = 0.0.0.0/0
                    remote_ts = 192.168.99.0/24
                    mode = pass
                    start_action = trap
                  }
                }
              }

            """ : ""
        return """
            connections {
              home {
                version = 2
                local_addrs = \(site.outer)
                remote_addrs = \(site.peer)
                proposals = aes128gcm16-prfsha256-curve25519
                mobike = no
                local {
                  auth = psk
                  id = home-\(site.outer)
                }
                remote {
                  auth = psk
                  id = home-\(site.peer)
                }
                children {
            \(children)    }
              }
            \(exception)}
            secrets {
              ike-home {
                id-1 = home-\(site.outer)
                id-2 = home-\(site.peer)
                secret = "\(SiteToSite.secret)"
              }
            }

            """
    }

    @Test func `tables by mark, blackholes, a VRF, a wrong if_id or mark, an expired SA, and a mixture`() async throws {
        let net = try await ExplainNet()
        try await net.a.ip(
            "link add x42 type xfrm dev wan if_id 42", "link set x42 up", "link add x43 type xfrm dev wan if_id 43",
            "link set x43 up", "link add v7 type vti local 192.0.2.1 remote 192.0.2.2 key 7", "link set v7 up",
            "link add red type vrf table 100", "link set red up", "link add x44 type xfrm dev wan if_id 44",
            "link set x44 master red", "link set x44 up", "address add 10.4.0.1/32 dev red",
            "route add default via 192.0.2.2", "route add 10.2.0.0/16 dev x42", "route add 10.3.0.0/16 dev x43",
            "route add 10.7.0.0/16 dev v7", "route add blackhole 10.5.0.0/16", "route add unreachable 10.6.0.0/16",
            "route add 10.8.0.0/16 via 198.51.100.2", "route add 10.9.0.0/16 dev x42 table 51",
            "rule add fwmark 5 lookup 51 pref 300", "route add 10.2.0.0/16 dev x44 table 100",
            ExplainNet.policy("src 0.0.0.0/0 dst 0.0.0.0/0", "if_id 42", request: 42),
            ExplainNet.state(spi: 0x142, request: 42, "if_id 42"),
            // The policy bears the right if_id, its SA another.
            ExplainNet.policy("src 0.0.0.0/0 dst 0.0.0.0/0", "if_id 43", request: 43),
            ExplainNet.state(spi: 0x143, request: 43, "if_id 99"),
            ExplainNet.policy("src 0.0.0.0/0 dst 0.0.0.0/0", "if_id 44", request: 44),
            ExplainNet.state(spi: 0x144, request: 44, "if_id 44"),
            // The VTI's key is 7; the policy asks for 8.
            ExplainNet.policy("src 0.0.0.0/0 dst 0.0.0.0/0", "mark 8 mask 0xff", request: 7),
            ExplainNet.state(spi: 0x107, request: 7, "mark 8 mask 0xff"),
            // Policy-based beside it: one with an exception, one by TCP only, one that drops.
            ExplainNet.policy("src 0.0.0.0/0 dst 192.168.88.0/24", priority: 20, request: 1),
            ExplainNet.state(spi: 0x101, request: 1),
            "xfrm policy add src 0.0.0.0/0 dst 192.168.88.128/25 dir out priority 10",
            ExplainNet.policy("src 0.0.0.0/0 dst 192.168.89.0/24 proto tcp", request: 1),
            "xfrm policy add src 0.0.0.0/0 dst 192.168.90.0/24 dir out action block",
            // Gone after one packet.
            ExplainNet.policy("src 0.0.0.0/0 dst 192.168.91.0/24", request: 3),
            ExplainNet.state(spi: 0x103, request: 3, "limit packet-hard 1"))
        func verdict(_ probe: TestPacket) async throws -> String { try await net.compare(probe).verdict.text }
        #expect(try await verdict(TestPacket(.udp, to: "10.2.0.1")) == "tunnel x42")
        #expect(try await verdict(TestPacket(.udp, to: "10.9.0.1", mark: 5)) == "tunnel x42")
        #expect(try await verdict(TestPacket(.udp, to: "10.9.0.1")) == "clear by wan")
        #expect(
            try await verdict(TestPacket(.udp, to: "10.5.0.1"))
                == "dropped, because the blackhole route 10.5.0.0/16 in table main drops it")
        #expect(
            try await verdict(TestPacket(.tcp, to: "10.6.0.1"))
                == "dropped, because the unreachable route 10.6.0.0/16 in table main drops it")
        #expect(try await verdict(TestPacket(.udp, to: "10.2.0.1", device: "red")) == "tunnel x44")
        let wrongID = try await net.compare(TestPacket(.udp, to: "10.3.0.1"))
        #expect(
            wrongID.verdict.reason == "policy 0.0.0.0/0 to 0.0.0.0/0 needs an SA to 192.0.2.2, and there is none")
        #expect(wrongID.remedies.first == "the SA 0x00000143 does not serve: it has if_id 99, and the policy has 43")
        let wrongMark = try await net.compare(TestPacket(.udp, to: "10.7.0.1"))
        #expect(wrongMark.verdict.reason == "no policy with mark 0x7 matches, which the key of v7 needs")
        #expect(wrongMark.remedies.first?.contains("asks for mark 0x8/0xff: set mark_out = 7") ?? false)
        #expect(try await verdict(TestPacket(.udp, to: "10.8.0.1")) == "clear by wan2")
        #expect(try await verdict(TestPacket(.icmp, to: "192.168.88.5")) == "policy 0.0.0.0/0 to 192.168.88.0/24")
        #expect(try await verdict(TestPacket(.icmp, to: "192.168.88.200")) == "clear by wan")
        #expect(try await verdict(TestPacket(.tcp, to: "192.168.89.1")) == "policy 0.0.0.0/0 to 192.168.89.0/24")
        #expect(try await verdict(TestPacket(.udp, to: "192.168.89.1")) == "clear by wan")
        #expect(
            try await verdict(TestPacket(.udp, to: "192.168.90.1"))
                == "dropped, because policy 0.0.0.0/0 to 192.168.90.0/24 says to drop it")
        #expect(try await verdict(TestPacket(.udp, to: "192.168.91.1")) == "policy 0.0.0.0/0 to 192.168.91.0/24")
        #expect(
            try await verdict(TestPacket(.udp, to: "192.168.91.1"))
                == "dropped, because the lifetime of the SA of policy 0.0.0.0/0 to 192.168.91.0/24 (SPI 0x00000103) is over"
        )
        #expect(try await verdict(TestPacket(.udp, to: "192.168.91.1")).hasSuffix("and there is none"))
        try await net.a.ip("link set x42 down")
        #expect(try await verdict(TestPacket(.udp, to: "10.2.0.1")) == "clear by wan")
        try await net.a.ip("xfrm policy setdefault out block")
        #expect(
            try await verdict(TestPacket(.udp, to: "10.8.0.1"))
                == "dropped, because no policy matches, and the default for direction out is to drop")
    }

    @Test func `a link in a network namespace, whose policies and SAs stayed outside`() async throws {
        let net = try await ExplainNet()
        try await net.a.run("ip", "netns", "add", "blue")
        try await net.a.ip(
            "link add x42 type xfrm dev wan if_id 42", "link set x42 netns blue",
            ExplainNet.policy("src 0.0.0.0/0 dst 0.0.0.0/0", "if_id 42", request: 42),
            ExplainNet.state(spi: 0x142, request: 42, "if_id 42"),
            ExplainNet.policy(
                "src 0.0.0.0/0 dst 0.0.0.0/0", dir: "in", "if_id 42", from: "192.0.2.2", to: "192.0.2.1", request: 42),
            ExplainNet.state(from: "192.0.2.2", to: "192.0.2.1", spi: 0x242, request: 42, "if_id 42"))
        try await net.a.run(
            "ip", "-n", "blue", "-batch", "-",
            input: """
                link set lo up
                link set x42 up
                address add 10.4.0.1/32 dev x42
                route add 10.2.0.0/16 dev x42

                """)
        let inside = try await net.compare(TestPacket(.udp, to: "10.2.0.1"), netns: "blue")
        #expect(inside.verdict.text == "tunnel x42" && inside.spi == "0x00000142")
        #expect(inside.wayBack?.obstacle == nil)
        let unrouted = try await net.compare(TestPacket(.udp, to: "10.3.0.1"), netns: "blue")
        #expect(unrouted.verdict.text == "dropped, because there is no route to 10.3.0.1")
        let outside = try await net.compare(TestPacket(.udp, to: "10.2.0.1"))
        #expect(outside.verdict.text == "dropped, because there is no route to 10.2.0.1")
        let absent = try await net.a.viaduct("explain", "10.2.0.1", "--in-netns", "green")
        #expect(absent.status == 1 && absent.stderr.contains("network namespace green"))
    }

    @Test func `the way back: a strict filter in front of a VTI, and policies that refuse`() async throws {
        let net = try await ExplainNet()
        let both = { (dir: String, request: Int) in
            ExplainNet.policy(
                "src 0.0.0.0/0 dst 0.0.0.0/0", dir: dir, "mark 7", from: "192.0.2.2", to: "192.0.2.1", request: request)
        }
        try await net.a.ip(
            "link add v7 type vti local 192.0.2.1 remote 192.0.2.2 key 7", "link set v7 up",
            "route add 10.7.0.0/16 dev v7", "route add default via 192.0.2.2",
            ExplainNet.policy("src 0.0.0.0/0 dst 0.0.0.0/0", "mark 7", request: 7),
            ExplainNet.state(spi: 0x107, request: 7, "mark 7"), both("in", 7), both("fwd", 7))
        let probe = TestPacket(.udp, to: "10.7.0.1", from: "10.1.0.1", mark: 5)
        let silent = try await net.compare(probe)
        #expect(silent.wayBack?.obstacle == "there is no SA from 192.0.2.2 that answers could come by")
        try await net.a.ip(
            ExplainNet.state(from: "192.0.2.2", to: "192.0.2.1", spi: 0x207, request: 7, "mark 7"))
        try await net.a.sysctl(["net/ipv4/conf/v7/rp_filter": "1"])
        #expect(try await net.compare(probe).wayBack?.obstacle == nil)
        // Answers come from where no route leads back to by the VTI.
        try await net.a.ip("route add 10.7.0.1/32 dev v7 table 51", "rule add fwmark 5 to 10.7.0.1 lookup 51 pref 300")
        try await net.a.ip("route replace 10.7.0.0/16 via 192.0.2.2")
        #expect(
            try await net.compare(probe).wayBack?.obstacle
                == "net/ipv4/conf/v7/rp_filter is 1, and 10.7.0.1 is not reached by v7")
        try await net.a.sysctl(["net/ipv4/conf/v7/rp_filter": "0"])
        // Without a mark of its own, a policy meets the answer once more when it is out of the VTI.
        try await net.a.ip(
            ExplainNet.policy(
                "src 10.7.0.0/16 dst 0.0.0.0/0", dir: "in", from: "192.0.2.2", to: "192.0.2.1", request: 9))
        #expect(
            try await net.compare(probe).wayBack?.obstacle
                == "it came in clear, and policy 10.7.0.0/16 to 0.0.0.0/0 admits it only from IPsec")
        try await net.a.sysctl(["net/ipv4/conf/v7/disable_policy": "1"])
        #expect(try await net.compare(probe).wayBack?.obstacle == nil)
    }

    @Test func `without root it says what it may not see, and without charon it has no names`() async throws {
        let net = try await ExplainNet()
        try await net.a.ip("route add default via 192.0.2.2")
        let answer = try await net.a.viaduct(
            "explain", "10.2.0.1", through: ["setpriv", "--reuid", "65534", "--clear-groups"])
        #expect(answer.status == 0)
        #expect(answer.stdout.contains("unknown, because only root may see the IPsec policies"))
        #expect(answer.stdout.contains("ask again as root: sudo viaduct explain 10.2.0.1"))
        #expect(answer.stdout.contains("IPsec policies and SAs: they are root's to see"))
        #expect(answer.stdout.contains("charon's names"))
    }

    @Test func `a drawing in SVG and one in text`() async throws {
        let net = try await ExplainNet()
        try await net.a.ip("route add default via 192.0.2.2")
        let drawn = try await net.a.viaduct("explain", "10.2.0.1", "--diagram", "/run/x.svg").checked()
        #expect(drawn.stdout.contains("╰─▶ clear by wan"))
        let svg = try net.a.read("/run/x.svg")
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
        #expect(svg.contains("clear by wan"))
        let text = try await net.a.viaduct("explain", "10.2.0.1", "--diagram", "-").checked()
        #expect(text.stdout.contains("│ → clear by wan │"))
        let unwritable = try await net.a.viaduct("explain", "10.2.0.1", "--diagram", "/nowhere/x.svg")
        #expect(unwritable.status == 1 && unwritable.stderr.contains("/nowhere/x.svg"))
    }
}
