import TestBed
import Testing

/// The scenario O13, which comes from ifstate's documentation, with the specs of Docs/Examples.
@Suite(.testBed) struct TenantScenarioTests {
    @Test func `O13 two tenants with the same addresses, each in a VRF`() async throws {
        try await Life {
            let net = try await Net(gateways: [.gateway, .site1, .site2], others: [.wan, .tenant1, .tenant2])
            try await TenantScenarioTests.join(net)
            try await net.startCharons(.gateway, .site1, .site2, routing: [.gateway, .site1, .site2])
            return try Scene(
                net,
                [.site1: ["o13-site1"], .site2: ["o13-site2"], .gateway: ["o13-tenant1", "o13-tenant2"]],
                tap: (.gateway, "outside"))
        } traffic: { scene in
            for (tenant, site) in [(Net.Name.tenant1, Net.Name.site1), (.tenant2, .site2)] {
                try await scene[tenant].expectReplies(from: "10.99.0.1")
                try await scene[site].expectReplies(from: "192.0.2.10", source: "10.99.0.1")
            }
        }.live { scene in
            for number in [UInt32(1), 2] {
                try await scene[.gateway].expectSA(
                    "o13-tenant\(number)", ["192.0.2.0/24"], ["0.0.0.0/0"], ifIDs: (100 + number, 100 + number))
                try await scene[.gateway].expectRoutes(
                    over: "o13-tenant\(number)", ["default table \(100 + number)"])
            }
        } then: { scene in
            // A ping each way by each SA: nobody's went to the other site, which has the same address.
            for site in [Net.Name.site1, .site2] {
                let bytes = try await scene[site].childSAs().map { [$0.bytesIn, $0.bytesOut] }
                #expect(bytes == [[168, 168]])
            }
        }
    }

    /// Gateway 198.51.100.2/31 and sites 203.0.113.1 and .2 with a router between; 10.99.0.1 at both sites, and
    /// 192.0.2.0/24 twice behind the gateway.
    private static func join(_ net: Net) async throws {
        let gateway = net[.gateway], wan = net[.wan]
        try await gateway.connect("outside", to: wan, "gateway")
        try await wan.ip(
            "address add 198.51.100.3/31 dev gateway", "link add sites type bridge", "link set sites up",
            "address add 203.0.113.254/24 dev sites")
        try await wan.forwardPackets()
        try await gateway.ip("address add 198.51.100.2/31 dev outside", "route add default via 198.51.100.3")
        try await gateway.forwardPackets()
        for number in [1, 2] {
            let site = net[number == 1 ? .site1 : .site2], tenant = net[number == 1 ? .tenant1 : .tenant2]
            try await site.connect("eth0", to: wan, "site\(number)")
            try await wan.ip("link set site\(number) master sites")
            try await site.ip(
                "address add 203.0.113.\(number)/24 dev eth0", "route add default via 203.0.113.254",
                "link add eth1 type dummy", "link set eth1 up", "address add 10.99.0.1/24 dev eth1")
            try await gateway.connect("inside\(number)", to: tenant, "eth0")
            try await gateway.ip(
                "link add tenant\(number) type vrf table \(100 + number)", "link set tenant\(number) up",
                "link set inside\(number) master tenant\(number)", "address add 192.0.2.1/24 dev inside\(number)")
            try await tenant.ip("address add 192.0.2.10/24 dev eth0", "route add default via 192.0.2.1")
        }
    }
}
