import TestBed

/// The two tunnels between the gateways: an XFRM interface over IPv4 and a VTI over IPv6, each for networks of its own.
enum SoakTunnel: String, CaseIterable {
    case office, branch

    /// What an administrator has edited in a spec.
    struct Edits {
        var hasMoreRoutes = false
        var hasSmallMTU = false
    }

    /// The networks behind a site that go through it.
    func networks(of number: Int) -> [String] {
        switch self {
        case .office: ["10.\(number).0.0/24", "fd0\(number)::/64"]
        case .branch: ["10.1\(number).0.0/24", "fd1\(number)::/64"]
        }
    }

    /// The address of the host behind a gateway, in a family; of the gateway itself with 1.
    func address(of number: Int, isIPv6: Bool, host: Int = 10) -> String {
        let tens = self == .office ? (isIPv6 ? "0" : "") : "1"
        return isIPv6 ? "fd\(tens)\(number)::\(host)" : "10.\(tens)\(number).0.\(host)"
    }

    /// Writes its spec at a site.
    func write(_ edits: Edits = Edits(), at site: SiteToSite.Site, in addresses: (own: String, peer: String)) throws {
        let number = site.number
        let more = edits.hasMoreRoutes ? ["10.7\(number).0.0/24", "fd7\(number)::/64"] : []
        // One of the networks of the branch is found by a rule, in a table of its own.
        let table = self == .branch ? ", { to: 10.99.0.0/24, table: 100 }" : ""
        let routes = networks(of: 3 - number) + more
        try site.gateway.write(
            """
            local: { address: "\(addresses.own)", id: \(rawValue)\(number) }
            remote: { address: "\(addresses.peer)", id: \(rawValue)\(3 - number) }
            psk: { file: office.psk }
            interface:
              kind: \(self == .office ? "xfrm" : "vti")
              addresses: [169.254.\(self == .office ? 7 : 8).\(number)/30, "fd00:\(self == .office ? 7 : 8)::\(number)/64"]
            \(edits.hasSmallMTU ? "  mtu: 1300" : "")
            routes: [\(routes.map { "\"\($0)\"" }.joined(separator: ", "))\(table)]
            \(self == .branch ? "rules: [{ to: 10.99.0.0/24, table: 100 }]" : "")
            ike: { dpd: 5s }
            esp: { proposals: [aes256gcm16-ecp384] }
            start: \(site.start)

            """, to: "/etc/viaduct/\(rawValue).yaml")
    }

    /// Edits its spec at a site.
    func edit(at site: SiteToSite.Site, _ change: (inout Edits) -> Void) throws {
        let path = "/etc/viaduct/\(rawValue).yaml"
        let text = try site.gateway.read(path)
        var edits = Edits(hasMoreRoutes: text.contains("10.7\(site.number)."), hasSmallMTU: text.contains("mtu:"))
        change(&edits)
        let ends = text.split(separator: "\n").prefix(2).compactMap { line in
            line.split(separator: "\"").dropFirst().first.map(String.init)
        }
        try write(edits, at: site, in: (ends[0], ends[1]))
    }
}

extension SiteToSite.Site {
    /// 1 for the left site, 2 for the right one.
    var number: Int { v4.hasPrefix("10.1.") ? 1 : 2 }
}
