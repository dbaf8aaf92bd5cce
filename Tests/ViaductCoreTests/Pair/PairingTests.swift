import NetworkModel
import Testing
import ViaductCore

@Suite("A pair") struct PairingTests {
    private static let secret = Secret("c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=".utf8)
    private static let left = "203.0.113.10=10.1.0.0/16,fd01::/64"

    /// Both ends with the networks behind them.
    static let ends = [
        (left, "198.51.100.20=10.2.0.0/16,fd02::/64"), (left, "vpn.example.org=10.2.0.0/16,fd02::/64"),
        (left, "any=10.2.0.0/16,fd02::/64"), ("any=10.2.0.0/16", "203.0.113.10=10.1.0.0/16"),
        ("2001:db8::1=10.1.0.0/16,10.9.0.0/24", "2001:db8::2=10.2.0.0/16"),
        ("gw1.example.org=fd01::/64", "gw2.example.org=fd02::/64"),
    ]

    @Test("is two specs that fit together", arguments: ends, [false, true])
    func specs(ends: (String, String), isAnyToAny: Bool) throws {
        let pair = try Self.pair(ends.0, ends.1, isAnyToAny: isAnyToAny)
        let tunnels = try pair.map { try Self.tunnel($0) }
        #expect(tunnels.count == 2)
        let peers = tunnels.flatMap(\.peers)
        #expect(peers[0].start == .listen && peers[1].start == .up, "the one that waits comes first")
        // An end that is known by name has no address of its own in its spec, so hosts are compared as texts.
        #expect(peers[0].children.map(\.local) == peers[1].children.map(\.remote))
        #expect(peers[0].children.map(\.remote) == peers[1].children.map(\.local))
        for (own, other) in [(peers[0], peers[1]), (peers[1], peers[0])] {
            let seen = other.remote.identity ?? other.remote.hosts.first?.description
            #expect((own.local.identity ?? own.local.address.map { "\($0)" }) == seen)
        }
        #expect(tunnels[0].routes.map(\.destination) == (try Self.networks(pair[1].host)))
        #expect(tunnels[1].routes.map(\.destination) == (try Self.networks(pair[0].host)))
    }

    @Test("has one secret at both ends, in files of their own")
    func secrets() throws {
        let pair = try Self.pair(Self.left, "198.51.100.20=10.2.0.0/16,fd02::/64")
        for end in pair {
            let secret = try #require(end.drafts.first { $0.path == "office.psk" })
            #expect(secret.bytes.withoutLineEnds == Self.secret)
            #expect(end.drafts.filter { $0.path != "office.psk" }.allSatisfy { !Self.holds($0, Self.secret) })
        }
    }

    @Test(
        "gives each link its address of a block",
        arguments: [
            ("169.254.7.0/30", "169.254.7.1/30", "169.254.7.2/30"), ("10.9.0.4/31", "10.9.0.4/31", "10.9.0.5/31"),
            ("fd00:7::/126", "fd00:7::1/126", "fd00:7::2/126"), ("fd00:7::/127", "fd00:7::/127", "fd00:7::1/127"),
        ])
    func links(block: String, first: String, second: String) throws {
        let link = try #require(IPPrefix(block))
        let pair = try Self.pair(Self.left, "198.51.100.20=10.2.0.0/16,fd02::/64", links: [link])
        let tunnels = try pair.map { try Self.tunnel($0) }
        #expect(tunnels[1].interface.addresses.map { "\($0.address)" } == [first])
        #expect(tunnels[0].interface.addresses.map { "\($0.address)" } == [second])
    }

    @Test("for a machine without viaduct is a swanctl.conf that is imported as the other end", arguments: ends)
    func swanctl(ends: (String, String)) throws {
        let pair = try Self.pair(ends.0, ends.1, format: .swanctl)
        let plain = try #require(pair.first { $0.format == .swanctl })
        let ours = try Self.tunnel(try #require(pair.first { $0.format == .viaduct }))
        let conf = try #require(plain.drafts.first { $0.path == "office.conf" })
        let file = SettingsFile(path: "office.conf", bytes: conf.bytes.reveal { Array($0) })
        let spec = try #require(
            try SwanctlImport.specs(of: SettingsParser.parseSnippet(file), options: .examples).specs.first)
        let theirs = try readSpec(spec.text, name: "office")
        #expect(theirs.peers[0].children.map(\.local) == ours.peers[0].children.map(\.remote))
        #expect(theirs.peers[0].ike.proposals == ours.peers[0].ike.proposals)
        #expect(spec.secrets.map(\.secret) == [Self.secret])
        let script = try #require(plain.drafts.first { $0.path == "office.sh" })
        for network in try Self.networks(pair[0].format == .swanctl ? pair[1].host : pair[0].host) {
            #expect(Self.holds(script, Secret("route add \(network) dev office".utf8)))
        }
        #expect(!Self.holds(script, Self.secret))
    }

