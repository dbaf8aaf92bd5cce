import TestBed

/// The network of libreswan's test suite, as far as a scenario needs it.
///
///     westnet [eth0 west eth1]--- wan2 192.1.2.0/24 ---[eth1 east eth0] eastnet
///     192.0.1.254         .45           |              .23          192.0.2.254
///     2001:db8:0:1::254            [eth1 nic eth2]           2001:db8:0:2::254
///                                       |
///     northnet [eth0 north eth1]--- wan3 192.1.3.0/24 ---[eth0 road]
///     198.18.66.254        .33                             .209
///
/// The gateways have a default route, to each other or to nic, which has routes to all of these networks, so that what a
/// tunnel does not take passes in clear, where it is seen.
enum LSNet {
    private static let wan2: [Net.Name: String] = [.west: "45", .east: "23"]
    private static let wan3: [Net.Name: (address: String, interface: String)] = [
        .north: ("33", "eth1"), .road: ("209", "eth0"),
    ]

    /// Makes the network.
    /// - Parameter names: Those of west, east, north and road that are needed.
    /// - Returns: The network, without IKE daemons.
    /// - Throws: ``TestBedError`` with the words of a program that failed.
    static func net(_ names: Net.Name...) async throws -> Net {
        let hasNic = names.contains { wan3[$0] != nil }
        let net = try await Net(gateways: names, others: hasNic ? [.nic] : [])
        if hasNic {
            try await joinToNic(names, in: net)
        } else {
            try await net[.west].connect("eth1", to: net[.east], "eth1")
        }
        try await each(names) { try await setUp($0, in: net, hasNic: hasNic) }
        return net
    }

    private static func joinToNic(_ names: [Net.Name], in net: Net) async throws {
        let nic = net[.nic]
        try await nic.ip(
            "link add eth1 type bridge mcast_snooping 0", "link add eth2 type bridge mcast_snooping 0",
            "link set eth1 up", "link set eth2 up", "address add 192.1.2.254/24 dev eth1",
            "address add 2001:db8:1:2::254/64 dev eth1", "address add 192.1.3.254/24 dev eth2")
        for name in names {
            try await net[name].connect(wan3[name]?.interface ?? "eth1", to: nic, name.rawValue)
            try await nic.ip("link set \(name) master \(wan3[name] == nil ? "eth1" : "eth2")")
        }
        var routes = "route add 192.0.1.0/24 via 192.1.2.45\nroute add 192.0.2.0/24 via 192.1.2.23\n"
        if net.has(.north) { routes += "route add 198.18.66.0/24 via 192.1.3.33\n" }
        try await nic.run("ip", "-batch", "-", input: routes)
        try await nic.forwardPackets()
    }

    private static func setUp(_ name: Net.Name, in net: Net, hasNic: Bool) async throws {
        let host = net[name]
        var lines: [String] = []
        switch name {
        case .west, .east:
            let own = name == .west ? "1" : "2"
            let peer = wan2[name == .west ? .east : .west] ?? ""
            lines = [
                "address add 192.1.2.\(wan2[name] ?? "")/24 dev eth1",
                "address add 2001:db8:1:2::\(wan2[name] ?? "")/64 dev eth1",
                "link add eth0 type dummy", "link set eth0 up", "address add 192.0.\(own).254/24 dev eth0",
                "address add 2001:db8:0:\(own)::254/64 dev eth0",
                "route add default via \(hasNic ? "192.1.2.254" : "192.1.2.\(peer)")",
                "route add default via 2001:db8:1:2::\(hasNic ? "254" : peer)",
            ]
        case .north, .road:
            guard let place = wan3[name] else { return }
            lines = [
                "address add 192.1.3.\(place.address)/24 dev \(place.interface)", "route add default via 192.1.3.254",
            ]
            if name == .north {
                lines += ["link add eth0 type dummy", "link set eth0 up", "address add 198.18.66.254/24 dev eth0"]
            }
        default: return
        }
        try await host.run("ip", "-batch", "-", input: lines.map { $0 + "\n" }.joined())
    }
}
