import TestBed
import Testing

/// A machine with all sorts of links between a network behind it and two wires before it.
///
///     [l] 10.1.0.10 --- lan [a] wan  192.0.2.1    --- pwan  [b] 192.0.2.2
///         10.1.0.11             wan2 198.51.100.1 --- pwan2     198.51.100.2
struct ExplainNet: Sendable {
    /// The machine that is explained, the host behind it, and the one that sees what comes out.
    let a: Host, l: Host, b: Host
    let watch: Watch

    /// Builds the machine: addresses and wires, but no tunnel, policy or route.
    init() async throws {
        a = try await Host("a")
        l = try await Host("l", .plain)
        b = try await Host("b", .plain)
        try await a.connect("wan", to: b, "pwan")
        try await a.connect("wan2", to: b, "pwan2")
        try await l.connect("lan", to: a, "lan")
        try await b.ip("link set pwan address 02:00:00:00:00:02", "link set pwan2 address 02:00:00:00:00:03")
        try await a.address(["192.0.2.1/24", "2001:db8:2::1/64"], on: "wan")
        try await a.address(["198.51.100.1/24", "2001:db8:3::1/64"], on: "wan2")
        try await a.address(["10.1.0.1/24", "fd01::1/64"], on: "lan")
        try await b.address(["192.0.2.2/24", "2001:db8:2::2/64"], on: "pwan")
        try await b.address(["198.51.100.2/24", "2001:db8:3::2/64"], on: "pwan2")
        try await l.address(["10.1.0.10/24", "10.1.0.11/24", "fd01::10/64"], on: "lan")
        // No packet shall wait for an answer of the neighbour's.
        try await a.ip(
            "neigh add 192.0.2.2 dev wan lladdr 02:00:00:00:00:02 nud permanent",
            "neigh add 198.51.100.2 dev wan2 lladdr 02:00:00:00:00:03 nud permanent",
            "neigh add 2001:db8:2::2 dev wan lladdr 02:00:00:00:00:02 nud permanent",
            "neigh add 2001:db8:3::2 dev wan2 lladdr 02:00:00:00:00:03 nud permanent")
        // Bound to an interface, a packet without a route counts as being for a neighbour.
        let strangers = ["10.2.0.1", "10.2.1.1", "10.3.0.1", "192.0.2.2", "fd02::1", "fd02:1::1", "fd03::1"]
        for stranger in strangers {
            try await a.ip("neigh add \(stranger) dev wan2 lladdr 02:00:00:00:00:03 nud permanent")
        }
        try await a.forwardPackets()
        try await a.ip("link set lan address 02:00:00:00:00:0a")
        try await l.ip(
            "neigh add 10.1.0.1 dev lan lladdr 02:00:00:00:00:0a nud permanent",
            "neigh add fd01::1 dev lan lladdr 02:00:00:00:00:0a nud permanent", "route add default via 10.1.0.1",
            "route add default via fd01::1")
        // What comes from this address bears a mark.  Errors about packets would be taken for the packets themselves.
        try await a.run(
            "nft", "-f", "-",
            input: """
                table inet marks {
                  chain in { type filter hook prerouting priority -150; ip saddr 10.1.0.11 meta mark set 7; }
                  chain out {
                    type filter hook output priority 0
                    icmp type { destination-unreachable, time-exceeded } drop
                    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded } drop
                  }
                }

                """)
        watch = try await Watch(b)
    }

    /// An SA made by hand.
    static func state(
        from source: String = "192.0.2.1", to destination: String = "192.0.2.2", spi: Int, request: Int,
        _ more: String = ""
    ) -> String {
        "xfrm state add src \(source) dst \(destination) proto esp spi \(spi) reqid \(request) mode tunnel \(more) "
            + "aead rfc4106(gcm(aes)) 0x0102030405060708090a0b0c0d0e0f1011121314 128"
    }

    /// A policy made by hand.
    static func policy(
        _ selector: String, dir: String = "out", priority: Int = 10, _ more: String = "",
        from source: String = "192.0.2.1", to destination: String = "192.0.2.2", request: Int
    ) -> String {
        "xfrm policy add \(selector) dir \(dir) priority \(priority) \(more) tmpl src \(source) dst \(destination) "
            + "proto esp reqid \(request) mode tunnel"
    }

    /// Asks about a packet of the machine's own, sends it, and holds one against the other.
    @discardableResult
    func compare(_ probe: TestPacket, netns: String? = nil) async throws -> Explained {
        var more: [String] = []
        if let netns { more = ["--in-netns", netns] }
        let explained = try await a.explain(probe, more)
        let seen = try await watch.crossings(to: probe.destination) { try await a.send(probe, netns: netns) }
        expectAgreement(explained, seen, "\(probe)")
        return explained
    }
}

extension TestPacket {
    /// A packet that another host sends and the machine passes on: how to ask about it.
    var forwarded: [String] {
        ["--iif", "lan"] + (source == "10.1.0.11" ? ["--mark", "7"] : [])
    }
}
