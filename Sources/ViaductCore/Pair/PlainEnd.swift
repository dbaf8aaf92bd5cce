internal import NetworkModel

/// An end of a pair on a machine without Viaduct: a file for /etc/swanctl/conf.d, and a script for the link.
struct PlainEnd {
    private let name: TunnelName
    private let host: PairedHost
    private let peer: PairedHost
    private let tunnel: Tunnel
    private let machine: Observed

    /// Reads the spec that the end would have.
    ///
    /// - Throws: `SpecError`.
    init(of spec: ImportedSpec, host: PairedHost, to peer: PairedHost) throws {
        name = spec.name
        self.host = host
        self.peer = peer
        tunnel = try SpecReader.read(
            text: spec.text, file: spec.fileName, name: spec.name, directory: SpecLocation.usualDirectory)
        // Nothing is known of the machine but what has been said of it; most underlays carry 1500 bytes.
        var machine = Observed()
        let local = host.address ?? .any(peer.address?.family ?? .ipv4)
        machine.underlays[spec.name] = Underlay(remotes: [], local: local, device: .loopback, mtu: 1500)
        self.machine = machine
    }

    /// The end, with the pre-shared key in its file.
    ///
    /// - Throws: `PlanError`.
    func end(secret: Secret) throws -> PairedEnd {
        let plan = try Planner.fromScratch(
            tunnel, on: machine, options: Planner.Options(withIKE: false, waits: false))
        return PairedEnd(
            host: host, format: .swanctl,
            drafts: [
                FileDraft(path: "\(name).conf", bytes: try configuration(secret: secret)),
                FileDraft(path: "\(name).sh", text: script(plan)),
            ],
            steps: [
                "copy \(name).conf to \(ConfigurationPath.root)/conf.d, for root alone",
                "sh \(name).sh up, and whenever the machine starts; sh \(name).sh down takes it away",
                "swanctl --load-all",
            ])
    }

    private func configuration(secret: Secret) throws -> Secret {
        var settled = try Settled(tunnel, on: machine)
        if host.address == nil {
            settled.connections = settled.connections.map { connection in
                var connection = connection
                // Charon then takes the address that leads to the peer.
                connection.tree.entries.removeAll { $0.name == "local_addrs" }
                return connection
            }
        }
        settled.secrets = settled.secrets.map { secret in
            guard case .preshared(_, let owners, let source) = secret else { return secret }
            return .preshared(name: "ike-\(name)", owners: owners, source: source)
        }
        let heading = "# Made by `viaduct pair` for \(host.name); the other end is \(peer.name).\n"
        let text = ([.plain(heading)] + settled.swanctlTree(of: tunnel).text).merged
        return try text.bytes(secrets: Dictionary(uniqueKeysWithValues: text.references.map { ($0, secret) }))
    }

    private func script(_ plan: Plan) -> String {
        func lines(_ steps: [Step]) -> String {
            Script.commands(steps).map { "    \($0.script)\n" }.joined()
        }
        return """
            #!/bin/sh
            # Made by `viaduct pair` for \(host.name): the link, addresses and routes of the tunnel \(name).
            # The MTU is for an underlay of 1500 bytes without NAT. The link comes before the connection.
            set -eu
            case "${1:-}" in
            up)
            \(lines(plan.steps))    ;;
            down)
            \(lines(plan.inverse.steps))    ;;
            *)
                echo "usage: $0 up|down" >&2
                exit 64
                ;;
            esac

            """
    }
}