    @Test("for libreswan is an ipsec.conf that is imported as the other end")
    func libreswan() throws {
        let pair = try Self.pair(Self.left, "198.51.100.20=10.2.0.0/16,10.3.0.0/16,fd02::/64", format: .libreswan)
        let ours = try Self.tunnel(try #require(pair.first { $0.format == .viaduct }))
        #expect(ours.peers[0].children.count == 3)
        let other = try #require(pair.first { $0.format == .libreswan })
        let files = other.drafts.map { SettingsFile(path: $0.path, bytes: $0.bytes.reveal { Array($0) }) }
        let result = try IPsecImport.specs(of: files[0], secrets: files[1], options: .examples) { _, _ in [] }
        let theirs = try readSpec(try #require(result.specs.first).text)
        #expect(theirs.peers[0].children.map(\.local) == ours.peers[0].children.map(\.remote))
        #expect(theirs.peers[0].children.map(\.remote) == ours.peers[0].children.map(\.local))
        #expect(theirs.peers[0].ike.proposals[0] == ours.peers[0].ike.proposals[0])
        #expect(theirs.peers[0].children[0].esp.proposals[0] == ours.peers[0].children[0].esp.proposals[0])
        #expect(result.specs.flatMap(\.secrets).map(\.secret) == [Self.secret])
    }

    @Test(
        "that does not fit together is refused",
        arguments: [
            ("203.0.113.10", "1.2.3.4=10.2.0.0/16", "names no networks"),
            ("203.0.113.10=10.1.0.0/33", "1.2.3.4=10.2.0.0/16", "is no network"),
            ("203.0.113.10=10.1.0.1/16", "1.2.3.4=10.2.0.0/16", "write 10.1.0.0/16"),
            ("203.0.113.10=0.0.0.0/0", "1.2.3.4=10.2.0.0/16", "no network behind a gateway"),
            ("10.0.0.0/8=10.1.0.0/16", "1.2.3.4=10.2.0.0/16", "neither an address nor a name"),
            ("../etc=10.1.0.0/16", "1.2.3.4=10.2.0.0/16", "neither an address nor a name"),
            ("=10.1.0.0/16", "1.2.3.4=10.2.0.0/16", "neither an address nor a name"),
            ("203.0.113.10=10.1.0.0/16", "203.0.113.10=10.2.0.0/16", "both ends are 203.0.113.10"),
            ("203.0.113.10=10.1.0.0/16", "2001:db8::1=10.2.0.0/16", "of two families"),
            ("203.0.113.10=10.1.0.0/16", "1.2.3.4=10.1.2.0/24", "overlap"),
            ("203.0.113.10=10.1.0.0/16,fd01::/64", "1.2.3.4=10.2.0.0/16", "no network of its family"),
            ("any=10.1.0.0/16", "vpn.example.org=10.2.0.0/16", "needs the address of the other"),
        ])
    func refused(left: String, right: String, message: String) throws {
        do {
            _ = try Self.pair(left, right)
            Issue.record("\(left) and \(right) are taken")
        } catch let error as PairError {
            #expect("\(error)".contains(message), "\(error)")
        }
    }

    // MARK: -

    private static func pair(
        _ left: String, _ right: String, format: Pairing.Format = .viaduct, links: [IPPrefix] = [],
        isAnyToAny: Bool = false
    ) throws -> [PairedEnd] {
        try Pairing(
            name: try #require(TunnelName("office")), left: PairedHost(left), right: PairedHost(right), format: format,
            links: links, isAnyToAny: isAnyToAny
        ).ends(secret: secret, schema: "/spec.json")
    }

    private static func tunnel(_ end: PairedEnd) throws -> Tunnel {
        let spec = try #require(end.drafts.first { $0.path == "office.yaml" })
        return try readSpec(spec.bytes.reveal { String(decoding: $0, as: UTF8.self) })
    }

    private static func networks(_ host: PairedHost) throws -> [IPPrefix] { host.networks }

    private static func holds(_ draft: FileDraft, _ secret: Secret) -> Bool {
        let text = draft.bytes.reveal { String(decoding: $0, as: UTF8.self) }
        return text.contains(secret.reveal { String(decoding: $0, as: UTF8.self) })
    }
}
