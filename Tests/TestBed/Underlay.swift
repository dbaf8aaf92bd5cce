/// The network between gateways: a host of its own that counts every packet, IKE and ESP apart from all else.
public final class Underlay: Sendable {
    /// How the gateways are joined.
    public enum Shape: Sendable {
        /// One wire: the gateways are neighbours, 192.0.2.1 and 192.0.2.2, 2001:db8:2::1 and 2001:db8:2::2.
        case wire
        /// A router in between: 192.0.2.1 and 198.51.100.1, 2001:db8:1::1 and 2001:db8:2::1, each with a default
        /// route to it.
        case routed
    }

    /// Something that the network does to packets.
    public enum Fault: Sendable {
        /// ESP does not get through.
        case dropESP
        /// IKE does not get through.
        case dropIKE
        /// Nothing gets through.
        case dropAll
        /// What comes from the left gateway gets the router's address: routed only, IPv4 only.
        case natLeft
        /// The right half of the path carries packets of at most so many bytes.
        case pathMTU(Int)
    }

    /// The host that is the network; its interfaces are `left` and `right`.
    public let host: Host
    /// How the gateways are joined.
    public let shape: Shape

    /// Makes the network and joins two gateways to it by their interface `wan`, with addresses.
    /// - Parameters:
    ///   - shape: How they are joined.
    ///   - left: The gateway with the address 192.0.2.1.
    ///   - right: The other one.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    public init(_ shape: Shape, between left: Host, and right: Host) async throws {
        self.shape = shape
        host = try await Host("isp", .plain)
        try await left.connect("wan", to: host, "left")
        try await right.connect("wan", to: host, "right")
        switch shape {
        case .wire:
            try await host.ip(
                "link add wire type bridge mcast_snooping 0", "link set left master wire", "link set right master wire",
                "link set wire up")
        case .routed:
            try await host.ip(
                "address add 192.0.2.254/24 dev left", "address add 2001:db8:1::fe/64 dev left",
                "address add 198.51.100.254/24 dev right", "address add 2001:db8:2::fe/64 dev right")
            try await host.forwardPackets()
        }
        for (gateway, address) in [(left, addresses.left), (right, addresses.right)] {
            try await gateway.address(["\(address.v4)/24", "\(address.v6)/64"], on: "wan")
        }
        if shape == .routed {
            try await left.ip("route add default via 192.0.2.254", "route add default via 2001:db8:1::fe")
            try await right.ip("route add default via 198.51.100.254", "route add default via 2001:db8:2::fe")
        }
        try await host.run("nft", "-f", "-", input: shape == .wire ? Underlay.bridgeRules : Underlay.routerRules)
    }

    /// Joins one more gateway by its interface `wan`, as the right one is joined.
    /// - Parameters:
    ///   - gateway: The gateway.
    ///   - number: Its number, from 3 on.
    /// - Returns: Its addresses: 192.0.2.3 and 2001:db8:2::3 on a wire, 203.0.113.1 and 2001:db8:3::1 behind the router.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    public func join(_ gateway: Host, number: Int = 3) async throws -> (v4: String, v6: String) {
        let port = "port\(number)"
        try await gateway.connect("wan", to: host, port)
        switch shape {
        case .wire:
            try await host.ip("link set \(port) master wire")
            try await gateway.address(["192.0.2.\(number)/24", "2001:db8:2::\(number)/64"], on: "wan")
            return ("192.0.2.\(number)", "2001:db8:2::\(number)")
        case .routed:
            let (v4, v6) = ("203.0.\(110 + number)", "2001:db8:\(number)")
            try await host.address(["\(v4).254/24", "\(v6)::fe/64"], on: port)
            try await gateway.address(["\(v4).1/24", "\(v6)::1/64"], on: "wan")
            try await gateway.ip("route add default via \(v4).254", "route add default via \(v6)::fe")
            return ("\(v4).1", "\(v6)::1")
        }
    }

    /// The outer addresses of the gateways.
    public var addresses: (left: (v4: String, v6: String), right: (v4: String, v6: String)) {
        switch shape {
        case .wire: (("192.0.2.1", "2001:db8:2::1"), ("192.0.2.2", "2001:db8:2::2"))
        case .routed: (("192.0.2.1", "2001:db8:1::1"), ("198.51.100.1", "2001:db8:2::1"))
        }
    }

    /// Makes the network do something to packets from now on.
    /// - Parameter fault: What it does.
    /// - Throws: ``TestBedError`` with the words of nft or ip.
    public func apply(_ fault: Fault) async throws {
        let family = shape == .wire ? "bridge" : "inet"
        let drop = "insert rule \(family) wire forward"
        switch fault {
        case .dropESP: try await nft("\(drop) meta l4proto esp drop")
        case .dropIKE: try await nft("\(drop) udp dport { 500, 4500 } drop")
        case .dropAll: try await nft("\(drop) drop")
        case .pathMTU(let bytes): try await host.ip("link set right mtu \(bytes)")
        case .natLeft:
            try await nft(
                """
                table ip nat {
                  chain out { type nat hook postrouting priority 100; oifname "right" masquerade; }
                }
                """)
        }
    }

    /// Takes the faults away that drop packets.
    /// - Throws: ``TestBedError`` with the words of nft.
    public func heal() async throws {
        let rules = shape == .wire ? Underlay.bridgeRules : Underlay.routerRules
        let family = shape == .wire ? "bridge" : "inet"
        try await nft("delete table \(family) wire\n\(rules)")
    }

    private func nft(_ text: String) async throws {
        try await host.run("nft", "-f", "-", input: text + "\n")
    }

    /// How many packets of IKE and ESP went through, and how many of anything else, since the start or the last ``heal()``.
    /// - Throws: ``TestBedError`` with the words of nft.
    public func counts() async throws -> (sealed: Int, clear: Int) {
        let family = shape == .wire ? "bridge" : "inet"
        let text = try await host.run("nft", "list", "counters", "table", family, "wire")
        var counts: [Substring: Int] = [:], name: Substring = ""
        for line in text.split(separator: "\n") {
            let words = line.split { " \t".contains($0) }
            if words.first == "counter", words.count > 1 { name = words[1] }
            if words.first == "packets", words.count > 1 { counts[name] = Int(words[1]) }
        }
        return (counts["sealed"] ?? 0, counts["clear"] ?? 0)
    }

    /// All but IKE and ESP is counted and goes on: that it does not matter must be the gateways' doing.
    private static let forward = """
              meta l4proto esp counter name sealed accept
              udp dport { 500, 4500 } counter name sealed accept
              udp sport { 500, 4500 } counter name sealed accept
              icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept
              icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
              counter name clear
        """

    private static let routerRules = """
        table inet wire {
          counter sealed { }
          counter clear { }
          chain forward {
            type filter hook forward priority 0; policy accept;
        \(forward)
          }
        }

        """

    private static let bridgeRules = """
        table bridge wire {
          counter sealed { }
          counter clear { }
          chain forward {
            type filter hook forward priority 0; policy accept;
            ether type arp accept
        \(forward)
          }
        }

        """
}
