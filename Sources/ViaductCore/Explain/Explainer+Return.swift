internal import NetworkModel

extension Explainer {
    /// Looks at what the answer meets.
    ///
    /// - Parameter verdict: what becomes of the packet.
    /// - Returns: why the answer would not get back; nil when nothing is in its way.
    /// - Throws: what the kernel's answers throw.
    mutating func wayBack(_ verdict: Verdict) throws -> String? {
        guard let source, !source.isAny, !packet.destination.isMulticast else { return nil }
        let flow = Flow(packet, source: source, interfaceIndex: 0).reversed
        let direction: XFRMDirection = packet.arrival == nil ? .input : .forward
        switch verdict {
        case .clear(let interface):
            guard let link = here.link(interface) else { return nil }
            if let obstacle = try filter(flow, link) { return obstacle }
            return try obstacle(flow, direction, Entry(link: link, state: nil, isSealed: false))
        case .tunnel, .policy:
            guard let sealed else { return nil }
            return try wayBack(flow, direction, through: sealed)
        case .local, .dropped, .unknown: return nil
        }
    }

    private mutating func wayBack(
        _ flow: Flow, _ direction: XFRMDirection, through sealed: Sealed
    ) throws -> String? {
        guard let scene = try kernel.scene(of: sealed.place), let transforms = scene.transforms,
            let out = sealed.states.last, let template = sealed.policy.templates.last
        else { return nil }
        guard let state = inboundState(for: out, template, sealed, in: transforms.states) else {
            return "there is no SA from \(out.destination) that answers could come by"
        }
        guard let link = sealed.link else {
            // It appears on the interface that the outer packet came in by, and bears the path it came by.
            guard let link = here.link(sealed.outer.device) else { return nil }
            return try obstacle(flow, direction, Entry(link: link, state: state, isSealed: true))
        }
        switch link.link.kind {
        case .xfrm where link.keepsPath:
            return try obstacle(flow, direction, Entry(link: link, state: state, isSealed: true))
        case .xfrm(let xfrm):
            let lookup = PolicyLookup(.input, flow, ifID: xfrm.ifID, in: transforms)
            if let obstacle = check(lookup, Entry(link: link, state: state, isSealed: true)) { return obstacle }
        case .vti(let vti):
            var marked = flow
            marked.mark = vti.inputKey
            let lookup = PolicyLookup(.input, marked, in: transforms)
            if let obstacle = check(lookup, Entry(link: link, state: state, isSealed: true)) { return obstacle }
        case .vrf, .other: return nil
        }
        // Out of a VTI, or across namespaces, a packet looks as if it had come in clear.
        if let obstacle = try filter(flow, link) { return obstacle }
        return try obstacle(flow, direction, Entry(link: link, state: nil, isSealed: false))
    }

    /// The SA that the peer's answers come by: between the same ends, with the same request id or interface.
    private mutating func inboundState(
        for out: XFRMState, _ template: XFRMTemplate, _ sealed: Sealed, in states: [XFRMState]
    ) -> XFRMState? {
        let id: UInt32? =
            switch sealed.link?.link.kind {
            case .xfrm(let xfrm): xfrm.ifID
            case .vti, .vrf, .other, nil: nil
            }
        let candidates = states.filter {
            $0.destination == out.source && ($0.source == out.destination || $0.source.isAny) && !$0.isLarval
                && $0.ipProtocol == out.ipProtocol && $0.mode == out.mode
        }
        let found = candidates.first {
            id == nil ? $0.requestID == out.requestID && $0.ifID == out.ifID : $0.ifID == id
        }
        let outcome: StateSearch.Outcome = found.map { .found($0) } ?? .none
        let search = StateSearch(template: template, from: out.destination, to: out.source, outcome: outcome)
        waypoints.append(
            .state(
                StateWaypoint(
                    search: search, name: found.flatMap { names?.name(of: $0) }.map(Self.title), isInbound: true,
                    now: kernel.now)))
        return found
    }

    /// A check that a tunnel's link makes before the packet appears on it.
    private mutating func check(_ lookup: PolicyLookup, _ entry: Entry) -> String? {
        let title = lookup.policy.flatMap { names?.name(of: $0) }.map(Self.title)
        let isAdmitted =
            lookup.policy.map { policy in
                policy.isAllowed && entry.state.map { state in policy.templates.contains { $0.admits(state) } } ?? false
            } ?? false
        waypoints.append(
            .policies(
                PolicyWaypoint(lookup: lookup, name: title, interface: entry.link.link.name, stops: !isAdmitted)))
        return isAdmitted ? nil : "no inbound policy admits what comes by \(entry.link.link.name)"
    }

    private mutating func obstacle(_ flow: Flow, _ direction: XFRMDirection, _ entry: Entry) throws -> String? {
        if case .refused(let reason) = try admission(flow, direction, entry) { return "\(reason)" }
        return nil
    }

    /// The reverse path filter of an interface that an answer appears on in clear.
    private mutating func filter(_ flow: Flow, _ link: SceneLink) throws -> String? {
        guard flow.family == .ipv4 else { return nil }
        let keys = ["all", link.link.name.text].map { SysctlKey("net", "ipv4", "conf", $0, "rp_filter") }
        let values = try keys.map { key in try kernel.setting(key, in: .here).flatMap { Int($0) } ?? 0 }
        let value = values.max() ?? 0
        let key = keys[values[1] >= values[0] ? 1 : 0]
        var stops = false
        if value != 0 {
            let query = RouteQuery(to: flow.destination, from: flow.source, inputInterface: link.link.name)
            stops = try kernel.route(query, in: .here) == .filtered
        }
        let meaning =
            switch value {
            case 0: "answers are not asked where they come from"
            case 1:
                stops
                    ? "answers from \(flow.source) are dropped: their way back does not lead by \(link.link.name)"
                    : "answers from \(flow.source) come by the way that leads back to it"
            default:
                stops
                    ? "answers from \(flow.source) are dropped: there is no route back to it"
                    : "there is a route back to \(flow.source)"
            }
        waypoints.append(.setting(SettingWaypoint(key: key, value: "\(value)", meaning: meaning, stops: stops)))
        return stops ? "\(key) is \(value), and \(flow.source) is not reached by \(link.link.name)" : nil
    }
}

extension StateSearch {
    /// A search that was made elsewhere.
    init(template: XFRMTemplate, from source: IPAddress, to destination: IPAddress, outcome: Outcome) {
        self.template = template
        self.source = source
        self.destination = destination
        self.outcome = outcome
        passedOver = []
    }
}
