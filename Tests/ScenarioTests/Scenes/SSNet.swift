import TestBed

/// The network of strongSwan's test suite, as far as a scenario needs it.
///
///     alice ------- moon ------------ wan ------------- sun -------- bob
///     10.1.0.10     10.1.0.1  192.168.0.1   192.168.0.2 10.2.0.1     10.2.0.10
///     fec1::10      fec1::1       fec0::1   fec0::2     fec2::1      fec2::10
///                                 |       |
///                             carol       dave
///                             192.168.0.100  .200, fec0::10 and ::20
///
/// Moon and sun have a default route to each other, and carol and dave one to moon, so that what a tunnel does not take
/// passes in clear, where it is seen.
enum SSNet {
    private struct Gateway {
        let v4: String, v6: String, peer: (v4: String, v6: String)
        var lan: (v4: String, v6: String, guest: Net.Name)?
    }

    private static let moon = (v4: "192.168.0.1", v6: "fec0::1"), sun = (v4: "192.168.0.2", v6: "fec0::2")

    private static func gateway(_ name: Net.Name) -> Gateway? {
        switch name {
        case .moon: Gateway(v4: moon.v4, v6: moon.v6, peer: sun, lan: ("10.1.0", "fec1", .alice))
        case .sun: Gateway(v4: sun.v4, v6: sun.v6, peer: moon, lan: ("10.2.0", "fec2", .bob))
        case .carol: Gateway(v4: "192.168.0.100", v6: "fec0::10", peer: moon)
        case .dave: Gateway(v4: "192.168.0.200", v6: "fec0::20", peer: moon)
        default: nil
        }
    }

    /// Makes the network.
    /// - Parameters:
    ///   - names: Moon, and those of sun, carol, dave, alice and bob that are needed.
    ///   - hasClearPath: Whether there are the default routes.
    /// - Returns: The network, without IKE daemons.
    /// - Throws: ``TestBedError`` with the words of a program that failed.
    static func net(_ names: Net.Name..., hasClearPath: Bool = true) async throws -> Net {
        let gateways = names.filter { gateway($0) != nil }
        let isWire = gateways.count == 2
        let others = names.filter { gateway($0) == nil } + (isWire ? [] : [.wan])
        let net = try await Net(gateways: gateways, others: others)
        if isWire {
            try await net[gateways[0]].connect("eth0", to: net[gateways[1]], "eth0")
        } else {
            try await net[.wan].ip("link add lan type bridge mcast_snooping 0", "link set lan up")
            for name in gateways {
                try await net[name].connect("eth0", to: net[.wan], name.rawValue)
                try await net[.wan].ip("link set \(name) master lan")
            }
        }
        try await each(gateways) { try await setUp($0, in: net, hasClearPath: hasClearPath) }
        return net
    }

    private static func setUp(_ name: Net.Name, in net: Net, hasClearPath: Bool) async throws {
        guard let gateway = gateway(name) else { return }
        let host = net[name]
        var lines = ["address add \(gateway.v4)/24 dev eth0", "address add \(gateway.v6)/16 dev eth0"]
        if let lan = gateway.lan {
            if net.has(lan.guest) {
                try await host.connect("eth1", to: net[lan.guest], "eth0")
                try await net[lan.guest].ip(
                    "address add \(lan.v4).10/16 dev eth0", "address add \(lan.v6)::10/16 dev eth0",
                    "route add default via \(lan.v4).1", "route add default via \(lan.v6)::1")
                try await host.forwardPackets()
            } else {
                lines += ["link add eth1 type dummy", "link set eth1 up"]
            }
            lines += ["address add \(lan.v4).1/16 dev eth1", "address add \(lan.v6)::1/16 dev eth1"]
        }
        if hasClearPath {
            lines += ["route add default via \(gateway.peer.v4)", "route add default via \(gateway.peer.v6)"]
        }
        try await host.run("ip", "-batch", "-", input: lines.map { $0 + "\n" }.joined())
    }
}
