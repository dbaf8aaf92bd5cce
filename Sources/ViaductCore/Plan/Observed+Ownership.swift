public import NetworkModel

extension Observed {
    /// The tunnel's own links: those with its alias, and those that its record says it made which have none yet.
    func links(of tunnel: TunnelName) -> [Link] {
        let claimed = record?.claims.compactMap(\.addedLink) ?? []
        return links.filter { link in
            if let owner = Ownership.tunnel(alias: link.alias) { return owner == tunnel }
            return claimed.contains { $0.name == link.name && $0.kind.isSame(as: link.kind) }
        }
    }

    /// Whether a link was made for the tunnel, as its record says, and not moved to its namespace yet.
    func isStray(_ link: Link) -> Bool {
        (record?.claims ?? []).compactMap(\.addedLink).contains { $0.isStray(link) }
    }

    /// The number that the tunnel has now: its link's, or its snippet's when there is no link, as after a reboot.
    func currentID(of tunnel: TunnelName) -> UInt32? {
        if let id = links(of: tunnel).compactMap(\.kind.number).first { return id }
        guard let id = snippet(of: tunnel).number else { return nil }
        return links.contains { $0.kind.number == id } ? nil : id
    }

    /// The tunnel's own routes: by our protocol number over its links, its fences, and those that it has recorded.
    func routes(of tunnel: TunnelName) -> [Route] {
        let names = Set(links(of: tunnel).map(\.name))
        let metric = currentID(of: tunnel).map(Ownership.fenceMetric)
        let claimed = claimedRoutes
        return routes.filter { route in
            guard route.origin == Ownership.origin else { return false }
            return route.nextHops.contains { hop in hop.device.map(names.contains) ?? false }
                || (route.type == .unreachable && metric != nil && route.metric == metric)
                || claimed.same(as: route) != nil
        }
    }

    /// The tunnel's own rules: by our protocol number, and recorded or leading to a table of its routes.
    func rules(of tunnel: TunnelName) -> [Rule] {
        let claimed = Set((record?.claims ?? []).compactMap(\.addedRule))
        let ours = rules.filter { $0.origin == Ownership.origin }
        guard record == nil else { return ours.filter(claimed.contains) }
        // Without a record the tables tell, and the mark of the ESP packets that must be kept out of them.
        let tables = Set(routes(of: tunnel).map(\.table)).subtracting([Route.mainTable])
        let lookups = ours.filter { if case .lookup(let table) = $0.action { tables.contains(table) } else { false } }
        let id = currentID(of: tunnel)
        let marked = ours.filter { $0.mark != nil && $0.mark?.value == id }
        var priorities = Set(lookups.map(\.priority)).union(marked.map(\.priority))
        priorities.formUnion(lookups.map { $0.priority - 1 })
        for case .goto(let anchor) in marked.map(\.action) { priorities.insert(anchor) }
        return ours.filter { priorities.contains($0.priority) }
    }

    /// The names of the tunnel's own connections in charon: those that it has recorded, and those of its snippet.
    public func connections(of tunnel: TunnelName) -> Set<String> {
        Set((record?.claims ?? []).compactMap { $0.loadedConnection?.name }).union(snippet(of: tunnel).connections)
    }

    /// What the tunnel's snippet tells without its secrets.
    func snippet(of tunnel: TunnelName) -> SnippetSummary {
        files[Ownership.snippet(tunnel)].map(SnippetSummary.init) ?? SnippetSummary()
    }

    /// The machine as it would be without the tunnel.
    func without(_ tunnel: TunnelName) -> Observed {
        var other = self
        let gone = Set(links(of: tunnel).map(\.name))
        let ownRoutes = Set(routes(of: tunnel))
        let ownRules = Set(rules(of: tunnel))
        let ownConnections = connections(of: tunnel)
        if let id = currentID(of: tunnel) {
            other.policyIDs.remove(id)
            other.marks.remove(id)
        }
        other.links.removeAll { gone.contains($0.name) }
        other.outerLinks.removeAll { Ownership.tunnel(alias: $0.alias) == tunnel || isStray($0) }
        if namespace == nil { other.outerLinks.removeAll { gone.contains($0.name) } }
        other.addresses.removeAll { gone.contains($0.interface) }
        other.routes.removeAll { route in
            ownRoutes.contains(route) || route.nextHops.contains { $0.device.map(gone.contains) ?? false }
        }
        other.rules.removeAll { ownRules.contains($0) }
        other.clamps.removeAll { $0.name == FirewallTableName(tunnel: tunnel.text) }
        for change in (record?.claims ?? []).compactMap(\.sysctl) {
            other.sysctls[change.key] = sharedSysctls[change.key] == nil ? change.from : change.to
        }
        other.files = [:]
        other.charon?.connections.subtract(ownConnections)
        other.charon?.secrets.subtract(ownConnections.map { Ownership.secretPrefix + $0 })
        let sas = charon?.children.filter { ownConnections.contains($0.connection) && $0.isEncapsulated } ?? []
        other.encapsulated.formUnion(sas.map(\.connection))
        other.charon?.children.removeAll { ownConnections.contains($0.connection) }
        for connection in ownConnections { other.charon?.virtualAddresses[connection] = nil }
        other.record = nil
        return other
    }
}

