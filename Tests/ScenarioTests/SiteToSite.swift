import TestBed

/// Two gateways on one wire (or with a router in between), each with an IPv4 and an IPv6 network behind it.
///
///     10.1.0.10      10.1.0.1      192.0.2.1      192.0.2.2      10.2.0.1      10.2.0.10
///     fd01::10 [la]  fd01::1  [a]  ------ [isp] ------      [b]  fd02::1  [lb]  fd02::10
struct SiteToSite: Sendable {
    /// One of the two ends.
    struct Site: Sendable {
        let gateway: Host
        /// A host in the network behind the gateway; nil when the gateway itself has the inner addresses only.
        let inner: Host?
        /// The gateway's outer address, and its peer's.
        let outer: String, peer: String
        /// The gateway's addresses in the network behind it.
        let v4: String, v6: String
        /// The networks behind it, and those behind the peer.
        let networks: [String], peerNetworks: [String]
        /// What the spec says of the start: a initiates, b waits to be asked.
        let start: String
        /// The tunnel's own addresses on this side.
        let tunnelAddresses: [String]

        /// Who pings: the host behind the gateway, or the gateway.
        var pinger: Host { inner ?? gateway }
        /// The addresses that answer: of the host behind the gateway, or of the gateway.
        var targets: (v4: String, v6: String) {
            inner == nil ? (v4, v6) : (v4.replacingSuffix(".1", by: ".10"), v6.replacingSuffix("::1", by: "::10"))
        }
    }

    let a: Site, b: Site
    let underlay: Underlay
    /// Both ends.
    var sites: [Site] { [a, b] }

