internal import NetworkModel

extension Explainer {
    /// What would change a verdict.
    func remedies(for verdict: Verdict) -> [String] {
        switch verdict {
        case .tunnel, .policy, .local: []
        case .clear(let interface): remediesForClear(interface)
        case .dropped(let reason): remedies(for: reason)
        case .unknown(let reason):
            switch reason {
            case .policiesUnseen, .namespaceUnseen: ["ask again as root: sudo viaduct explain \(packet.destination)"]
            case .externalLink, .tooDeep: []
            }
        }
    }

    private func remedies(for reason: DropReason) -> [String] {
        switch reason {
        case .foreignSource: ["for a packet that this machine passes on, say by which interface it comes: --iif IF"]
        case .refused: []
        case .route(let route): fence(route)
        case .rule(let rule, _): ["ip \(rule.family.ipOption) rule show priority \(rule.priority) shows the rule"]
        case .routing: ["ip route show table all shows the routes, ip rule the rules"]
        case .noRoute(let address):
            ["a route: ip route add \(address) dev IF, or by a gateway: via ADDRESS"] + tunnels(address)
        case .reversePath(let interface):
            ["a loose filter: sysctl -w net/ipv4/conf/\(interface)/rp_filter=2, or a route back by \(interface)"]
        case .notForwarded(_, let key): ["sysctl -w \(key)=1"]
        case .policy(let policy, _): ["ip xfrm policy shows it: index \(policy.index), priority \(policy.priority)"]
        case .blockedByDefault(let direction): ["ip xfrm policy setdefault \(direction.word) accept"]
        case .cameInClear(let policy, _):
            ["the sender must encrypt it: its policy for \(policy.selector.source) to \(policy.selector.destination)"]
        case .notAdmitted(let interface, let direction):
            ["a policy of direction \(direction.word) that fits the SA and \(interface): wider traffic selectors"]
        case .noState(_, let template, let isPending): missingState(template, isPending)
        case .spentState: [missingSA()]
        case .noPolicy(let interface, let id): missingPolicy(interface, id)
        case .noMarkedPolicy(let interface, let key): missingMark(interface, key)
        case .passedIntoTunnel(_, let policy):
            ["take the exception away: ip xfrm policy shows it: index \(policy.index), priority \(policy.priority)"]
        case .transformsDisabled(_, let key): ["sysctl -w \(key)=0"]
        case .otherEnds(let interface, let state):
            ["ip link set dev \(interface) type vti local \(state.source) remote \(state.destination)"]
        case .noOuterRoute(let state, _): ["a route to the peer: ip route add \(state.destination) via GATEWAY"]
        case .foreignOuterSource(let state):
            ["ip address add \(state.source) dev IF, or an SA from an address that is here"]
        case .loop(let interface):
            ["a route to the peer that does not lead into \(interface)"]
        case .interfaceDown(let interface): ["ip link set dev \(interface) up"]
        case .noCarrier(let interface): ["the wire or the other end of \(interface): ip link show dev \(interface)"]
        }
    }

    /// A route of ours that drops is a tunnel's fence.
    private func fence(_ route: Route) -> [String] {
        guard route.origin == Ownership.origin, route.type == .unreachable else {
            return ["ip \(route.family.ipOption) route show table \(route.table) \(route.destination) shows it"]
        }
        return [
            "it is the fence of a tunnel whose interface is gone or down, so that nothing leaves in clear: viaduct up NAME"
        ]
    }

    private func missingPolicy(_ interface: InterfaceName, _ id: UInt32) -> [String] {
        var remedies: [String] = []
        for case .policies(let waypoint) in waypoints where waypoint.lookup.ifID == id {
            for passed in waypoint.lookup.passedOver {
                switch passed.reason {
                case .ifID(let other) where !isOfAnotherLink(other):
                    remedies.append(
                        "\(title(passed.policy)) would match, but bears \(other == 0 ? "no if_id" : "if_id \(other)"): "
                            + "set if_id_out = \(id) on its child, or make the interface with if_id \(other)")
                case .mark(let mark) where passed.policy.ifID == id:
                    remedies.append("\(title(passed.policy)) asks for mark \(mark)")
                case .selector(let mismatch) where passed.policy.ifID == id:
                    remedies.append("\(title(passed.policy)) has this if_id, but \(mismatch)")
                case .ifID, .mark, .selector: continue
                }
            }
        }
        guard remedies.isEmpty else { return remedies }
        return ["no SA with if_id \(id): " + unestablished(interface)]
    }

    private func missingMark(_ interface: InterfaceName, _ key: UInt32) -> [String] {
        var remedies: [String] = []
        for case .policies(let waypoint) in waypoints where waypoint.interface == interface {
            for passed in waypoint.lookup.passedOver {
                switch passed.reason {
                case .mark(let mark):
                    remedies.append(
                        "\(title(passed.policy)) would match, but asks for mark \(mark): set mark_out = \(key) on its "
                            + "child, or the interface's okey to \(mark.value)")
                case .selector(let mismatch) where passed.policy.mark.map({ key & $0.mask == $0.value }) ?? false:
                    remedies.append("\(title(passed.policy)) has this mark, but \(mismatch)")
                case .ifID, .selector: continue
                }
            }
        }
        guard remedies.isEmpty else { return remedies }
        return ["no SA with mark \(Mark(key)): " + unestablished(interface)]
    }

