import TestBed
import Testing

/// The scenarios O6 to O8 and O9b, which come from libreswan's test suite, with the specs of Docs/Examples.
@Suite(.testBed) struct LibreswanScenarioTests {
    private static let proposals = (ike: "aes256-sha256-modp2048", esp: "aes128gcm16")

    @Test func `O6 one link for two peers`() async throws {
        try await Life {
            let net = try await LSNet.net(.east, .north, .west)
            try await net.startCharons(.east, .north, .west, routing: [.north, .west])
            return try Scene(
                net, [.east: ["o6-east"], .north: ["o6-north"], .west: ["o6-west"]], tap: (.east, "eth1"))
        } traffic: { scene in
            try await scene[.north].expectReplies(from: "192.0.2.254", source: "198.18.66.254")
            try await scene[.west].expectReplies(from: "192.0.2.254", count: 3, source: "192.0.1.254")
        }.live { scene in
            try await scene[.east].expectSA(
                "o6-east-north", ["192.0.2.0/24"], ["198.18.66.0/24"], ifIDs: (1, 1))
            try await scene[.east].expectSA("o6-east-west", ["192.0.2.0/24"], ["192.0.1.0/24"], ifIDs: (1, 1))
            try await scene[.east].expectRoutes(over: "ipsec1", ["198.18.66.0/24", "192.0.1.0/24"])
            #expect(try await scene[.east].run("ip", "rule") == LibreswanScenarioTests.usualRules)
        } then: { scene in
            let folder = "/sys/class/net/ipsec1/statistics"
            let names = ["rx_packets", "rx_bytes", "rx_errors", "tx_packets", "tx_bytes", "tx_errors"]
            let counters = try await scene[.east].run("sh", "-c", "cd \(folder) && cat \(names.joined(separator: " "))")
            #expect(counters == "4\n336\n0\n4\n336\n0\n")
            try await scene[.east].expectReplies(from: "198.18.66.254", source: "192.0.2.254")
            try await scene[.east].expectReplies(from: "192.0.1.254", source: "192.0.2.254")
        }
    }

    /// Without rules of the administrator's: the kernel's, and the one that charon has, routes or not.
    private static let usualRules =
        "0:\tfrom all lookup local\n220:\tfrom all lookup 220\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n"

    @Test func `ikev2-xfrmi-01 a peer that knows policies only`() async throws {
        try await Life {
            let net = try await LSNet.net(.east, .north)
            try await net.startCharons(.east, .north, routing: [.east, .north])
            let east = PolicyPeer(
                local: "192.1.2.23", remote: "192.1.3.33", localID: "@east", remoteID: "@north",
                localSelector: "192.0.2.0/24", remoteSelector: "198.18.66.0/24", secretFile: "o6-north.psk",
                proposals: LibreswanScenarioTests.proposals)
            try await east.load(on: net[.east])
            return try Scene(net, [.north: ["o6-north"]], tap: (.north, "eth1"))
        } traffic: { scene in
            try await scene[.north].expectReplies(from: "192.0.2.254", source: "198.18.66.254")
            try await scene[.east].expectReplies(from: "198.18.66.254", source: "192.0.2.254")
        }.live { scene in
            try await scene[.north].expectSA("o6-north", ["198.18.66.0/24"], ["192.0.2.0/24"], ifIDs: (1, 1))
            try await scene[.north].expectRoutes(over: "ipsec1", ["192.0.2.0/24"])
        }
    }

    @Test func `O6b nothing passes while the link is down, and the SA stays`() async throws {
        try await Life {
            let net = try await LSNet.net(.east, .west)
            try await net.startCharons(.east, .west, routing: [.east, .west])
            return try Scene(net, [.east: ["o6b-east"], .west: ["o6b-west"]], tap: (.west, "eth1"))
        } traffic: { scene in
            try await scene[.west].expectReplies(from: "192.0.2.254", source: "192.0.1.254")
            try await scene[.east].expectReplies(from: "192.0.1.254", source: "192.0.2.254")
        }.live { scene in
            let west = scene[.west]
            try await scene[.east].expectSA("o6b-east", ["192.0.2.0/24"], ["192.0.1.0/24"], ifIDs: (2, 2))
            try await west.ip("link set ipsec2 down")
            let spis = try await west.childSAs().map(\.spiIn)
            try await west.expectReplies(from: "192.0.2.254", count: 4, replies: 0, source: "192.0.1.254")
            try await west.viaduct("up", "o6b-west", "--timeout", "100s").checked()
            try await west.expectReplies(from: "192.0.2.254", count: 4, source: "192.0.1.254")
            try await west.expectSA("o6b-west", ["192.0.1.0/24"], ["192.0.2.0/24"], ifIDs: (2, 2))
            #expect(try await west.childSAs().map(\.spiIn) == spis)
        }
    }