    /// Builds both ends up to the point where an administrator would set up the tunnel; charon runs on both.
    /// - Parameters:
    ///   - shape: How the gateways are joined.
    ///   - innerHosts: Whether there are hosts behind the gateways, so that these must forward.
    ///   - charon: Whether to start it.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    init(_ shape: Underlay.Shape = .wire, innerHosts: Bool = false, charon: Bool = true) async throws {
        let a = try await Host("a"), b = try await Host("b")
        underlay = try await Underlay(shape, between: a, and: b)
        let outer = underlay.addresses
        self.a = try await SiteToSite.site(
            1, gateway: a, outer: outer.left.v4, peer: outer.right.v4, innerHosts: innerHosts)
        self.b = try await SiteToSite.site(
            2, gateway: b, outer: outer.right.v4, peer: outer.left.v4, innerHosts: innerHosts)
        if charon {
            try await a.startCharon()
            try await b.startCharon()
        }
    }

    private static func site(
        _ number: Int, gateway: Host, outer: String, peer: String, innerHosts: Bool
    ) async throws -> Site {
        let v4 = "10.\(number).0.1", v6 = "fd0\(number)::1", other = 3 - number
        var inner: Host?
        if innerHosts {
            let host = try await Host("l\(gateway.name)", .plain)
            try await host.connect("lan", to: gateway, "lan")
            try await host.ip(
                "address add 10.\(number).0.10/24 dev lan", "address add fd0\(number)::10/64 dev lan",
                "route add default via \(v4)", "route add default via \(v6)")
            try await gateway.address(["\(v4)/24", "\(v6)/64"], on: "lan")
            try await gateway.forwardPackets()
            inner = host
        } else {
            try await gateway.ip("link add lan type dummy", "link set lan up")
            try await gateway.address(["\(v4)/24", "\(v6)/64"], on: "lan")
        }
        return Site(
            gateway: gateway, inner: inner, outer: outer, peer: peer, v4: v4, v6: v6,
            networks: ["10.\(number).0.0/24", "fd0\(number)::/64"],
            peerNetworks: ["10.\(other).0.0/24", "fd0\(other)::/64"], start: number == 1 ? "up" : "listen",
            tunnelAddresses: ["169.254.7.\(number)/30", "fd00:7::\(number)/64"])
    }

    /// The pre-shared key of both ends.
    static let secret = "correct horse battery staple, two by two"

    /// Writes /etc/viaduct/office.yaml and its secret at both ends.
    func writeSpecs() throws {
        for site in sites { try site.writeSpec() }
    }

    /// Brings the tunnel up at both ends by viaduct: b makes ready to be asked, a initiates and waits.
    func up() async throws {
        try await b.gateway.viaduct("up", "office").checked()
        try await a.gateway.viaduct("up", "office").checked()
    }

    /// Takes the tunnel down at both ends.
    func down() async throws {
        for site in sites { try await site.gateway.viaduct("down", "office").checked() }
    }

    /// The state of both gateways.
    func dumps() async throws -> [Dump] {
        [try await a.gateway.dump(), try await b.gateway.dump()]
    }

    /// Pings from each end to the other in each family, all at the same time.
    /// - Returns: The results, each with who pinged whom.
    func pingAll(count: Int) async throws -> [(path: String, result: PingResult)] {
        try await withThrowingTaskGroup(of: (path: String, result: PingResult).self) { group in
            for (from, to) in [(a, b), (b, a)] {
                for target in [to.targets.v4, to.targets.v6] {
                    let source = from.inner != nil ? nil : target.contains(":") ? from.v6 : from.v4
                    group.addTask {
                        let result = try await from.pinger.ping(target, count: count, source: source)
                        return ("\(from.pinger.name) to \(target)", result)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

extension SiteToSite.Site {
    /// A spec for this end.
    /// - Parameters:
    ///   - routes: What goes through the tunnel; the networks behind the peer when nil.
    ///   - addresses: The tunnel's own addresses; the usual ones when nil.
    ///   - mtu: Written as it is; left to the program when nil.
    ///   - id: The if_id, written as it is; left to the program when nil.
    ///   - name: The interface's name; left to the program when nil.
    /// - Returns: The text of the spec.
    func spec(
        routes: [String]? = nil, addresses: [String]? = nil, mtu: Int? = nil, id: UInt32? = nil, name: String? = nil
    ) -> String {
        func list(_ items: [String]) -> String { "[" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }
        var interface = "  kind: xfrm\n  addresses: \(list(addresses ?? tunnelAddresses))\n"
        if let mtu { interface += "  mtu: \(mtu)\n" }
        if let id { interface += "  id: \(id)\n" }
        if let name { interface += "  name: \(name)\n" }
        return """
            local: { address: \(outer) }
            remote: { address: \(peer) }
            psk: { file: office.psk }
            interface:
            \(interface)routes: \(list(routes ?? peerNetworks))
            esp: { proposals: [aes256gcm16-ecp384] }
            start: \(start)

            """
    }

    /// Writes /etc/viaduct/office.yaml and the secret beside it.
    func writeSpec(_ text: String? = nil, secret: String = SiteToSite.secret) throws {
        try gateway.write(text ?? spec(), to: "/etc/viaduct/office.yaml")
        try gateway.write(secret + "\n", to: "/etc/viaduct/office.psk", mode: 0o600)
    }

    /// The same tunnel as an administrator would write it for swanctl, without viaduct.
    /// - Parameters:
    ///   - ifID: The id of the XFRM interface.
    ///   - secret: The pre-shared key.
    /// - Returns: The text for a file of conf.d.
    func swanctl(ifID: UInt32, secret: String = SiteToSite.secret) -> String {
        """
        connections {
          office {
            version = 2
            local_addrs = \(outer)
            remote_addrs = \(peer)
            proposals = aes256gcm16-prfsha384-ecp384
            mobike = no
            local {
              auth = psk
              id = \(outer)
            }
            remote {
              auth = psk
              id = \(peer)
            }
            children {
              office {
                local_ts = 0.0.0.0/0, ::/0
                remote_ts = 0.0.0.0/0, ::/0
                esp_proposals = aes256gcm16-ecp384
                if_id_in = \(ifID)
                if_id_out = \(ifID)
              }
            }
          }
        }
        secrets {
          ike-office {
            id-local = \(outer)
            id-remote = \(peer)
            secret = "\(secret)"
          }
        }

        """
    }

    /// Sets this end up by hand: link, addresses, routes, and the connection loaded into charon.
    func upByHand(ifID: UInt32 = 42) async throws {
        try await gateway.ip("link add office type xfrm dev wan if_id \(ifID)", "link set office mtu 1446 up")
        try await gateway.address(tunnelAddresses, on: "office")
        for network in peerNetworks {
            let source = network.contains(":") ? v6 : v4
            try await gateway.ip("route add \(network) dev office src \(source)")
        }
        try gateway.write(swanctl(ifID: ifID), to: "/etc/swanctl/conf.d/office.conf", mode: 0o600)
        try await gateway.loadAll()
    }

    /// Takes away what ``upByHand(ifID:)`` has made.
    func downByHand() async throws {
        try gateway.delete("/etc/swanctl/conf.d/office.conf")
        try await gateway.loadAll()
        // The peer may have ended it already: then there is none to end, and swanctl says so.
        _ = try await gateway.attempt(["swanctl", "--terminate", "--ike", "office"])
        try await gateway.ip("link delete office")
    }
}

extension String {
    func replacingSuffix(_ suffix: String, by other: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + other : self
    }
}
