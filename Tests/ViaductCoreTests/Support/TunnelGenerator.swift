import NetworkModel
import ViaductCore

/// Random numbers from a seed, the same on every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Makes tunnels as specs may describe them, of few building blocks, so that two of them often have some in common.
struct TunnelGenerator {
    private var numbers: SeededNumbers

    init(seed: UInt64) {
        numbers = SeededNumbers(seed: seed)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &numbers)]
    }

    private mutating func some<Value>(of values: [Value], percent: Int) -> [Value] {
        values.filter { _ in chance(percent) }
    }

    /// A tunnel of a name, with every part left to chance.
    mutating func tunnel(_ text: String = "office") throws -> Tunnel {
        let tunnelName = try name(text)
        let (local, remote) = try authentications()
        let addresses = try addresses()
        return Tunnel(
            name: tunnelName,
            local: LocalEnd(
                address: chance(50) ? try address("192.0.2.1") : nil, identity: chance(30) ? "gw1.example.org" : nil,
                authentication: local),
            remote: RemoteEnd(hosts: [.address(try address("198.51.100.2"))], authentication: remote),
            interface: TunnelInterface(
                kind: chance(70) ? .xfrm : .vti, name: try interface(chance(70) ? "office" : "vpn0"),
                id: chance(70) ? .automatic : .fixed(42),
                device: chance(30) ? try interface("eth0") : nil, addresses: addresses,
                mtu: chance(30) ? pick([1280, 1400]) : nil, isMulticast: chance(20),
                segmentSize: pick([.untouched, .untouched, .clamped, .limited(1300)])),
            routes: try routes(addresses: addresses), rules: try rules(), leak: chance(80) ? .block : .allow,
            children: try children(tunnelName), ike: IKESettings(isEncapsulated: chance(20)),
            start: pick(StartMode.allCases), forwarding: chance(40) ? .on : .automatic)
    }

    private mutating func authentications() throws -> (Authentication, Authentication) {
        guard chance(30) else {
            let psk: SecretSource = pick([
                .file("/etc/viaduct/office.psk"), .environment("OFFICE_PSK"),
                .credential(try credential("office-psk")), .inline(Secret("inline".utf8)),
            ])
            return (.psk(psk), .psk(psk))
        }
        return (
            .certificate(
                CertificateSources(
                    certificate: .file("/etc/pki/gw.pem"),
                    key: chance(50) ? .file("/etc/pki/gw.key") : .credential(try credential("gw-key")))),
            .certificate(CertificateSources(authority: chance(70) ? .file("/etc/pki/ca.pem") : nil))
        )
    }

    private mutating func addresses() throws -> [TunnelAddress] {
        let all = [
            TunnelAddress(try prefix("169.254.7.1/30")), TunnelAddress(try prefix("169.254.7.2/30")),
            TunnelAddress(try prefix("169.254.7.2/29")),
            TunnelAddress(try prefix("10.9.0.1/32"), peer: try address("10.9.0.2")),
            TunnelAddress(try prefix("fd00:7::1/64")), TunnelAddress(try prefix("fd00:7::1/126")),
            TunnelAddress(try prefix("fd00:8::1/128")),
        ]
        var seen: Set<IPAddress> = []
        return some(of: all.shuffled(using: &numbers), percent: 35).filter { seen.insert($0.address.address).inserted }
    }

    private mutating func routes(addresses: [TunnelAddress]) throws -> [TunnelRoute] {
        let destinations = [
            "192.168.88.0/24", "192.168.88.0/25", "10.8.0.0/16", "fd88::/64", "fd88::/48", "203.0.113.7/32",
            "0.0.0.0/0", "198.51.100.0/24", "::/0",
        ]
        return try some(of: destinations, percent: 45).map { text in
            let destination = try prefix(text)
            let own = addresses.map(\.address.address).filter { $0.family == destination.family }
            return TunnelRoute(
                to: destination, table: destination.isEverything ? pick([nil, 100]) : pick([nil, 254, 100, 200]),
                metric: pick([nil, nil, 50, 2000]),
                source: own.isEmpty || chance(70) ? nil : pick(own), mtu: chance(20) ? 1280 : nil)
        }
    }

    private mutating func rules() throws -> [TunnelRule] {
        let lan = try prefix("10.1.1.0/24")
        let marked = Mark(0x10, mask: 0xff)
        let all = [
            TunnelRule(Rule(family: .ipv4, priority: 0, action: .lookup(table: 100), from: lan), hasPriority: false),
            TunnelRule(Rule(family: .ipv4, priority: 5210, action: .lookup(table: 100), from: lan), hasPriority: true),
            TunnelRule(
                Rule(family: .ipv4, priority: 0, action: .lookup(table: 200), mark: marked), hasPriority: false),
            TunnelRule(
                Rule(family: .ipv6, priority: 0, action: .lookup(table: 200), mark: marked), hasPriority: false),
            TunnelRule(Rule(family: .ipv6, priority: 700, action: .unreachable, mark: marked), hasPriority: true),
        ]
        return some(of: all, percent: 30)
    }

    private mutating func children(_ tunnelName: TunnelName) throws -> [TunnelChild] {
        guard chance(30) else { return [TunnelChild(name: tunnelName)] }
        return [
            TunnelChild(name: try name("lan"), remote: [TrafficSelector(try prefix("192.168.88.0/24"))]),
            TunnelChild(name: try name("wifi"), remote: [TrafficSelector(try prefix("10.8.0.0/16"))]),
        ]
    }
}