/// What a snippet of ours tells of itself, whatever became of the spec and the journal.
struct SnippetSummary {
    /// The names of its connections.
    var connections: [String] = []
    /// The names of its pre-shared keys.
    var secrets: [String] = []
    /// The if_id or mark of its first child; nil when there is none.
    var number: UInt32?

    init() {}

    /// Reads a snippet, in the form that `SwanctlTree.text` gives it.
    init(_ content: Secret) {
        var section = ""
        for line in content.reveal({ String(decoding: $0, as: UTF8.self) }).split(separator: "\n") {
            let words = line.split { " =\"/".contains($0) }.map(String.init)
            guard let word = words.first else { continue }
            if words.last == "{", line.first != " " {
                section = word
            } else if words.last == "{", line.hasPrefix("    "), !line.hasPrefix("     ") {
                if section == "connections" { connections.append(word) } else { secrets.append(word) }
            } else if number == nil, words.count >= 2, word == "if_id_out" || word == "mark_out" {
                number = UInt32(literal: words[1])
            }
        }
    }
}

extension Link {
    /// Whether another link is this one before it was moved to its namespace: of its name, kind and ids, and nobody's yet.
    ///
    /// The kernel makes no second one of that kind with these ids where the first was born.
    ///
    /// - Parameter other: a link of the namespace in which this one is made.
    /// - Returns: false for a link that stays where it is made.
    public func isStray(_ other: Link) -> Bool {
        namespace != nil && name == other.name && (other.alias ?? "").isEmpty && kind.isSame(as: other.kind)
    }
}

extension LinkKind {
    /// Whether two links are the same thing, whatever the underlay's names: kind and ids.
    public func isSame(as other: LinkKind) -> Bool {
        switch (self, other) {
        case (.xfrm(let own), .xfrm(let its)): own.ifID == its.ifID
        case (.vti(let own), .vti(let its)): own.inputKey == its.inputKey && own.outputKey == its.outputKey
        default: self == other
        }
    }

    /// The if_id or outbound key; nil for links that are no tunnels.
    var number: UInt32? {
        switch self {
        case .xfrm(let xfrm): xfrm.ifID
        case .vti(let vti): vti.outputKey
        case .vrf, .other: nil
        }
    }
}

extension MSSClampTable {
    /// What the table makes, or something else of its name when it was changed: for a removal the name is enough.
    var anyClamp: MSSClamp {
        if let clamp { return clamp }
        guard let stand = MSSClamp(table: name, interface: .loopback, size: .bytes(1220)) else {
            preconditionFailure("lo and 1220 are in range")
        }
        return stand
    }
}

extension Step {
    var addedRoute: Route? {
        if case .addRoute(let route) = unwrapped { route } else { nil }
    }

    var addedRule: Rule? {
        if case .addRule(let rule) = unwrapped { rule } else { nil }
    }

    var addedAddress: InterfaceAddress? {
        if case .addAddress(let address) = unwrapped { address } else { nil }
    }
}

extension Route {
    /// What tells routes apart in the kernel: destination, table and metric.
    struct Identity: Hashable {
        var destination: IPPrefix
        var table: UInt32
        var metric: UInt32
    }

    /// What tells the route apart from others.
    var identity: Identity {
        Identity(destination: destination, table: table, metric: metric ?? (family == .ipv6 ? 1024 : 0))
    }

    /// Whether two are the same route of the same maker, whatever the kernel noted beside.
    ///
    /// Another tunnel may have a route to the same place by now, but over another device.
    func isSame(as other: Route) -> Bool {
        identity == other.identity && type == other.type && origin == other.origin
            && (type != .unicast || Set(nextHops.map(\.device)) == Set(other.nextHops.map(\.device)))
    }

    /// The route as the kernel would show it, so that a wish and an observation compare equal.
    var normalised: Route {
        var copy = self
        copy.metric = identity.metric
        copy.scope = nil
        if type != .unicast { copy.nextHops = [] }
        return copy
    }
}
