import NetworkModel
import Testing
import ViaductCore

extension FakeHost {
    /// A gateway with one uplink, a LAN, a table of its own and a running charon with somebody's connection.
    static func gateway() throws -> FakeHost {
        var host = FakeHost()
        let (uplink, lan) = (try interface("eth0"), try interface("lan0"))
        host.links = [
            Link(name: .loopback, kind: .other(""), mtu: 65536, isUp: true, addressGeneration: .eui64),
            Link(name: uplink, kind: .other(""), mtu: 1500, isUp: true, isMulticast: true, addressGeneration: .eui64),
            Link(name: lan, kind: .other("bridge"), mtu: 1500, isUp: true, addressGeneration: .eui64),
        ]
        host.addresses = [
            InterfaceAddress(interface: uplink, address: try prefix("192.0.2.1/24")),
            InterfaceAddress(interface: lan, address: try prefix("10.1.0.1/24")),
        ]
        host.routes = [
            Route(
                to: .everything(.ipv4), nextHops: [NextHop(device: uplink, gateway: try address("192.0.2.254"))],
                origin: 3, scope: .universe),
            Route(
                to: try prefix("10.1.0.0/24"), nextHops: [NextHop(device: lan)], source: try address("10.1.0.1"),
                origin: 2, scope: .link),
            Route(to: try prefix("10.99.0.0/16"), type: .unreachable, table: 100, origin: 4, scope: .universe),
        ]
        host.rules = AddressFamily.allCases.flatMap { family in
            [
                Rule(family: family, priority: 0, action: .lookup(table: 255), origin: 2),
                Rule(family: family, priority: 5200, action: .lookup(table: 77), from: .everything(family)),
                Rule(family: family, priority: 32766, action: .lookup(table: 254), origin: 2),
            ]
        }
        host.sysctls = [.forwardingIPv4: "0", .forwardingIPv6: "0"]
        host.charon = CharonState(version: "6.0.1", connections: ["home"], secrets: ["ike-home"])
        host.files = [
            ConfigurationPath(.snippets, "home.conf"): Secret("connections { home { } }\n".utf8)
        ]
        host.underlay = Underlay(
            remotes: [try address("198.51.100.2")], local: try address("192.0.2.1"), device: uplink, mtu: 1500)
        host.vault = [
            .file("/etc/viaduct/office.psk"): Secret("correct horse".utf8),
            .environment("OFFICE_PSK"): Secret("battery staple".utf8),
            .credential(try credential("office-psk")): Secret("two by two".utf8),
        ]
        host.sources = [
            .file("/etc/pki/gw.pem"): Secret("certificate".utf8),
            .file("/etc/pki/gw.key"): Secret("private key".utf8),
            .credential(try credential("gw-key")): Secret("another key".utf8),
            .file("/etc/pki/ca.pem"): Secret("authority".utf8),
        ]
        return host
    }

    // MARK: - What the commands do

    /// `up` without faults of the fake's own making.
    ///
    /// - Returns: what was done.
    @discardableResult
    mutating func up(_ tunnel: Tunnel, options: Planner.Options = Planner.Options()) throws -> Plan {
        let machine = observe(tunnel.name, spec: tunnel)
        let plan = try Planner.up(tunnel, on: machine, options: options)
        guard !plan.changesNothing else { return plan }
        var record = machine.record ?? Record(tunnel: tunnel.name.text, bootID: "boot")
        if let fault = try Batch.apply(plan, to: &self, record: &record) {
            throw ApplyError(step: nil, cause: fault, rollback: nil)
        }
        return plan
    }

    /// `up` of several tunnels at once.
    ///
    /// - Returns: what came of each.
    mutating func up(together tunnels: [Tunnel]) throws -> [Batch.Outcome] {
        var (landscape, own) = landscape(of: tunnels)
        var parts: [Batch.Part] = []
        for tunnel in tunnels {
            let own = try #require(own[tunnel.name])
            let plan = try Planner.up(tunnel, on: landscape.part(for: tunnel.name, spec: tunnel, own: own))
            let record = own.record ?? Record(tunnel: tunnel.name.text, bootID: "boot")
            landscape.note(plan, record: record)
            parts.append(Batch.Part(plan, record: record))
        }
        var batch = Batch(parts)
        batch.apply(to: &self)
        return try batch.parts.map { try #require($0.outcome) }
    }

    /// `down` of several tunnels at once.
    ///
    /// - Returns: what came of each.
    mutating func down(together tunnels: [Tunnel]) throws -> [Batch.Outcome] {
        var (landscape, own) = landscape(of: tunnels)
        let parts = try tunnels.map { tunnel in
            let own = try #require(own[tunnel.name])
            let plan = Planner.down(tunnel.name, on: landscape.part(for: tunnel.name, spec: nil, own: own))
            landscape.noteRemoval(of: tunnel.name)
            return Batch.Part(plan, record: own.record ?? Record(tunnel: tunnel.name.text, bootID: "boot"))
        }
        var batch = Batch(parts)
        batch.remove(from: &self)
        return try batch.parts.map { try #require($0.outcome) }
    }

    /// What `up` would do.
    mutating func planUp(_ tunnel: Tunnel) throws -> Plan {
        try Planner.up(tunnel, on: observe(tunnel.name, spec: tunnel))
    }

    /// `down`, which knows the name alone.
    ///
    /// - Returns: what was done.
    @discardableResult
    mutating func down(_ name: TunnelName) throws -> Plan {
        let machine = observe(name, spec: nil)
        let plan = Planner.down(name, on: machine)
        var record = machine.record ?? Record(tunnel: name.text, bootID: "boot")
        try Batch.remove(plan, from: &self, record: &record)
        return plan
    }

    /// What a reboot leaves: files, and what charon reads of them as it starts.
    mutating func reboot(from start: FakeHost) {
        let (kept, loaded, secrets) = (files, charon?.connections, charon?.secrets)
        self = start
        files = kept
        charon?.connections = loaded ?? []
        charon?.secrets = secrets ?? []
    }
}

/// A text that a test of its own shows not to be what it should.
struct BadText: Error {
    var text: String
}

func name(_ text: String) throws -> TunnelName { try TunnelName(text) ?? { throw BadText(text: text) }() }
func interface(_ text: String) throws -> InterfaceName { try InterfaceName(text) ?? { throw BadText(text: text) }() }
func address(_ text: String) throws -> IPAddress { try IPAddress(text) ?? { throw BadText(text: text) }() }
func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(text) ?? { throw BadText(text: text) }() }
func credential(_ text: String) throws -> CredentialName {
    try CredentialName(text) ?? { throw BadText(text: text) }()
}
