internal import NetworkModel

extension Planner {
    /// What charon and its files need: credentials and snippet, secrets, pools, connections, and the wait for SAs.
    static func connectionSteps(_ settled: Settled, of tunnel: Tunnel, on rest: Observed, waits: Bool) -> [Step] {
        guard let charon = rest.charon else { return [] }
        let claims = rest.record?.claims ?? []
        let changed = settled.files.filter { !rest.has($0) }
        let isAllLoaded = settled.connections.allSatisfy { charon.connections.contains($0.name) }
        let secrets = settled.secrets.filter { secret in
            secret.isAffected(by: changed) || !isAllLoaded || !charon.has(secret)
                || rest.hasJustWritten(secret)
        }
        var steps: [Step] = secrets.compactMap { secret in
            rest.predecessor(of: secret, changed: changed).map(Step.unloadSecret)
        }
        for file in changed {
            let old = claims.compactMap(\.writtenFile).first { $0.path == file.path && rest.files[$0.path] != nil }
            steps.append(.writeFile(file, replacing: old))
        }
        steps += secrets.map(Step.loadSecret)
        let pools = claims.compactMap { if case .loadPool(let pool) = $0 { pool } else { nil } }
        for pool in settled.pools(of: tunnel) where !isAllLoaded || !pools.contains(pool) {
            steps.append(.loadPool(pool))
        }
        var waitsFor: [Step] = []
        for connection in settled.connections {
            let isLoaded = charon.connections.contains(connection.name)
            let loaded = claims.compactMap(\.loadedConnection).first { $0.name == connection.name }
            let isChanged = loaded.map { $0 != connection } ?? !changed.isEmpty
            if charon.hasDead(of: connection) { steps.append(.endSAs(of: connection.name)) }
            if !isLoaded || isChanged {
                steps.append(.loadConnection(connection, replacing: isLoaded ? loaded : nil))
            }
            guard waits, settled.awaited.contains(connection.name) else { continue }
            waitsFor += wait(for: connection, isFresh: !isLoaded || isChanged, settled, charon)
        }
        let probe = waitsFor.isEmpty ? nil : settled.probe
        return steps + obsoleteSteps(settled, of: tunnel, on: rest) + waitsFor + [probe].compactMap(\.self)
    }

    private static func wait(
        for connection: Connection, isFresh: Bool, _ settled: Settled, _ charon: CharonState
    ) -> [Step] {
        let missing = connection.children.filter { child in
            !charon.children.contains {
                $0.connection == connection.name && $0.child == child && $0.isInstalled
                    && $0.binding == settled.binding
            }
        }
        // Such SAs end as a whole, so that all have to come anew.
        let isDead = charon.hasDead(of: connection)
        guard isFresh || isDead || !missing.isEmpty else { return [] }
        return [
            .establish(
                Establishment(
                    connection: connection.name, children: isFresh || isDead ? connection.children : missing,
                    initiates: !isFresh, binding: settled.binding, peers: connection.peers))
        ]
    }

    /// The removal of connections, secrets, pools and files that the spec no longer asks for.
    private static func obsoleteSteps(_ settled: Settled, of tunnel: Tunnel, on rest: Observed) -> [Step] {
        let claims = rest.record?.claims ?? []
        let names = settled.connections.map(\.name)
        var steps: [Step] = rest.connections(of: tunnel.name).subtracting(names).sorted()
            .filter { rest.charon?.connections.contains($0) ?? false }
            .map { name in
                let claimed = claims.compactMap(\.loadedConnection).first { $0.name == name }
                return .unloadConnection(claimed ?? Connection(name: name, tree: SwanctlTree()))
            }
        for claim in claims {
            switch claim {
            // A secret of the same name has been replaced by loading the new one.
            case .loadSecret(let secret)
            where !settled.secrets.contains(where: { $0 == secret || ($0.name != nil && $0.name == secret.name) }):
                steps.append(.unloadSecret(secret))
            case .loadPool(let pool) where !settled.pools(of: tunnel).contains(where: { $0.name == pool.name }):
                steps.append(.unloadPool(pool))
            default: continue
            }
        }
        let obsolete = rest.files.keys.filter { path in !settled.files.contains { $0.path == path } }
        steps += obsolete.sorted { $0.description < $1.description }.map { path in
            .removeFile(
                claims.compactMap(\.writtenFile).first { $0.path == path } ?? ConfigurationFile(path, .text([])))
        }
        return steps
    }
}

extension Connection {
    /// The peer's addresses or names (swanctl `remote_addrs`); empty when it may be anywhere.
    public var peers: [String] {
        if case .list(let hosts)? = tree["remote_addrs"] { hosts } else { [] }
    }
}

extension Observed {
    /// The secret in whose place another is loaded; nil when there is none.
    ///
    /// It is taken away before anything is written: the way back then brings it again, charon tells a key by its
    /// content alone, which is in the file, and after a crash the lack of it tells that the new one has to be loaded.
    fileprivate func predecessor(of secret: ConnectionSecret, changed: [ConfigurationFile]) -> ConnectionSecret? {
        switch secret {
        case .privateKey(path: let path):
            let isRewritten = changed.contains { "\($0.path)" == path && files[$0.path] != nil }
            return isRewritten ? secret : nil
        case .preshared(let name, _, _):
            guard charon?.secrets.contains(name) ?? false else { return nil }
            return (record?.claims ?? []).compactMap(\.loadedSecret).first { $0.name == name } ?? secret
        }
    }

    /// Whether the file of a private key was written and the key not handed to charon before we were killed.
    ///
    /// charon tells a key by a hash alone, so only the record can tell this.
    fileprivate func hasJustWritten(_ secret: ConnectionSecret) -> Bool {
        guard case .privateKey(path: let path) = secret, let record else { return false }
        return record.claims.contains { $0.writtenFile.map { "\($0.path)" } == path }
            && !record.steps.contains(.loadSecret(secret))
    }

    /// Whether a file is there with the very bytes that the spec asks for.
    fileprivate func has(_ file: ConfigurationFile) -> Bool {
        guard let current = files[file.path] else { return false }
        switch file.content {
        case .copy(of: let source): return sources[source] == current
        case .text(let pieces):
            // A secret that has not been read counts as changed; reading it will tell.
            guard
                case .success(let bytes) = Result(catching: { () throws(MissingSecret) in
                    try pieces.bytes(secrets: secrets)
                })
            else { return false }
            return bytes == current
        }
    }
}

extension CharonState {
    /// Whether a secret is loaded, as far as charon tells: a private key is known by a hash alone.
    fileprivate func has(_ secret: ConnectionSecret) -> Bool {
        guard let name = secret.name else { return true }
        return secrets.contains(name)
    }

    /// Whether the kernel has lost a CHILD_SA of a connection.
    fileprivate func hasDead(of connection: Connection) -> Bool {
        children.contains { $0.connection == connection.name && $0.isInstalled && !$0.isInKernel }
    }
}

extension Step {
    fileprivate var loadedSecret: ConnectionSecret? {
        if case .loadSecret(let secret) = self { secret } else { nil }
    }
}

extension ConnectionSecret {
    /// Whether a change of files may have changed the secret: a pre-shared key stands in the snippet.
    fileprivate func isAffected(by changed: [ConfigurationFile]) -> Bool {
        switch self {
        case .preshared: changed.contains { $0.path.folder == .snippets }
        case .privateKey(path: let path): changed.contains { "\($0.path)" == path }
        }
    }

    /// The name in charon; nil for a private key.
    var name: String? {
        if case .preshared(let name, _, _) = self { name } else { nil }
    }
}
