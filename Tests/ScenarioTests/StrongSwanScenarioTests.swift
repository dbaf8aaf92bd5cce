import TestBed
import Testing

/// The scenarios O1 to O5, O9a, O10 and O14, which come from strongSwan's test suite, with the specs of Docs/Examples.
@Suite(.testBed) struct StrongSwanScenarioTests {
    /// What the ends that need no link are.
    enum Peers: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case withoutLink, withExamples
        var testDescription: String { self == .withoutLink ? "without a link" : "with specs of their own" }
    }

    @Test func `O1 a VTI at both ends, whose keys need not agree`() async throws {
        try await Life {
            let net = try await SSNet.net(.moon, .sun, .alice, .bob)
            try await net.startCharons(.moon, .sun)
            return try Scene(net, [.sun: ["o1-sun"], .moon: ["o1-moon"]], tap: (.moon, "eth0"))
        } traffic: { scene in
            try await scene[.alice].expectReplies(from: "10.2.0.10")
            try await scene[.bob].expectReplies(from: "10.1.0.10")
        }.live { scene in
            for (name, link, key, peerNet) in [
                (Net.Name.moon, "vti-moon", UInt32(42), "10.2.0.0/16"), (.sun, "vti-sun", 1337, "10.1.0.0/16"),
            ] {
                try await scene[name].expectSA(
                    "o1-\(name)", ["0.0.0.0/0"], ["0.0.0.0/0"], marks: (key, key))
                try await scene[name].expectRoutes(over: link, [peerNet])
                let policy = try await scene[name].run("cat", "/proc/sys/net/ipv4/conf/\(link)/disable_policy")
                #expect(policy == "1\n")
            }
        }
    }

    @Test func `O2 an if_id for each direction, on two links`() async throws {
        try await Life {
            let net = try await SSNet.net(.moon, .sun, .alice, .bob)
            try await net.startCharons(.moon, .sun, routing: [.moon, .sun])
            return try Scene(net, [.sun: ["o2-sun"], .moon: ["o2-moon"]], tap: (.moon, "eth0"))
        } traffic: { scene in
            try await scene[.alice].expectReplies(from: "10.2.0.10")
            try await scene[.bob].expectReplies(from: "10.1.0.10")
        }.live { scene in
            try await scene[.moon].expectSA("o2-moon", ["0.0.0.0/0"], ["0.0.0.0/0"], ifIDs: (42, 1337))
            try await scene[.sun].expectSA("o2-sun", ["0.0.0.0/0"], ["0.0.0.0/0"], ifIDs: (7, 8))
            try await scene[.moon].expectRoutes(over: "xfrm-moon", ["10.2.0.0/16"])
            try await scene[.moon].expectRoutes(over: "xfrm-moon-in", [])
            try await scene[.sun].expectRoutes(over: "xfrm-sun", ["10.1.0.0/16"])
        }
    }

    @Test func `O3 the link moves to a network namespace and back`() async throws {
        try await Life {
            // Without a clear path, as nothing fences the routes in while the link is elsewhere.
            let net = try await SSNet.net(.moon, .sun, .alice, .bob, hasClearPath: false)
            // The folder stays behind when the namespace goes.
            try await net[.moon].run("mkdir", "/run/netns")
            try await net.startCharons(.moon, .sun, routing: [.moon, .sun])
            return try Scene(net, [.sun: ["o3-sun"], .moon: ["o3-moon"]], tap: (.moon, "eth0"))
        } traffic: { scene in
            try await scene[.alice].expectReplies(from: "10.2.0.10")
        }.live { scene in
            try await scene[.moon].expectSA("o3-moon", ["0.0.0.0/0"], ["0.0.0.0/0"], ifIDs: (42, 42))
            try await scene[.sun].expectSA("o3-sun", ["0.0.0.0/0"], ["0.0.0.0/0"], ifIDs: (43, 43))
        } then: { scene in
            let moon = scene[.moon]
            try await moon.run("ip", "netns", "add", "moon")
            try Example("o3-netns").install(on: moon)
            try await moon.viaduct("down", "o3-moon").checked()
            try await moon.viaduct("up", "o3-netns", "--timeout", "100s").checked()
            try await O3.expectOnlyNamespaceReaches(scene)
            try await moon.viaduct("down", "o3-netns").checked()
            try await moon.run("ip", "netns", "delete", "moon")
            try moon.delete("/etc/viaduct/o3-netns.yaml")
            try await moon.viaduct("up", "o3-moon", "--timeout", "100s").checked()
            try await scene[.alice].expectReplies(from: "10.2.0.10")
        }
    }

    @Test func `O3 the link is in a network namespace from the start`() async throws {
        try await Life {
            let net = try await SSNet.net(.moon, .sun, .alice, .bob, hasClearPath: false)
            try await net[.moon].run("ip", "netns", "add", "moon")
            try await net[.moon].run("ip", "-n", "moon", "link", "set", "lo", "up")
            try await net.startCharons(.moon, .sun, routing: [.moon, .sun])
            return try Scene(
                net, [.sun: ["o3-sun"], .moon: ["o3-netns"]], namespaces: [.moon: ["moon"]], tap: (.moon, "eth0"))
        } traffic: { scene in
            try await O3.expectOnlyNamespaceReaches(scene)
        }.live { scene in
            try await scene[.moon].expectSA("o3-netns", ["0.0.0.0/0"], ["0.0.0.0/0"], ifIDs: (44, 44))
            try await scene[.moon].expectRoutes(over: "xfrm-moon", ["10.2.0.0/16"], netns: "moon")
        }
    }

    private enum O3 {
        /// The namespace moon has the link and no SAs, and alice reaches nobody.
        static func expectOnlyNamespaceReaches(_ scene: Scene) async throws {
            #expect(try await scene[.moon].run("ip", "xfrm", "state", netns: "moon").isEmpty)
            try await scene[.moon].expectReplies(from: "10.2.0.10", netns: "moon")
            try await scene[.alice].expectReplies(from: "10.2.0.10", replies: 0)
        }
    }

    /// The spec of moon, the link's name, and what ties link and SAs together.
    enum RoadWarriors: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case o4, o5
        var testDescription: String { self == .o4 ? "O4 a VTI" : "O5 an XFRM interface" }
        var link: String { self == .o4 ? "vti0" : "xfrm-moon" }
        var marks: (UInt32, UInt32)? { self == .o4 ? (42, 42) : nil }
        var ifIDs: (UInt32, UInt32)? { self == .o5 ? (42, 42) : nil }
    }

    @Test(arguments: RoadWarriors.allCases, Peers.allCases)
    func `one link for road warriors with virtual addresses`(scenario: RoadWarriors, peers: Peers) async throws {
        try await Life {
            let net = try await SSNet.net(.moon, .carol, .dave, .alice)
            let isByHand = peers == .withoutLink
            let routing: [Net.Name] = (scenario == .o5 ? [.moon] : []) + (isByHand ? [.carol, .dave] : [])
            try await net.startCharons(.moon, .carol, .dave, routing: routing)
            let moon = ["\(scenario)-moon"], tap = (Net.Name.moon, "eth0")
            guard isByHand else {
                return try Scene(
                    net, [.moon: moon, .carol: ["\(scenario)-carol"], .dave: ["\(scenario)-dave"]], tap: tap)
            }
            for (name, address) in [(Net.Name.carol, "192.168.0.100"), (.dave, "192.168.0.200")] {
                let peer = PolicyPeer(
                    local: address, remote: "192.168.0.1", localID: "\(name).strongswan.org",
                    remoteID: "moon.strongswan.org", remoteSelector: "10.1.0.0/16",
                    secretFile: "\(scenario)-\(name).psk", virtual: "0.0.0.0")
                try await peer.load(on: net[name])
            }
            return try Scene(net, [.moon: moon], tap: tap)
        } traffic: { scene in
            for (name, address) in [(Net.Name.carol, "10.3.0.1"), (.dave, "10.3.0.2")] {
                if peers == .withoutLink { try await scene[name].run("swanctl", "--initiate", "--child", "peer") }
                try await scene[name].expectReplies(from: "10.1.0.10")
                try await scene[.alice].expectReplies(from: address)
            }
        }.live { scene in
            try await scene[.moon].expectRoutes(over: scenario.link, ["10.3.0.1", "10.3.0.2"])
        } then: { scene in
            for (name, address) in [(Net.Name.carol, "10.3.0.1/32"), (.dave, "10.3.0.2/32")] {
                let connection = "\(scenario)-moon-\(name)"
                try await scene[.moon].expectSA(
                    connection, ["10.1.0.0/16"], [address], ifIDs: scenario.ifIDs, marks: scenario.marks)
                // A ping's request and reply each way: all four had the virtual address, or they would not be in here.
                let sa = try await scene[.moon].childSA(of: connection)
                try await scene[name].expectReplies(from: "10.1.0.10")
                try await scene[.alice].expectReplies(from: String(address.dropLast(3)))
                let after = try await scene[.moon].childSA(of: connection)
                #expect(after.spiIn == sa.spiIn, "\(after)")
                #expect(after.bytesIn - sa.bytesIn == 2 * 84 && after.bytesOut - sa.bytesOut == 2 * 84, "\(after)")
            }
        }
    }

    @Test(arguments: Peers.allCases) func `O9a IPv4 in IPv6`(peers: Peers) async throws {
        try await Life {
            let net = try await SSNet.net(.moon, .sun, .alice, .bob)
            try await net.startCharons(.moon, .sun, routing: [.sun])
            let tap = (Net.Name.moon, "eth0")
            guard peers == .withoutLink else {
                return try Scene(net, [.sun: ["o9a-sun"], .moon: ["o9a-moon"]], tap: tap)
            }
            let sun = PolicyPeer(
                local: "fec0::2", remote: "fec0::1", localID: "sun.strongswan.org", remoteID: "moon.strongswan.org",
                localSelector: "10.2.0.0/16", remoteSelector: "10.1.0.0/16", secretFile: "o9a.psk",
                proposals: ("aes128-sha256-x25519", "aes128-sha256"))
            try await sun.load(on: net[.sun])
            return try Scene(net, [.moon: ["o9a-moon"]], tap: tap)
        } traffic: { scene in
            try await scene[.alice].expectReplies(from: "10.2.0.10")
            try await scene[.bob].expectReplies(from: "10.1.0.10")
        }.live { scene in
            try await scene[.moon].expectSA("o9a-moon", ["10.1.0.0/16"], ["10.2.0.0/16"], marks: (9, 9))
            try await scene[.moon].expectRoutes(over: "o9a-moon", ["10.2.0.0/16"])
            let states = try await scene[.moon].dump()[.state]
            #expect(states.count == 2 && states.allSatisfy { $0.contains("src fec0::") }, "\(states)")
        }
    }

    @Test(arguments: Peers.allCases) func `O10 a trap policy brings the SA with the first packet`(peers: Peers)
        async throws
    {
        try await Life {
            let net = try await SSNet.net(.moon, .sun, .alice, .bob)
            try await net.startCharons(.moon, .sun, routing: [.moon, .sun])
            let tap = (Net.Name.moon, "eth0")
            guard peers == .withoutLink else {
                return try Scene(net, [.sun: ["o10-sun"], .moon: ["o10-moon"]], tap: tap)
            }
            let sun = PolicyPeer(
                local: "192.168.0.2", remote: "192.168.0.1", localID: "sun.strongswan.org",
                remoteID: "moon.strongswan.org", localSelector: "10.2.0.0/16", remoteSelector: "10.1.0.0/16",
                secretFile: "o10.psk")
            try await sun.load(on: net[.sun])
            return try Scene(net, [.moon: ["o10-moon"]], tap: tap)
        } traffic: { scene in
            // The first of them is what the trap catches.
            _ = try await scene[.alice].ping("10.2.0.10", count: 3, interval: 0.2)
            try await scene[.moon].until("the SA is installed") {
                try await $0.childSAs().contains { $0.state == "INSTALLED" }
            }
            try await scene[.alice].expectReplies(from: "10.2.0.10")
            try await scene[.bob].expectReplies(from: "10.1.0.10")
        }.live { scene in
            #expect(try await scene[.moon].childSAs().isEmpty)
            let traps = try await scene[.moon].run("swanctl", "--list-pols", "--trap")
            #expect(traps.contains("10.1.0.0/16") && traps.contains("10.2.0.0/16"), "\(traps)")
            try await scene[.moon].expectRoutes(over: "xfrm-moon", ["10.2.0.0/16"])
        } then: { scene in
            try await scene[.moon].expectSA("o10-moon", ["10.1.0.0/16"], ["10.2.0.0/16"], ifIDs: (5, 5))
            let log = scene[.moon].charonLog
            let acquire = "creating acquire job for policy 10.1.0.10/32[icmp/8] === 10.2.0.10/32[icmp/8]"
            #expect(log.contains(acquire), "\(log.suffix(2000))")
        }
    }

    @Test func `O14 the same network at both ends, told apart by marks and translation`() async throws {
        try await Life {
            let net = try await SSNet.net(.moon, .sun, .alice, .bob)
            try await net.startCharons(.moon, .sun)
            try net[.sun].write(
                Repository.text(of: "Docs/Examples/o14-sun.nft"), to: "/etc/viaduct/o14-sun.nft")
            return try Scene(net, [.sun: ["o14-sun"], .moon: ["o14-moon"]], tap: (.moon, "eth0"))
        } traffic: { scene in
            try await scene[.alice].expectReplies(from: "10.6.0.10")
            try await scene[.bob].expectReplies(from: "10.9.0.10")
        }.live { scene in
            try await scene[.moon].expectSA("o14-moon", ["10.0.0.0/14"], ["10.4.0.0/14"], ifIDs: (42, 42))
            try await scene[.sun].expectSA("o14-sun", ["10.4.0.0/14"], ["10.0.0.0/14"], marks: (8, 4))
            try await scene[.sun].expectRoutes(over: "vti-sun", ["10.0.0.0/14 table 14"])
        }
    }
}
