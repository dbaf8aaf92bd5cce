internal import NetworkModel

extension ConnectionImport {
    /// The spec, in the order in which its documentation has the keys.
    func document(
        name: TunnelName, link: LinkImport, ike: [SpecValue.Entry], extras: [SpecValue.Entry],
        credentials: CredentialsImport, peer: PeerImport
    ) -> SpecValue {
        let routes = routes(name: name, peer: peer, isRouted: link.binding != nil)
        let shared = sharedESP(peer.children)
        let childExtras = peer.children.map { $0.extras + $0.actionExtras(start: peer.start) }
        let sharedExtras = sharedExtras(childExtras)
        return .mapping(
            local(peer.ends, credentials), remote(peer.ends, credentials), credentials.shared,
            interface(name: name, link: link), .init("routes", ifAny: routes.routes.map { .list($0) }),
            routes.rules.isEmpty ? nil : .init("rules", .list(routes.rules)),
            traffic(of: peer, name: name),
            children(
                of: peer, name: name, hasESP: shared == nil, extras: isUniform(childExtras) ? nil : childExtras),
            peer.addressing.pools.isEmpty ? nil : .init("pools", .texts(peer.addressing.pools)),
            .init("virtual", ifAny: peer.addressing.virtual.map { .text($0) }),
            .init("ike", .mapping(ike)), .init("esp", ifAny: shared.map { .mapping($0) }),
            start(peer), swanctl(extras, sharedExtras, credentials))
    }

    /// Our end; nil when the connection says nothing of it, so that the kernel chooses the address.
    private func local(_ ends: EndsImport, _ credentials: CredentialsImport) -> SpecValue.Entry? {
        let address = ends.local.map { "\($0)" }
        guard credentials.localIdentity != nil || credentials.localAuthentication != nil else {
            return .init("local", ifAny: address.map { .text($0) })
        }
        return .init(
            "local",
            .mapping(
                .init("address", ifAny: address.map { .text($0) }),
                .init("id", ifAny: credentials.localIdentity.map { .text($0) }),
                .init("auth", ifAny: credentials.localAuthentication)))
    }

    /// The peer: `any` when the connection names no address.
    private func remote(_ ends: EndsImport, _ credentials: CredentialsImport) -> SpecValue.Entry {
        let address: SpecValue = ends.remotes.isEmpty ? .text("any") : .texts(ends.remotes)
        guard credentials.remoteIdentity != nil || credentials.remoteAuthentication != nil else {
            return .init("remote", address)
        }
        return .init(
            "remote",
            .mapping(
                .init("address", address), .init("id", ifAny: credentials.remoteIdentity.map { .text($0) }),
                .init("auth", ifAny: credentials.remoteAuthentication)))
    }

    /// The link: its name where the tunnel's is none, and its number where the connection had one.
    private func interface(name: TunnelName, link: LinkImport) -> SpecValue.Entry? {
        var entries = (link.binding?.entries ?? []) + link.entries
        if let text = name.linkName {
            entries.append(.init("name", text))
            report.warn(section.remark("has a name that a link cannot have", "the link is called '\(text)'"))
        }
        return entries.isEmpty ? nil : .init("interface", .mapping(entries))
    }

    private func routes(name: TunnelName, peer: PeerImport, isRouted: Bool) -> RoutesImport {
        var routes = RoutesImport(name: name)
        for child in peer.children { routes.add(child, isRouted: isRouted) }
        routes.finish(always: options.isAnyToAny)
        if isRouted, peer.children.contains(where: { $0.remote.prefixes.contains(where: \.isEverything) }) {
            report.warn(
                section.remark(
                    "is route-based already, and swanctl.conf does not tell what is routed",
                    "write the routes of its link into 'routes', and its addresses into 'interface.addresses'; remove "
                        + "the link that it has now"))
        }
        return routes
    }

    // MARK: - Children

    private func isAlone(_ peer: PeerImport, name: TunnelName) -> Bool {
        peer.children.count == 1 && peer.children[0].name == name
    }

    private func traffic(of peer: PeerImport, name: TunnelName) -> SpecValue.Entry? {
        if options.isAnyToAny {
            report.warn(
                section.remark(
                    "carries any to any address now",
                    "the peer has to agree: 0.0.0.0/0 and ::/0 on both sides of one child"))
            return nil
        }
        guard isAlone(peer, name: name) else { return nil }
        let entries = selectors(of: peer.children[0], peer)
        return entries.isEmpty ? nil : .init("traffic", .mapping(entries))
    }

    private func children(
        of peer: PeerImport, name: TunnelName, hasESP: Bool, extras: [[SpecValue.Entry]]?
    ) -> SpecValue.Entry? {
        guard !options.isAnyToAny, !isAlone(peer, name: name) else { return nil }
        let entries = peer.children.enumerated().map { index, child in
            var entries = selectors(of: child, peer)
            if hasESP { entries.append(.init("esp", .mapping(child.esp))) }
            if let own = extras?[index], !own.isEmpty { entries.append(.init("swanctl", .mapping(own))) }
            return SpecValue.Entry(child.name.text, .mapping(entries))
        }
        return .init("children", .mapping(entries))
    }

    /// `local` and `remote` of a child, as far as they are not what a spec has without them.
    private func selectors(of child: ChildImport, _ peer: PeerImport) -> [SpecValue.Entry] {
        [
            ("local", child.local, peer.addressing.virtual != nil),
            ("remote", child.remote, !peer.addressing.pools.isEmpty),
        ].compactMap { name, side, isGiven in
            let isUsual = isGiven ? side.texts == ["dynamic"] : side.areEverything
            return isUsual ? nil : .init(name, .texts(side.texts))
        }
    }

    /// The settings of ESP when all children have the same.
    private func sharedESP(_ children: [ChildImport]) -> [SpecValue.Entry]? {
        if isUniform(children.map(\.esp)) { return children[0].esp }
        guard options.isAnyToAny else { return nil }
        report.warn(
            section.remark("has children with different settings of ESP", "those of '\(children[0].name)' are kept"))
        return children[0].esp
    }

    /// The settings that are passed on when all children have the same.
    private func sharedExtras(_ extras: [[SpecValue.Entry]]) -> [SpecValue.Entry] {
        if isUniform(extras) { return extras[0] }
        guard options.isAnyToAny else { return [] }
        report.warn(section.remark("has children with different settings", "those of the first are kept"))
        return extras[0]
    }

    private func isUniform(_ lists: [[SpecValue.Entry]]) -> Bool { Set(lists).count == 1 }

    // MARK: - The rest

    private func start(_ peer: PeerImport) -> SpecValue.Entry? {
        let calls = peer.ends.remotes.isEmpty || peer.ends.remotes.contains { $0.contains("/") }
        guard calls else { return .init("start", peer.start.rawValue) }
        if peer.start != .listen {
            report.warn(
                section.remark("starts by itself, and has no one address to call", "it waits for the peer now"))
        }
        return nil
    }

    private func swanctl(
        _ connection: [SpecValue.Entry], _ child: [SpecValue.Entry], _ credentials: CredentialsImport
    ) -> SpecValue.Entry? {
        let parts: [(String, [SpecValue.Entry])] = [
            ("connection", connection), ("local", credentials.localExtras), ("remote", credentials.remoteExtras),
            ("child", child),
        ]
        let entries = parts.filter { !$0.1.isEmpty }.map { SpecValue.Entry($0.0, .mapping($0.1)) }
        return entries.isEmpty ? nil : .init("swanctl", .mapping(entries))
    }
}