    private func unestablished(_ interface: InterfaceName) -> String {
        if let tunnel = Ownership.tunnel(alias: here.link(interface)?.link.alias) {
            return "charon has not established \(tunnel); viaduct up \(tunnel)"
        }
        let known = (names?.connections.keys.sorted() ?? []).joined(separator: ", ")
        return known.isEmpty
            ? "no connection is established for it; load one and initiate it"
            : "charon has not established its connection (of \(known)); swanctl --initiate --child CHILD"
    }

    private func missingState(_ template: XFRMTemplate, _ isPending: Bool) -> [String] {
        if isPending { return ["wait for the negotiation, or see why it fails: swanctl --log"] }
        var remedies: [String] = []
        for case .state(let waypoint) in waypoints where waypoint.search.template == template {
            for passed in waypoint.search.nearest.prefix(3) where !passed.state.isLarval {
                remedies.append("the SA \(passed.state.spiText) does not serve: \(passed.reason)")
            }
        }
        return remedies + [missingSA()]
    }

    /// Who would have to make the SA that the last policy asks for.
    private func missingSA() -> String {
        guard let last = waypoints.lastPolicyHit, let policy = last.lookup.policy else { return "the key exchange" }
        if let interface = last.interface {
            let id = policy.ifID
            return id == 0
                ? "no SA for \(interface): \(unestablished(interface))"
                : "no SA with if_id \(id): \(unestablished(interface))"
        }
        if let name = names?.name(of: policy) {
            return "charon has not established \(name.connection); swanctl --initiate --child \(name.child)"
        }
        guard let template = policy.templates.first else { return "the key exchange" }
        return
            "an SA from \(template.source) to \(template.destination) with reqid \(template.requestID), which the key exchange must make"
    }

    private func remediesForClear(_ interface: InterfaceName) -> [String] {
        var remedies: [String] = []
        for case .policies(let waypoint) in waypoints where waypoint.lookup.direction == .output {
            for passed in waypoint.lookup.passedOver where !passed.policy.templates.isEmpty {
                switch passed.reason {
                case .ifID(let id):
                    guard let link = here.links.first(where: { $0.link.kind.ifID == id }) else { continue }
                    remedies.append(
                        "\(title(passed.policy)) takes it once a route leads it to \(link.link.name) (if_id \(id)): "
                            + "ip route add \(packet.destination) dev \(link.link.name)")
                case .mark(let mark):
                    if let link = here.links.first(where: {
                        $0.link.kind.outputKey.map { $0 & mark.mask } == mark.value
                    }) {
                        remedies.append(
                            "\(title(passed.policy)) takes it once a route leads it to \(link.link.name): "
                                + "ip route add \(packet.destination) dev \(link.link.name)")
                    } else {
                        remedies.append(
                            "\(title(passed.policy)) takes it with mark \(mark): ask with --mark \(mark.value)")
                    }
                case .selector(.source(let block)):
                    guard passed.policy.selector.destination.contains(packet.destination),
                        passed.policy.selector.destination.length > 0
                    else { continue }
                    remedies.append(
                        "\(title(passed.policy)) takes it from \(block): ask with --from, or give the route a source there"
                    )
                case .selector(.ipProtocol(let number)):
                    guard passed.policy.ifID == 0 else { continue }
                    remedies.append("\(title(passed.policy)) takes protocol \(number) only: ask with --proto \(number)")
                case .selector: continue
                }
            }
        }
        return Array(remedies.prefix(5))
    }

    private func tunnels(_ address: IPAddress) -> [String] {
        // A key of 0 is that of ip_vti0 and ip6_vti0, which the kernel makes by itself.
        here.links.filter { $0.link.kind.ifID != nil || $0.link.kind.outputKey ?? 0 != 0 }.prefix(3).map {
            "by tunnel \($0.link.name): ip route add \(address) dev \($0.link.name)"
        }
    }

    private func isOfAnotherLink(_ id: UInt32) -> Bool { id != 0 && here.links.contains { $0.link.kind.ifID == id } }

    private func title(_ policy: XFRMPolicy) -> String { policy.title(names?.name(of: policy).map(Self.title)) }
}

extension [Waypoint] {
    /// The last search that hit a policy.
    fileprivate var lastPolicyHit: PolicyWaypoint? {
        var last: PolicyWaypoint?
        for case .policies(let waypoint) in self where waypoint.lookup.policy != nil { last = waypoint }
        return last
    }
}

extension LinkKind {
    /// The if_id of an XFRM interface; nil for other kinds.
    var ifID: UInt32? { if case .xfrm(let xfrm) = self { xfrm.ifID } else { nil } }
    /// The key of a VTI for what goes out; nil for other kinds.
    var outputKey: UInt32? { if case .vti(let vti) = self { vti.outputKey } else { nil } }
}
