internal import ViaductCore

/// The status of tunnels for Prometheus, in the text format that node_exporter's textfile collector reads; Docs/Status.md
/// lists the metrics.
struct StatusMetrics {
    private var families: [Family] = []

    /// A metric with all its samples, which the format wants side by side.
    private struct Family {
        var name: String
        var type: String
        var help: String
        var samples: [(labels: [(String, String)], value: String)]
    }

    init(_ tunnels: [TunnelStatus]) {
        add("viaduct_tunnel_state", "gauge", "1 for the state that the tunnel is in, 0 for the others.") {
            tunnels.flatMap { tunnel in
                TunnelCondition.allCases.map {
                    ([("tunnel", tunnel.name.text), ("state", $0.rawValue)], $0 == tunnel.condition ? "1" : "0")
                }
            }
        }
        add("viaduct_tunnel_differences", "gauge", "Commands that up would run to make the tunnel as its spec asks.") {
            tunnels.map { ([("tunnel", $0.name.text)], "\($0.differences.count)") }
        }
        let connections = tunnels.flatMap { tunnel in tunnel.connections.map { (tunnel, $0) } }
        add("viaduct_connection_established", "gauge", "Whether the connection has an established IKE_SA.") {
            connections.map { tunnel, connection in
                (Self.labels(tunnel, connection), connection.sas.contains(where: \.isEstablished) ? "1" : "0")
            }
        }
        add("viaduct_ike_sa_age_seconds", "gauge", "Age of the connection's newest IKE_SA.") {
            connections.compactMap { tunnel, connection in
                connection.sas.compactMap(\.age).min().map { (Self.labels(tunnel, connection), "\($0)") }
            }
        }
        add("viaduct_ike_sa_rekey_seconds", "gauge", "Time until the connection's newest IKE_SA is rekeyed.") {
            connections.compactMap { tunnel, connection in
                connection.sas.compactMap(\.rekeyIn).max().map { (Self.labels(tunnel, connection), "\($0)") }
            }
        }
        addChildren(connections)
    }

    /// The metrics of children: those of one name are one series, whatever SA serves it now.
    private mutating func addChildren(_ connections: [(TunnelStatus, ConnectionStatus)]) {
        var children: [(labels: [(String, String)], sas: [ChildStatus])] = []
        for (tunnel, connection) in connections {
            let all = connection.sas.flatMap(\.children)
            for name in Set(all.map(\.name)).sorted() {
                children.append((Self.labels(tunnel, connection) + [("child", name)], all.filter { $0.name == name }))
            }
        }
        add("viaduct_child_sa_installed", "gauge", "Number of installed CHILD_SAs of the child.") {
            children.map { ($0.labels, "\($0.sas.count(where: \.isInstalled))") }
        }
        add("viaduct_child_sa_age_seconds", "gauge", "Age of the child's newest CHILD_SA.") {
            children.compactMap { child in child.sas.compactMap(\.age).min().map { (child.labels, "\($0)") } }
        }
        add("viaduct_child_sa_rekey_seconds", "gauge", "Time until the child's newest CHILD_SA is rekeyed.") {
            children.compactMap { child in child.sas.compactMap(\.rekeyIn).max().map { (child.labels, "\($0)") } }
        }
        func sums(_ value: (TrafficCount) -> UInt64) -> [([(String, String)], String)] {
            children.flatMap { child in
                [("in", \ChildStatus.input), ("out", \ChildStatus.output)].map { direction, path in
                    let sum = child.sas.reduce(UInt64(0)) { $0 &+ value($1[keyPath: path]) }
                    return (child.labels + [("direction", direction)], "\(sum)")
                }
            }
        }
        add("viaduct_child_sa_bytes_total", "counter", "Bytes through the child's SAs, from 0 again with new keys.") {
            sums(\.bytes)
        }
        add("viaduct_child_sa_packets_total", "counter", "Packets through the child's SAs, from 0 again with new keys.")
        {
            sums(\.packets)
        }
    }

    private static func labels(_ tunnel: TunnelStatus, _ connection: ConnectionStatus) -> [(String, String)] {
        [("tunnel", tunnel.name.text), ("connection", connection.name)]
    }

    private mutating func add(
        _ name: String, _ type: String, _ help: String, _ samples: () -> [([(String, String)], String)]
    ) {
        families.append(Family(name: name, type: type, help: help, samples: samples().map { ($0.0, $0.1) }))
    }

    /// The text; each metric with its help, type and samples.
    var text: String {
        families.map { family in
            let samples = family.samples.map { sample in
                let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
                return "\(family.name){\(labels)} \(sample.value)\n"
            }
            return "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.type)\n" + samples.joined()
        }.joined()
    }

    /// A label's value as it stands between quotation marks.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
