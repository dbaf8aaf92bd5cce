internal import NetworkModel

extension TunnelReader {
    /// Reads `routes`; `default` counts for the families that the peers' selectors carry.
    func routes(_ field: SpecField, to peers: [PeerDraft]) -> [Located<TunnelRoute>] {
        let items = field.items("a list of prefixes") ?? []
        let carried = peers.contains { $0.children.isEmpty } ? nil : peers.families
        return items.flatMap { item in
            routes(item, carried: carried).map { Located(value: $0, field: item) }
        }
    }

    private func routes(_ field: SpecField, carried: Set<AddressFamily>?) -> [TunnelRoute] {
        if case .text = field.node.content {
            return destinations(field, carried: carried).map { TunnelRoute(to: $0) }
        }
        let expected = "a prefix such as 192.168.88.0/24, or a mapping with 'to'"
        guard let section = SpecSection(field, keys: SpecKeys.route, expected: expected) else { return [] }
        let table = section["table"].map { self.table($0) }
        let metric = section["metric"].flatMap { $0.identifier(0...UInt32.max) }
        let source = section["source"].flatMap { address($0) }
        let mtu = section["mtu"].flatMap { self.mtu($0) }
        let advertisedMSS = section["advmss"].flatMap { field in
            field.integer(536...65495, unit: "bytes").map { UInt32($0) }
        }
        guard let to = section["to"] else {
            section.failMissing("to", "write the prefix")
            return []
        }
        // A source is of one family, and so is the default route that it is for.
        let families = source.map { carried?.intersection([$0.family]) } ?? carried
        let destinations = destinations(to, carried: families)
        if let table, table == nil { return [] }
        for destination in destinations {
            if let source, let given = section["source"] { check(source: source, given, destination) }
            guard destination.family == .ipv6 else { continue }
            if metric == 0 { section["metric"]?.failValue("means 1024 for IPv6", "write 1...4294967295") }
            if let mtu, mtu < TunnelMTU.ipv6Minimum {
                section["mtu"]?.failValue("is less than IPv6 needs", "write 1280 or more")
            }
        }
        return destinations.map { destination in
            TunnelRoute(
                to: destination, table: table ?? nil, metric: metric, source: source, mtu: mtu,
                advertisedMSS: advertisedMSS)
        }
    }

    /// The prefixes that a text means: one, or everything of the families given, which are nil after a report.
    private func destinations(_ field: SpecField, carried: Set<AddressFamily>?) -> [IPPrefix] {
        guard case .text("default") = field.node.content else { return destination(field).map { [$0] } ?? [] }
        if let carried, carried.isEmpty {
            field.failValue("is of no family that the traffic selectors carry", "write it out as 0.0.0.0/0 or ::/0")
        }
        return (carried ?? []).sorted().map { .everything($0) }
    }

    private func destination(_ field: SpecField) -> IPPrefix? {
        guard let destination = network(field) else { return nil }
        let loopback = destination.length > 0 && destination.address.isLoopback
        guard !loopback, !(destination.isHost && destination.address.isAny) else {
            field.failValue("cannot be routed", "write what lies behind the peer")
            return nil
        }
        return destination
    }

    private func check(source: IPAddress, _ field: SpecField, _ destination: IPPrefix) {
        if source.family != destination.family {
            field.failValue("is of another family than \(destination)")
        } else if source.isAny || source.isMulticast {
            field.failValue("is not the address of a host", "write an address of this machine")
        }
    }
}

extension [PeerDraft] {
    /// The families that some child has selectors of on both sides.
    var families: Set<AddressFamily> {
        Set(flatMap { peer in peer.children.flatMap { peer.families(of: $0.value) } })
    }

    /// The routes of a spec that names none: to what the selectors say lies behind the peers.
    var derivedRoutes: [Located<TunnelRoute>] {
        var seen: Set<IPPrefix> = []
        var routes: [Located<TunnelRoute>] = []
        for peer in self {
            for child in peer.children {
                for prefix in peer.remotePrefixes(of: child.value)
                where prefix.isWorthARoute && seen.insert(prefix).inserted {
                    routes.append(Located(value: TunnelRoute(to: prefix), field: child.field))
                }
            }
        }
        return routes
    }
}

extension IPPrefix {
    /// Whether it is some network behind a peer; not everything, nor what belongs to every link.
    var isWorthARoute: Bool {
        !isEverything && !address.isMulticast && !address.isLinkLocal && !address.isLoopback
            && !(isHost && address.isAny)
    }
}
