import NetworkModel
import Testing
import ViaductCore

@Suite("Several peers, and peers that call")
struct SpecPeersTests {
    @Test("each peer has a connection of its own, and the spec's keys are its defaults")
    func defaults() throws {
        let tunnel = try readSpec(
            """
            local: { address: 192.0.2.1, id: hub.example.org }
            psk: { file: shared.psk }
            ike: { dpd: 1m, rekey: 8h }
            esp: { rekey: 2h }
            start: on-demand
            swanctl: { connection: { unique: replace }, child: { copy_df: no, priority: 1 } }
            peers:
              north:
                remote: { address: 192.0.2.2, id: north.example.org }
                traffic: { remote: 10.2.0.0/16 }
              south:
                local: { id: other.example.org }
                remote: 192.0.2.3
                psk: { env: SOUTH }
                ike: { dpd: 5s }
                esp: { replay: 64 }
                start: up
                swanctl: { child: { copy_df: yes } }
                children: { lan: { remote: 10.3.0.0/16 }, voice: { remote: 10.4.0.0/16 } }
            """)
        let (north, south) = (tunnel.peers[0], tunnel.peers[1])
        #expect(tunnel.peers.map(\.connection.text) == ["office-north", "office-south"])
        #expect(
            north.local
                == LocalEnd(
                    address: IPAddress("192.0.2.1"), identity: "hub.example.org",
                    authentication: .psk(.file("/etc/viaduct/shared.psk"))))
        #expect(north.remote.identity == "north.example.org")
        #expect(north.ike == IKESettings(deadPeerDelay: Seconds(60), rekeyTime: Seconds(28_800)))
        #expect(north.start == .onDemand)
        #expect(north.extras == [ExtraSetting("unique", .text("replace"))])
        #expect(north.children.map(\.name.text) == ["office-north"])
        #expect(north.children[0].esp == ESPSettings(rekeyTime: Seconds(7200)))
        #expect(
            south.local
                == LocalEnd(
                    address: IPAddress("192.0.2.1"), identity: "other.example.org",
                    authentication: .psk(.environment("SOUTH"))))
        #expect(south.remote.authentication == .psk(.environment("SOUTH")))
        #expect(south.ike == IKESettings(deadPeerDelay: Seconds(5), rekeyTime: Seconds(28_800)))
        #expect(south.start == .up)
        #expect(south.children.map(\.name.text) == ["lan", "voice"])
        #expect(south.children[1].esp == ESPSettings(rekeyTime: Seconds(7200), replayWindow: 64))
        #expect(
            south.children[0].extras == [ExtraSetting("priority", .text("1")), ExtraSetting("copy_df", .text("yes"))])
        #expect(
            try tunnel.routes
                == ["10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"].map {
                    TunnelRoute(to: try #require(IPPrefix($0)))
                })
    }

    @Test("routes come from the remote selectors when the key is not there, and only then")
    func derivedRoutes() throws {
        let text = """
            remote: 192.0.2.2
            psk: { file: a.psk }
            children:
              a: { remote: [10.1.0.0/16, "fd00:1::/32", 224.0.0.0/4, "fe80::/10"] }
              b: { local: 10.0.0.0/8, remote: [10.1.0.0/16] }
              c: { remote: [10.2.0.0/16, 192.0.2.2, 0.0.0.0/0] }

            """
        let prefixes = ["10.1.0.0/16", "fd00:1::/32", "10.2.0.0/16", "192.0.2.2/32"]
        #expect(try readSpec(text).routes.map { "\($0.destination)" } == prefixes)
        #expect(try readSpec(text + "routes: []").routes.isEmpty)
        #expect(try readSpec(text + "routes: 10.1.2.0/24").routes.map { "\($0.destination)" } == ["10.1.2.0/24"])
        #expect(try readSpec("remote: 192.0.2.2\npsk: { file: a.psk }").routes.isEmpty)
    }

    @Test(
        "a default route is of the families that the selectors carry",
        arguments: [
            ("routes: default", ["0.0.0.0/0", "::/0"]),
            ("routes: [{ to: default, source: 10.0.0.1 }]", ["0.0.0.0/0"]),
            ("routes: default\ntraffic: { remote: 0.0.0.0/0 }", ["0.0.0.0/0"]),
            ("routes: default\ntraffic: { local: \"fd00::/8\" }", ["::/0"]),
            ("routes: default\nvirtual: ipv4", ["0.0.0.0/0"]),
            ("routes: default\ntraffic: { local: dynamic }", ["0.0.0.0/0"]),
        ])
    func defaultRoute(text: String, routes: [String]) throws {
        let tunnel = try readSpec("remote: 192.0.2.2\npsk: { file: a.psk }\n" + text)
        #expect(tunnel.routes.map { "\($0.destination)" } == routes)
    }

    @Test("a peer that calls from anywhere is listened for, and gets an address of a pool")
    func anyPeer() throws {
        let tunnel = try readSpec(
            """
            local: 192.0.2.1
            remote: { address: any, id: carol.example.org }
            psk: { file: carol.psk }
            traffic: { local: 10.1.0.0/16 }
            pools: [10.3.0.0/28, "fd00:3::/120"]
            """)
        #expect(tunnel.remote.hosts.isEmpty)
        #expect(tunnel.start == .listen)
        #expect(tunnel.peer.pools.map(\.description) == ["10.3.0.0/28", "fd00:3::/120"])
        #expect(tunnel.children[0].remote.isEmpty)
        #expect(tunnel.routes.map { "\($0.destination)" } == ["10.3.0.0/28", "fd00:3::/120"])
    }

    @Test("a certificate's CA is enough to know callers by")
    func anyCertificate() throws {
        let tunnel = try readSpec(
            "local: 192.0.2.1\nremote: any\nauth: { certificate: a.pem, key: a.key, ca: ca.pem }\npools: 10.3.0.0/24")
        #expect(tunnel.remote.identity == nil)
    }

    @Test(
        "virtual addresses are asked for",
        arguments: [
            ("ipv4", [AddressFamily.ipv4]), ("[ipv6]", [.ipv6]), ("both", [.ipv4, .ipv6]),
            ("[ipv6, ipv4]", [.ipv6, .ipv4]),
        ])
    func virtualAddresses(text: String, families: [AddressFamily]) throws {
        let tunnel = try readSpec("remote: 192.0.2.2\npsk: { file: a.psk }\nvirtual: \(text)")
        #expect(tunnel.peer.virtualAddresses == families)
        #expect(tunnel.children[0].local.isEmpty)
        #expect(tunnel.children[0].remote == TrafficSelector.everything)
    }

    private static let heads = "local: 192.0.2.1\npsk: { file: a.psk }\n"

    @Test(
        "what does not go beside others",
        arguments: [
            FaultySpec(
                heads + "remote: ⟨⟩192.0.2.2\npools: ⟨⟩10.3.0.0/24\npeers: { a: { remote: 192.0.2.2 } }",
                "remote: is given beside 'peers'; write it in each peer",
                "pools: is given beside 'peers'; write it in each peer"),
            FaultySpec(
                heads + "peers: { a: { remote: 192.0.2.2 }, b: ⟨⟩{ remote: 192.0.2.3 } }",
                "peers.b: overlaps the traffic selectors of 'peers.a' (0.0.0.0/0 and 0.0.0.0/0); the last to come up would take all packets; keep them apart, or one inside the other"
            ),
            FaultySpec(
                heads
                    + "peers:\n  a: { remote: 192.0.2.2, children: { x: { remote: 10.9.0.0/16 }, y: { remote: 10.2.0.0/16 } } }\n"
                    + "  b: { remote: 192.0.2.3, traffic: ⟨⟩{ local: 10.1.0.0/16, remote: 10.0.0.0/8 } }",
                "peers.b.traffic: overlaps the traffic selectors of 'peers.a' (10.0.0.0/8 and 10.2.0.0/16); the last to come up would take all packets; keep them apart, or one inside the other"
            ),
            FaultySpec(
                heads + "peers: { a: ⟨⟩{ psk: { file: b.psk } } }",
                "peers.a.remote: is missing; a spec needs the peer's address or name, such as 'remote: vpn.example.org'"
            ),
            FaultySpec(
                "peers: { a: ⟨⟩{ remote: 192.0.2.2 } }",
                "peers.a.psk: is missing; a spec needs a secret, such as 'psk: { file: NAME.psk }', or 'auth'"),
            FaultySpec(heads + "peers: ⟨⟩{}", "peers: has 0 peers; write 1...256, or remove the key"),
            FaultySpec(
                heads + "peers: { ⟨⟩\"a b\": { remote: 192.0.2.2 } }",
                "peers: 'a b' is not a peer's name; write 1...60 of A-Z a-z 0-9 _ -, not beginning with -, and not 'include'"
            ),
            FaultySpec(
                heads + "peers: { ⟨⟩a23456789-123456789-123456789-123456789-123456789-1234: { remote: 192.0.2.2 } }",
                "peers: 'a23456789-123456789-123456789-123456789-123456789-1234' is too long a name; with the tunnel's it has at most 60; write at most 53"
            ),
            FaultySpec(
                heads + "peers: { a: ⟨⟩192.0.2.2 }",
                "peers.a: is a text; write a mapping such as '{ remote: vpn.example.org }'"),
            FaultySpec(
                heads + "peers: { a: { remote: 192.0.2.2, ⟨⟩poools: 10.0.0.0/8 } }",
                "peers.a.poools: is an unknown key; did you mean 'pools'?"),
            FaultySpec(
                heads
                    + "peers: { a: { remote: { address: any, id: a }, pools: 10.3.0.0/28 }, b: { remote: { address: any, id: b }, pools: ⟨⟩10.3.0.0/24 } }",
                "peers.b.pools: '10.3.0.0/24' overlaps 'peers.a.pools'; an address is handed out once; keep them apart"),
            FaultySpec(
                "psk: { file: a }\ninterface: { kind: ⟨⟩vti }\npeers:\n  a: { remote: 192.0.2.2, traffic: { remote: 10.1.0.0/16 } }\n"
                    + "  b: { remote: \"2001:db8::2\", traffic: { remote: 10.2.0.0/16 } }",
                "interface.kind: has peers of two families, and a VTI has one underlay; write 'kind: xfrm', or a spec for each"
            ),
            FaultySpec(
                "psk: { file: a }\ninterface: { kind: ⟨⟩auto }\npeers:\n  a: { local: 192.0.2.1, remote: 192.0.2.2, traffic: { remote: 10.1.0.0/16 } }\n"
                    + "  b: { local: 192.0.2.9, remote: 192.0.2.3, traffic: { remote: 10.2.0.0/16 } }",
                "interface.kind: has peers that call different addresses of ours, and a VTI has one; write 'kind: xfrm', or a spec for each"
            ),
        ])
    func faulty(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test("one peer may have what is left of another's")
    func nested() throws {
        let text =
            Self.heads
            + "peers: { exit: { remote: 192.0.2.2 }, site: { remote: 192.0.2.3, traffic: { remote: 10.1.0.0/16 } } }"
        #expect(try specProblems(text).isEmpty)
    }

    @Test(
        "the link's kind and numbers",
        arguments: [
            ("kind: auto", TunnelKind.automatic, TunnelID.automatic),
            ("kind: vti, id: 42", .vti, .fixed(42)),
            ("kind: vti, id: 0x10/0xff", .vti, .pair(input: Mark(16, mask: 255), output: Mark(16, mask: 255))),
            (
                "kind: vti, id: { in: 8, out: 0x400/0xff00 }", .vti,
                .pair(input: Mark(8), output: Mark(1024, mask: 0xff00))
            ),
            ("id: { in: 42, out: 1337 }", .xfrm, .pair(input: Mark(42), output: Mark(1337))),
            ("id: { in: 42, out: 42 }", .xfrm, .fixed(42)),
        ])
    func identifiers(text: String, kind: TunnelKind, id: TunnelID) throws {
        let link = try readSpec("remote: 192.0.2.2\npsk: { file: a.psk }\ninterface: { \(text) }").interface
        #expect(link.kind == kind)
        #expect(link.id == id)
    }

    @Test("namespace, VRF and segment size")
    func places() throws {
        func link(_ text: String) throws -> TunnelInterface {
            try readSpec("remote: 192.0.2.2\npsk: { file: a.psk }\ninterface: { \(text) }").interface
        }
        #expect(try link("netns: blue").namespace == NamespaceName("blue"))
        #expect(try link("vrf: red").vrf == InterfaceName("red"))
        #expect(try link("mss: off").segmentSize == .untouched)
        #expect(try link("mss: clamp").segmentSize == .clamped)
        #expect(try link("mss: 1360").segmentSize == .limited(1360))
    }

    @Test("hooks are programs with their arguments, in the order in which they are run")
    func hooks() throws {
        let tunnel = try readSpec(
            """
            remote: 192.0.2.2
            psk: { file: a.psk }
            hooks:
              post-down: /usr/local/bin/gone
              post-up: [/bin/one, [/bin/two, "an argument", ""], { run: [/bin/three, "3"], timeout: 2m }]
              pre-down: []
            """)
        #expect(
            tunnel.hooks == [
                Hook(.postUp, ["/bin/one"]), Hook(.postUp, ["/bin/two", "an argument", ""]),
                Hook(.postUp, ["/bin/three", "3"], timeout: 120), Hook(.postDown, ["/usr/local/bin/gone"]),
            ])
    }
}
