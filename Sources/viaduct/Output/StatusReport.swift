internal import FoundationEssentials
internal import NetworkModel
internal import ViaductCore

/// The status of tunnels for machines: the answer of `status --json`; Docs/Status.md lists its keys.
///
/// Keys are only ever added in a format; one that goes or changes its meaning makes another format. A value that is not
/// known is left out.
struct StatusReport: Encodable {
    /// The form of this answer.
    var format = 1
    /// The tunnels.
    var tunnels: [Entry]

    init(_ tunnels: [TunnelStatus], rates: StatusRates) {
        self.tunnels = tunnels.map { Entry($0, rates: rates) }
    }

    struct Entry: Encodable {
        var tunnel: String
        var state: String
        var reason: String
        var spec: Bool
        var netns: String?
        var interfaces: [Interface]
        var addresses: [Address]
        var routes: [RouteEntry]
        var fences: [RouteEntry]
        var rules: [RuleEntry]
        var connections: [ConnectionEntry]
        var differences: [String]
    }

    struct Interface: Encodable {
        var name: String
        var kind: String
        var ifId: UInt32?
        var keyIn: UInt32?
        var keyOut: UInt32?
        var mtu: UInt32?
        var up: Bool
        var vrf: String?
    }

    struct Address: Encodable {
        var interface: String
        var address: String
        var peer: String?
    }

    struct RouteEntry: Encodable {
        var to: String
        var dev: String?
        var table: UInt32
        var metric: UInt32?
        var source: String?
        var mtu: UInt32?
    }

    struct RuleEntry: Encodable {
        var family: String
        var priority: UInt32
        var line: String
    }

    struct ConnectionEntry: Encodable {
        var name: String
        var loaded: Bool
        var ikeSas: [IKEEntry]
    }

    struct End: Encodable {
        var host: String?
        var port: UInt16?
        var id: String?
    }

    struct IKEEntry: Encodable {
        var id: UInt32?
        var version: Int?
        var state: String
        var local: End
        var remote: End
        var initiator: Bool
        var nat: Bool
        var algorithms: [String]
        var ageSeconds: Int?
        var rekeySeconds: Int?
        var reauthSeconds: Int?
        var childSas: [ChildEntry]
    }

    struct ChildEntry: Encodable {
        var name: String
        var id: UInt32?
        var reqid: UInt32?
        var state: String
        var mode: String?
        var encapsulated: Bool
        var algorithms: [String]
        var localTs: [String]
        var remoteTs: [String]
        var ageSeconds: Int?
        var rekeySeconds: Int?
        var expiresSeconds: Int?
        var `in`: Traffic
        var out: Traffic
    }

    struct Traffic: Encodable {
        var spi: String?
        var bytes: UInt64
        var packets: UInt64
        var idleSeconds: Int?
        var bytesPerSecond: Double?
        var packetsPerSecond: Double?
    }

    /// The report as JSON text: on one line, or laid out for reading.
    func text(onOneLine: Bool) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !onOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension StatusReport.Entry {
    fileprivate init(_ status: TunnelStatus, rates: StatusRates) {
        tunnel = status.name.text
        state = status.condition.rawValue
        reason = status.reason
        spec = status.hasSpec
        netns = status.namespace?.text
        interfaces = status.links.map { .init($0) }
        addresses = status.addresses.map {
            .init(interface: $0.interface.text, address: "\($0.address)", peer: $0.peer.map { "\($0)" })
        }
        routes = status.routes.map { .init($0) }
        fences = status.fences.map { .init($0) }
        rules = status.rules.map {
            .init(
                family: $0.family.rawValue, priority: $0.priority, line: Step.addRule($0).commands.first?.line ?? "")
        }
        connections = status.connections.map { connection in
            .init(
                name: connection.name, loaded: connection.isLoaded,
                ikeSas: connection.sas.map { .init($0, rates: rates) })
        }
        differences = status.differences
    }
}

extension StatusReport.Interface {
    fileprivate init(_ link: Link) {
        (name, kind, mtu, up, vrf) = (link.name.text, link.kind.word, link.mtu, link.isUp, link.master?.text)
        switch link.kind {
        case .xfrm(let xfrm): ifId = xfrm.ifID
        case .vti(let vti): (keyIn, keyOut) = (vti.inputKey, vti.outputKey)
        case .vrf, .other: break
        }
    }
}

extension StatusReport.RouteEntry {
    fileprivate init(_ route: Route) {
        self.init(
            to: "\(route.destination)", dev: route.nextHops.first?.device?.text, table: route.table,
            metric: route.metric, source: route.source.map { "\($0)" }, mtu: route.mtu)
    }
}

extension StatusReport.IKEEntry {
    fileprivate init(_ sa: IKEStatus, rates: StatusRates) {
        func end(_ end: IKEStatus.End) -> StatusReport.End {
            StatusReport.End(host: end.host, port: end.port, id: end.identity)
        }
        self.init(
            id: sa.uniqueID, version: sa.version, state: sa.state, local: end(sa.local), remote: end(sa.remote),
            initiator: sa.isInitiator, nat: sa.hasNAT, algorithms: sa.algorithms, ageSeconds: sa.age,
            rekeySeconds: sa.rekeyIn, reauthSeconds: sa.reauthIn,
            childSas: sa.children.map { .init($0, rate: rates[$0]) })
    }
}

extension StatusReport.ChildEntry {
    fileprivate init(_ child: ChildStatus, rate: (input: TrafficRate, output: TrafficRate)?) {
        func traffic(_ spi: UInt32?, _ count: TrafficCount, _ rate: TrafficRate?) -> StatusReport.Traffic {
            StatusReport.Traffic(
                spi: spi.map { hexadecimal($0) }, bytes: count.bytes, packets: count.packets,
                idleSeconds: count.idle, bytesPerSecond: rate?.bytes, packetsPerSecond: rate?.packets)
        }
        self.init(
            name: child.name, id: child.uniqueID, reqid: child.requestID, state: child.state, mode: child.mode,
            encapsulated: child.isEncapsulated, algorithms: child.algorithms, localTs: child.localSelectors,
            remoteTs: child.remoteSelectors, ageSeconds: child.age, rekeySeconds: child.rekeyIn,
            expiresSeconds: child.expiresIn, in: traffic(child.inputSPI, child.input, rate?.input),
            out: traffic(child.outputSPI, child.output, rate?.output))
    }
}
