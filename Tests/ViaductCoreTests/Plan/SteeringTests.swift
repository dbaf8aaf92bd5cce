import NetworkModel
import Testing
import ViaductCore

/// How IKE and ESP are kept out of a tunnel that takes the peer's own address along.
@Suite("Steering") struct SteeringTests {
    /// The rules that let IKE and ESP jump, for a default route towards a peer.
    private func exclusions(remote: String) throws -> [Rule] {
        let tunnel = try readSpec(
            """
            local: 192.0.2.1
            remote: \(remote)
            psk: { file: office.psk }
            routes: default
            """)
        var host = try FakeHost.gateway()
        let machine = host.observe(tunnel.name, spec: tunnel)
        return try Planner.fromScratch(tunnel, on: machine).steps.compactMap { step in
            guard case .addRule(let rule) = step, case .goto = rule.action, rule.mark == nil else { return nil }
            return rule
        }
    }

    @Test("a peer with an address is told by it")
    func address() throws {
        let rules = try exclusions(remote: "198.51.100.7")
        let peer = try prefix("198.51.100.7/32")
        #expect(Set(rules.filter { $0.to == peer }.compactMap(\.ipProtocol)) == [17, 50])
        #expect(rules.allSatisfy { $0.to != nil })
    }

    @Test("a peer by name may be anywhere tomorrow", arguments: ["vpn.example.org", "[198.51.100.7, vpn.example.org]"])
    func named(remote: String) throws {
        let rules = try exclusions(remote: remote)
        #expect(rules.contains { $0.ipProtocol == 50 && $0.family == .ipv4 })
        #expect(rules.contains { $0.destinationPorts == 4500...4500 && $0.family == .ipv4 })
        #expect(rules.allSatisfy { $0.to == nil })
    }
}