    /// When the tunnel of O7 comes up: at once, or with the first packet as in libreswan's ikev2-xfrmi-19.
    enum Start: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case up
        case onDemand = "on-demand"
        var testDescription: String { rawValue }
    }

    @Test(arguments: Start.allCases) func `O7 the peer's own address is what lies behind it`(start: Start) async throws
    {
        try await Life {
            let net = try await LSNet.net(.east, .road)
            try await net.startCharons(.east, .road, routing: [.east, .road])
            let east = PolicyPeer(
                local: "192.1.2.23", remote: "192.1.3.209", localID: "@east", remoteID: "@road",
                localSelector: "192.1.2.23/32", remoteSelector: "192.1.3.209/32", secretFile: "o7.psk",
                proposals: LibreswanScenarioTests.proposals)
            try await east.load(on: net[.east])
            let scene = try Scene(net, [.road: ["o7-road"]], tap: (.road, "eth0"))
            try Example("o7-road").install(on: net[.road]) { $0 + "start: \(start.rawValue)\n" }
            return scene
        } traffic: { scene in
            let road = scene[.road]
            if start == .onDemand {
                _ = try await road.ping("192.1.2.23", count: 3, interval: 0.2)
                try await road.until("the SA is installed") {
                    try await $0.childSAs().contains { $0.state == "INSTALLED" }
                }
            }
            try await road.expectReplies(from: "192.1.2.23")
            try await scene[.east].expectReplies(from: "192.1.3.209")
        }.live { scene in
            let isWaiting = try await scene[.road].childSAs().isEmpty
            #expect(isWaiting == (start == .onDemand))
        } then: { scene in
            try await scene[.road].expectSA(
                "o7-road", ["192.1.3.209/32"], ["192.1.2.23/32"], ifIDs: (0x4000, 0x4000))
        }
    }

    @Test func `O7 with a link at the other end too`() async throws {
        try await Life {
            let net = try await LSNet.net(.east, .road)
            try await net.startCharons(.east, .road, routing: [.east, .road])
            return try Scene(net, [.east: ["o7-east"], .road: ["o7-road"]], tap: (.road, "eth0"))
        } traffic: { scene in
            try await scene[.road].expectReplies(from: "192.1.2.23")
            try await scene[.east].expectReplies(from: "192.1.3.209")
        }.live { scene in
            try await scene[.east].expectSA(
                "o7-east", ["192.1.2.23/32"], ["192.1.3.209/32"], ifIDs: (0x4000, 0x4000))
        }
    }

    @Test(arguments: [true, false]) func `O8 an address on the link`(isPeerByHand: Bool) async throws {
        try await Life {
            let net = try await LSNet.net(.east, .west)
            // The address is the link's alone.
            try await net[.west].ip("link delete eth0")
            try await net.startCharons(.east, .west, routing: [.east, .west])
            guard isPeerByHand else {
                return try Scene(net, [.east: ["o8-east"], .west: ["o8-west"]], tap: (.west, "eth1"))
            }
            let east = PolicyPeer(
                local: "192.1.2.23", remote: "192.1.2.45", localID: "@east", remoteID: "@west",
                localSelector: "192.0.2.0/24", remoteSelector: "192.0.1.0/24", secretFile: "o8.psk",
                proposals: LibreswanScenarioTests.proposals)
            try await east.load(on: net[.east])
            return try Scene(net, [.west: ["o8-west"]], tap: (.west, "eth1"))
        } traffic: { scene in
            try await scene[.west].expectReplies(from: "192.0.2.254", source: "192.0.1.254")
            try await scene[.east].expectReplies(from: "192.0.1.254", source: "192.0.2.254")
        }.live { scene in
            try await scene[.west].expectSA("o8-west", ["192.0.1.0/24"], ["192.0.2.0/24"], ifIDs: (17, 17))
            try await scene[.west].expectRoutes(over: "ipsec17", ["192.0.2.0/24"])
        }
    }

    @Test func `O8 a link that someone else made is left alone`() async throws {
        let net = try await LSNet.net(.east, .west)
        try await net.startCharons(.west)
        let west = net[.west]
        try await west.ip(
            "link delete eth0", "link add ipsec17 type xfrm dev eth1 if_id 17",
            "address add 192.0.1.254/24 dev ipsec17",
            "link set ipsec17 up")
        try Example("o8-west").install(on: west)
        let before = try await west.dump()
        let outcome = try await west.viaduct("up", "o8-west")
        #expect(outcome.status == 1 && outcome.mentions("interface ipsec17 is there already"), "\(outcome)")
        #expect(try await west.viaduct("down", "o8-west").steps.isEmpty)
        expectEqual(before, try await west.dump(), "changed on a machine with a link of someone else's")
    }

    @Test func `O9b IPv6 in IPv4, and a guard that lets nothing clear in`() async throws {
        try await Life {
            let net = try await LSNet.net(.east, .west)
            try await net.startCharons(.east, .west, routing: [.east, .west])
            // In clear there is a way; the guard closes it.
            try await net[.west].expectReplies(from: "2001:db8:0:2::254", source: "2001:db8:0:1::254")
            try await net[.east].run(
                "nft", "-f", "-",
                input: """
                    table inet guard {
                      chain input {
                        type filter hook input priority 0
                        iifname eth1 ip6 saddr 2001:db8:0:1::/64 meta ipsec missing drop
                      }
                    }

                    """)
            try await net[.west].expectReplies(from: "2001:db8:0:2::254", replies: 0, source: "2001:db8:0:1::254")
            return try Scene(net, [.east: ["o9b-east"], .west: ["o9b-west"]], tap: (.west, "eth1"))
        } traffic: { scene in
            try await scene[.west].expectReplies(from: "2001:db8:0:2::254", source: "2001:db8:0:1::254")
            try await scene[.east].expectReplies(from: "2001:db8:0:1::254", source: "2001:db8:0:2::254")
        }.live { scene in
            try await scene[.west].expectSA("o9b-west", ["2001:db8:0:1::/64"], ["2001:db8:0:2::/64"], ifIDs: (1, 1))
            try await scene[.west].expectRoutes(over: "ipsec1", ["2001:db8:0:2::/64"])
            let states = try await scene[.west].dump()[.state]
            #expect(states.count == 2 && states.allSatisfy { $0.contains("src 192.1.2.") }, "\(states)")
        }
    }
}
