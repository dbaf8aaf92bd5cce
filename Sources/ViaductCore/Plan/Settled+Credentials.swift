internal import NetworkModel

extension Settled {
    /// Adds the files below swanctl's folder and the secrets that one peer's connection needs.
    mutating func addCredentials(of peer: TunnelPeer, of tunnel: TunnelName, owners: [String]) {
        func copy(_ source: FileSource?, to folder: ConfigurationPath.Folder, end: String) {
            guard let source else { return }
            let path = Ownership.credential(folder, tunnel, connection: peer.connection, end: end)
            files.append(ConfigurationFile(path, .copy(of: source)))
        }
        let name = Ownership.secretName(peer.connection)
        for (end, authentication) in [
            ("local", peer.local.authentication), ("remote", peer.remote.authentication),
        ] {
            switch authentication {
            case .psk(let source):
                guard !secrets.contains(where: { $0.name == name }) else { continue }
                secrets.append(.preshared(name: name, owners: owners, source: source.reference(tunnel: tunnel)))
            case .certificate(let sources):
                copy(sources.certificate, to: .certificates, end: end)
                copy(sources.authority, to: .authorities, end: end)
                guard sources.key != nil else { continue }
                copy(sources.key, to: .keys, end: end)
                let path = Ownership.credential(.keys, tunnel, connection: peer.connection, end: end)
                secrets.append(.privateKey(path: "\(path)"))
            }
        }
    }

    /// The snippet of swanctl.conf with all connections, pools and pre-shared keys of a tunnel.
    func snippet(of tunnel: Tunnel) -> ConfigurationFile {
        let heading = "# Made by viaduct for the tunnel \(tunnel.name); changes are lost with its next up or down.\n"
        return ConfigurationFile(
            Ownership.snippet(tunnel.name), .text(([.plain(heading)] + swanctlTree(of: tunnel).text).merged))
    }

    /// The connections, pools and pre-shared keys of a tunnel as sections of swanctl.conf.
    func swanctlTree(of tunnel: Tunnel) -> SwanctlTree {
        var sections = [
            SwanctlTree.Entry(
                "connections",
                .section(SwanctlTree(connections.map { .init($0.name, .section($0.tree)) })))
        ]
        let keys: [SwanctlTree.Entry] = secrets.compactMap { secret in
            guard case .preshared(let name, let owners, let source) = secret else { return nil }
            let entries: [SwanctlTree.Entry] = [
                .init("id-local", .text(owners[0])), .init("id-remote", .text(owners[1])),
                .init("secret", .secret(source)),
            ]
            return .init(name, .section(SwanctlTree(entries)))
        }
        if !keys.isEmpty { sections.append(.init("secrets", .section(SwanctlTree(keys)))) }
        let pools = pools(of: tunnel).map { pool in
            SwanctlTree.Entry(pool.name, .section(SwanctlTree([.init("addrs", .text("\(pool.addresses)"))])))
        }
        if !pools.isEmpty { sections.append(.init("pools", .section(SwanctlTree(pools)))) }
        return SwanctlTree(sections)
    }

    /// The pools of all peers.
    func pools(of tunnel: Tunnel) -> [AddressPool] {
        tunnel.peers.flatMap { peer in
            zip(peer.poolNames, peer.pools).map { AddressPool(name: $0, addresses: $1) }
        }
    }
}

extension SecretSource {
    /// The source as it may be written down.
    public func reference(tunnel: TunnelName) -> SecretReference {
        switch self {
        case .file(let path): .file(path)
        case .environment(let name): .environment(name)
        case .credential(let name): .credential(name)
        case .inline: .spec(tunnel: tunnel.text)
        }
    }
}
