internal import NetworkModel

extension TunnelPeer {
    /// The connection as charon gets it, over VICI and from the snippet.
    ///
    /// Lists keep the spec's order, for charon takes a connection with another order for a changed one and restarts it.
    ///
    /// - Parameters:
    ///   - local: our underlay address.
    ///   - localIdentity: our identity.
    ///   - remoteIdentity: the peer's identity.
    ///   - tunnel: the tunnel's name, for the files of its credentials.
    ///   - binding: what ties link, policies and SAs together.
    ///   - outerMark: the mark on ESP packets, so that rules can keep them out of the tunnel; nil for none.
    ///   - knowsTrapAndStart: whether charon takes `trap|start`.
    /// - Returns: the connection.
    func rendered(
        local: String, localIdentity: String, remoteIdentity: String, tunnel: TunnelName, binding: Binding,
        outerMark: Mark?, knowsTrapAndStart: Bool
    ) -> Connection {
        var entries: [SwanctlTree.Entry] = [
            .init("version", .text("\(ike.version)")),
            .init("local_addrs", .list([local])),
        ]
        if !remote.hosts.isEmpty { entries.append(.init("remote_addrs", .list(remote.hosts.map(\.description)))) }
        if let port = ike.localPort { entries.append(.init("local_port", .text("\(port)"))) }
        if let port = ike.remotePort { entries.append(.init("remote_port", .text("\(port)"))) }
        entries += [
            .init("proposals", .list(ike.proposals.map(\.text))),
            .init("encap", .text(ike.isEncapsulated ? "yes" : "no")),
            .init("mobike", .text(ike.isMobile ? "yes" : "no")),
            .init("fragmentation", .text(ike.fragmentation)),
            .init("dpd_delay", .text("\(ike.deadPeerDelay)")),
            .init("keyingtries", .text("\(ike.keyingTries)")),
            .init("rekey_time", .text("\(ike.rekeyTime)")),
        ]
        if !virtualAddresses.isEmpty {
            entries.append(.init("vips", .list(virtualAddresses.map { "\(IPAddress.any($0))" })))
        }
        if !pools.isEmpty { entries.append(.init("pools", .list(poolNames))) }
        entries.replace(with: extras)
        entries += [
            .init("local", .section(authentication(of: .local, identity: localIdentity, tunnel: tunnel))),
            .init("remote", .section(authentication(of: .remote, identity: remoteIdentity, tunnel: tunnel))),
            .init(
                "children",
                .section(
                    SwanctlTree(
                        children.map { child in
                            .init(
                                child.name.text,
                                .section(
                                    childTree(
                                        child, binding: binding, outerMark: outerMark,
                                        knowsTrapAndStart: knowsTrapAndStart)))
                        }))),
        ]
        return Connection(name: connection.text, tree: SwanctlTree(entries))
    }

    /// The names of the peer's pools in charon.
    var poolNames: [String] {
        pools.count == 1 ? [connection.text] : pools.indices.map { "\(connection)-\($0 + 1)" }
    }

    private enum End: String {
        case local, remote
    }

    private func authentication(of end: End, identity: String, tunnel: TunnelName) -> SwanctlTree {
        var entries: [SwanctlTree.Entry] = []
        switch end == .local ? local.authentication : remote.authentication {
        case .psk: entries.append(.init("auth", .text("psk")))
        case .certificate(let sources):
            entries.append(.init("auth", .text("pubkey")))
            if sources.certificate != nil {
                let path = Ownership.credential(
                    .certificates, tunnel, connection: connection, end: end.rawValue)
                entries.append(.init("certs", .certificates([path])))
            }
            if sources.authority != nil {
                let path = Ownership.credential(
                    .authorities, tunnel, connection: connection, end: end.rawValue)
                entries.append(.init("cacerts", .certificates([path])))
            }
        }
        entries.append(.init("id", .text(identity)))
        entries.replace(with: end == .local ? localExtras : remoteExtras)
        return SwanctlTree(entries)
    }

    private func childTree(_ child: TunnelChild, binding: Binding, outerMark: Mark?, knowsTrapAndStart: Bool)
        -> SwanctlTree
    {
        let action =
            switch start {
            // The trap brings back what a failed negotiation or the peer's delete took away.
            case .up: knowsTrapAndStart ? "trap|start" : "start"
            case .onDemand: "trap"
            case .listen: "none"
            }
        var entries: [SwanctlTree.Entry] = []
        // Without its own selectors an end with a virtual address, and a peer with one, get just that address.
        if !child.local.isEmpty { entries.append(.init("local_ts", .list(child.local.map(\.description)))) }
        if !child.remote.isEmpty { entries.append(.init("remote_ts", .list(child.remote.map(\.description)))) }
        entries += binding.entries
        if let outerMark { entries.append(.init("set_mark_out", .text("\(outerMark)"))) }
        entries += [
            .init("esp_proposals", .list(child.esp.proposals.map(\.text))),
            .init("rekey_time", .text("\(child.esp.rekeyTime)")),
            .init("replay_window", .text("\(child.esp.replayWindow)")),
            .init("dpd_action", .text(start == .up ? "restart" : start == .onDemand ? "trap" : "clear")),
            .init("close_action", .text("none")),
            .init("start_action", .text(action)),
        ]
        entries.replace(with: child.extras)
        return SwanctlTree(entries)
    }
}

extension [SwanctlTree.Entry] {
    /// Puts settings of the spec in the place of ours of the same name, and at the end where there is none.
    fileprivate mutating func replace(with extras: [ExtraSetting]) {
        for extra in extras {
            if let index = firstIndex(where: { $0.name == extra.key }) {
                self[index] = extra.entry
            } else {
                append(extra.entry)
            }
        }
    }
}

extension ExtraSetting {
    fileprivate var entry: SwanctlTree.Entry {
        switch value {
        case .text(let text): .init(key, .text(text))
        case .list(let items): .init(key, .list(items))
        }
    }
}
