import NetworkModel
import Testing
import ViaductCore

@Suite("A spec becomes a tunnel")
struct SpecReaderTests {
    @Test("the least spec has a peer, a secret and a route, and defaults for all else")
    func minimal() throws {
        let tunnel = try readSpec(
            """
            remote: vpn.example.org
            psk: { file: office.psk }
            routes: [192.168.88.0/24]
            """)
        let psk = Authentication.psk(.file("/etc/viaduct/office.psk"))
        let expected = try Tunnel(
            name: #require(TunnelName("office")), local: LocalEnd(authentication: psk),
            remote: RemoteEnd(hosts: [.name("vpn.example.org")], authentication: psk),
            interface: TunnelInterface(name: #require(InterfaceName("office"))),
            routes: [TunnelRoute(to: #require(IPPrefix("192.168.88.0/24")))],
            children: [TunnelChild(name: #require(TunnelName("office")))])
        #expect(tunnel == expected)
    }

    @Test("proposals alone may stand for `ike` and `esp`", arguments: ["aes256gcm16-ecp384", "[aes256gcm16-ecp384]"])
    func proposalsAlone(esp: String) throws {
        let short = try readSpec(
            """
            remote: vpn.example.org
            psk: { file: office.psk }
            ike: aes256-sha256-ecp384
            esp: \(esp)
            """)
        let long = try readSpec(
            """
            remote: vpn.example.org
            psk: { file: office.psk }
            ike: { proposals: [aes256-sha256-ecp384] }
            esp: { proposals: [aes256gcm16-ecp384] }
            """)
        #expect(short == long)
    }

    @Test("every key has its place")
    func everything() throws {
        let tunnel = try readSpec(
            """
            local: { address: 203.0.113.10, id: gw1.example.org }
            remote: { address: [198.51.100.7, vpn.example.org], id: gw2.example.org }
            auth: { psk: { env: OFFICE_PSK } }
            interface:
              kind: xfrm
              name: vpn0
              id: 0x2a
              device: eth0.7
              addresses: [169.254.7.1/30, { address: 10.9.0.1, peer: 10.9.0.2 }, "fd00:7::1/64"]
              mtu: 1400
              multicast: true
            routes:
              - 192.168.88.0/24
              - { to: 10.0.0.0/8, table: 100, metric: 50, source: 10.1.1.1, mtu: 1300 }
              - { to: 0.0.0.0/0, table: blue }
            rules:
              - { from: 10.1.1.0/24, table: blue, priority: 5210 }
            leak: allow
            traffic: { local: [10.0.0.0/8, "fd00::/8"], remote: [0.0.0.0/0, "::/0"] }
            ike:
              version: 2
              proposals: [aes256-sha256-modp2048, default]
              dpd: 1m
              rekey: 8h
              mobike: true
              encap: yes
              fragmentation: force
              keyingtries: 3
              local_port: 1500
              remote_port: 4500
            esp: { proposals: aes256-sha256-x25519, rekey: 90m, replay: 64 }
            start: on-demand
            forwarding: true
            swanctl:
              connection: { unique: replace }
              child: { copy_dscp: out, dpd_action: restart }
            """)
        #expect(tunnel.local.address == IPAddress("203.0.113.10"))
        #expect(tunnel.local.identity == "gw1.example.org")
        #expect(tunnel.local.authentication == .psk(.environment("OFFICE_PSK")))
        #expect(try tunnel.remote.hosts == [.address(#require(IPAddress("198.51.100.7"))), .name("vpn.example.org")])
        #expect(tunnel.remote.identity == "gw2.example.org")
        let addresses = try [
            TunnelAddress(#require(IPPrefix("169.254.7.1/30"))),
            TunnelAddress(#require(IPPrefix("10.9.0.1/32")), peer: IPAddress("10.9.0.2")),
            TunnelAddress(#require(IPPrefix("fd00:7::1/64"))),
        ]
        #expect(
            try tunnel.interface
                == TunnelInterface(
                    name: #require(InterfaceName("vpn0")), id: .fixed(42), device: InterfaceName("eth0.7"),
                    addresses: addresses, mtu: 1400, isMulticast: true))
        #expect(
            try tunnel.routes == [
                TunnelRoute(to: #require(IPPrefix("192.168.88.0/24"))),
                TunnelRoute(
                    to: #require(IPPrefix("10.0.0.0/8")), table: 100, metric: 50, source: IPAddress("10.1.1.1"),
                    mtu: 1300),
                TunnelRoute(to: .everything(.ipv4), table: 1000),
            ])
        let rule = Rule(family: .ipv4, priority: 5210, action: .lookup(table: 1000), from: IPPrefix("10.1.1.0/24"))
        #expect(tunnel.rules == [TunnelRule(rule, hasPriority: true)])
        #expect(tunnel.leak == .allow)
        #expect(
            try tunnel.ike
                == IKESettings(
                    version: 2, proposals: [Proposal("aes256-sha256-modp2048", for: .ike), .charonDefault],
                    deadPeerDelay: Seconds(60), rekeyTime: Seconds(28_800), isMobile: true, isEncapsulated: true,
                    fragmentation: "force", keyingTries: 3, localPort: 1500, remotePort: 4500))
        let child = try #require(tunnel.children.first)
        #expect(tunnel.children.count == 1)
        #expect(child.local.map(\.description) == ["10.0.0.0/8", "fd00::/8"])
        #expect(
            try child.esp
                == ESPSettings(
                    proposals: [Proposal("aes256-sha256-x25519", for: .esp)], rekeyTime: Seconds(5400),
                    replayWindow: 64))
        #expect(
            child.extras == [ExtraSetting("copy_dscp", .text("out")), ExtraSetting("dpd_action", .text("restart"))])
        #expect(tunnel.start == .onDemand)
        #expect(tunnel.forwarding == .on)
        #expect(tunnel.connectionExtras == [ExtraSetting("unique", .text("replace"))])
    }

    @Test("children have selectors of their own, and inherit esp and swanctl")
    func children() throws {
        let tunnel = try readSpec(
            """
            remote: 192.0.2.2
            psk: { value: "s3cret" }
            esp: { rekey: 2h }
            swanctl: { child: { copy_df: no, tfc_padding: 0 } }
            children:
              lan: { local: 10.1.0.0/16, remote: [192.168.88.0/24] }
              wifi: { remote: ["192.168.87.0/28[udp/5060-5069]"], esp: { replay: 0 }, swanctl: { copy_df: yes } }
            """)
        #expect(tunnel.children.map(\.name.text) == ["lan", "wifi"])
        #expect(tunnel.children[0].local.map(\.description) == ["10.1.0.0/16"])
        #expect(tunnel.children[0].esp == ESPSettings(rekeyTime: Seconds(7200)))
        #expect(tunnel.children[1].local == TrafficSelector.everything)
        #expect(tunnel.children[1].remote.map(\.description) == ["192.168.87.0/28[udp/5060-5069]"])
        #expect(tunnel.children[1].esp == ESPSettings(rekeyTime: Seconds(7200), replayWindow: 0))
        #expect(
            tunnel.children[1].extras == [
                ExtraSetting("tfc_padding", .text("0")), ExtraSetting("copy_df", .text("yes")),
            ])
    }

    @Test("a certificate is ours, its CA is the peer's")
    func certificate() throws {
        let tunnel = try readSpec(
            """
            remote: { address: vpn.example.org, id: "C=CH, O=Example, CN=vpn" }
            auth: { certificate: certs/me.pem, key: /etc/ssl/private/me.key, ca: ca.pem }
            """)
        let ours = CertificateSources(
            certificate: .file("/etc/viaduct/certs/me.pem"), key: .file("/etc/ssl/private/me.key"))
        #expect(tunnel.local.authentication == .certificate(ours))
        #expect(
            tunnel.remote.authentication == .certificate(CertificateSources(authority: .file("/etc/viaduct/ca.pem"))))
    }

    @Test("the ends may prove themselves in different ways")
    func differingEnds() throws {
        let tunnel = try readSpec(
            """
            local: { auth: { psk: { file: a.psk } } }
            remote: { address: 192.0.2.2, auth: { certificate: peer.pem } }
            """)
        #expect(tunnel.local.authentication == .psk(.file("/etc/viaduct/a.psk")))
        #expect(
            tunnel.remote.authentication
                == .certificate(CertificateSources(certificate: .file("/etc/viaduct/peer.pem"))))
    }

    @Test("a peer that comes from a block is listened for")
    func block() throws {
        let tunnel = try readSpec(
            """
            local: 192.0.2.1
            remote: { address: 198.51.100.0/24, id: branch.example.org }
            psk: { file: a.psk }
            start: listen
            """)
        #expect(try tunnel.remote.hosts == [.block(#require(IPPrefix("198.51.100.0/24")))])
    }

    @Test("a rule that tells no family is one in each")
    func ruleFamilies() throws {
        let tunnel = try readSpec(
            """
            remote: 192.0.2.2
            psk: { file: a.psk }
            rules:
              - { fwmark: 0x10/0xff, iif: lan0, table: 100 }
              - { family: ipv6, not: true, oif: wan0, ipproto: tcp, sport: 1000-2000, dport: 443, table: main,
                  suppress_prefixlength: 0, suppress_ifgroup: 7 }
              - { to: "2001:db8::/32", uidrange: 1000-1999, tos: 0x10, tun_id: 5, priority: 10, goto: 20 }
              - { from: 10.0.0.0/8, action: prohibit }
            """)
        let marked = Rule(
            family: .ipv4, priority: 0, action: .lookup(table: 100), mark: Mark(0x10, mask: 0xff),
            inputInterface: InterfaceName("lan0"))
        var marked6 = marked
        marked6.family = .ipv6
        let expected = [
            TunnelRule(marked, hasPriority: false), TunnelRule(marked6, hasPriority: false),
            TunnelRule(
                Rule(
                    family: .ipv6, priority: 0, action: .lookup(table: 254), isInverted: true,
                    outputInterface: InterfaceName("wan0"), ipProtocol: 6, sourcePorts: 1000...2000,
                    destinationPorts: 443...443, suppressPrefixLength: 0, suppressGroup: 7), hasPriority: false),
            TunnelRule(
                Rule(
                    family: .ipv6, priority: 10, action: .goto(priority: 20), to: IPPrefix("2001:db8::/32"),
                    users: 1000...1999, typeOfService: 0x10, tunnelID: 5), hasPriority: true),
            TunnelRule(
                Rule(family: .ipv4, priority: 0, action: .prohibit, from: IPPrefix("10.0.0.0/8")), hasPriority: false),
        ]
        #expect(tunnel.rules == expected)
    }

    @Test(
        "the same spec in other clothes is the same tunnel",
        arguments: [
            "\u{feff}remote: vpn.example.org\npsk: {file: a.psk}\nroutes: 10.0.0.0/8",
            "remote: vpn.example.org\r\npsk: {file: a.psk}\r\nroutes: 10.0.0.0/8\r\n",
            #"{"remote": "vpn.example.org", "psk": {"file": "a.psk"}, "routes": ["10.0.0.0/8"]}"#,
            "{\n\t\"remote\": \"vpn.example.org\",\n\t\"psk\": {\"file\": \"a.psk\"},\n\t\"routes\": [\"10.0.0.0/8\"]\n}",
            "%YAML 1.1\n---\nremote: &r vpn.example.org\npsk: {file: a.psk}\nroutes: [10.0.0.0/8]\n...\n",
            "remote: {address: vpn.example.org}\nauth: {psk: {file: /etc/viaduct/a.psk}}\nroutes: [{to: 10.0.0.0/8}]",
        ])
    func otherClothes(text: String) throws {
        let plain = try readSpec("remote: vpn.example.org\npsk: { file: a.psk }\nroutes: [10.0.0.0/8]\n")
        #expect(try readSpec(text) == plain)
    }

    @Test("an alias is what its anchor holds")
    func alias() throws {
        let tunnel = try readSpec(
            """
            remote: 192.0.2.2
            psk: { file: a.psk }
            children:
              one: { remote: 10.1.0.0/16, esp: &settings { rekey: 30m } }
              two: { remote: 10.2.0.0/16, esp: *settings }
            """)
        #expect(tunnel.children.map(\.esp.rekeyTime) == [Seconds(1800), Seconds(1800)])
    }

    @Test(
        "a time has a unit, or is in seconds",
        arguments: [("30", 30), ("45s", 45), ("5m", 300), ("4h", 14_400), ("1d", 86_400), ("0", 0), ("0s", 0)])
    func durations(text: String, seconds: Int) throws {
        let tunnel = try readSpec("remote: 192.0.2.2\npsk: { file: a.psk }\nike: { rekey: \(text) }")
        #expect(tunnel.ike.rekeyTime == Seconds(seconds))
    }
}
