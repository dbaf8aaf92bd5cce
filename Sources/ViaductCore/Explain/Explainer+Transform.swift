internal import NetworkModel

extension Explainer {
    /// The search for a policy that follows every route.
    mutating func search(_ flow: Flow, _ device: SceneLink) throws -> Passage {
        let lookup: PolicyLookup
        if let key = try transformsOff(device.link.name) {
            lookup = PolicyLookup(.output, flow, exemptBy: key)
        } else {
            lookup = PolicyLookup(.output, flow, in: here.transforms)
        }
        if case .unseen = lookup.outcome {
            waypoints.append(.policies(PolicyWaypoint(lookup: lookup, stops: false)))
            return .ends(.unknown(.policiesUnseen(device.link.name)))
        }
        return try seal(flow, lookup, link: nil, device: device, in: .here)
    }

    /// The packet enters an interface, which may be a tunnel's.
    mutating func enter(_ flow: Flow, _ device: SceneLink, in place: Place) throws -> Passage {
        let name = device.link.name
        switch device.link.kind {
        case .xfrm(let xfrm):
            if !device.link.isUp { return .ends(.dropped(.interfaceDown(name))) }
            if device.isExternal { return .ends(.unknown(.externalLink(name))) }
            guard let below = try below(device, place) else { return .ends(.unknown(.namespaceUnseen(name))) }
            var flow = flow
            let underlay = below.scene.link(xfrm.device)
            flow.interfaceIndex = underlay?.index ?? 0
            let lookup = PolicyLookup(.output, flow, ifID: xfrm.ifID, in: below.scene.transforms)
            switch try seal(flow, lookup, link: device, device: underlay, in: below.place) {
            case .clear(nil): return .ends(.dropped(.noPolicy(name, ifID: xfrm.ifID)))
            case .clear(let policy?): return .ends(.dropped(.passedIntoTunnel(name, policy)))
            case .ends(let verdict): return .ends(verdict)
            case .sealed(let sealed):
                if sealed.outer.device == name { return .ends(.dropped(.loop(name))) }
                return .sealed(sealed)
            }
        case .vti(let vti):
            if !device.link.isUp { return .ends(.dropped(.interfaceDown(name))) }
            if let key = try transformsOff(name) { return .ends(.dropped(.transformsDisabled(name, key))) }
            guard let below = try below(device, place) else { return .ends(.unknown(.namespaceUnseen(name))) }
            var flow = flow
            flow.mark = vti.outputKey
            let lookup = PolicyLookup(.output, flow, in: below.scene.transforms)
            switch try seal(flow, lookup, link: device, device: device, in: below.place) {
            case .clear(nil): return .ends(.dropped(.noMarkedPolicy(name, key: vti.outputKey)))
            case .clear(let policy?): return .ends(.dropped(.passedIntoTunnel(name, policy)))
            case .ends(let verdict): return .ends(verdict)
            case .sealed(let sealed):
                if let state = sealed.states.first, !vti.serves(state) {
                    return .ends(.dropped(.otherEnds(name, state)))
                }
                if sealed.outer.device == name { return .ends(.dropped(.loop(name))) }
                return .sealed(sealed)
            }
        case .vrf, .other: return .clear(nil)
        }
    }

    /// The outer packet goes on its way, which may lead into a tunnel again; nil when it gets out.
    mutating func carry(_ sealed: Sealed, depth: Int) throws -> Verdict? {
        guard depth < 4 else { return .unknown(.tooDeep) }
        guard let scene = try kernel.scene(of: sealed.place), let device = scene.link(sealed.outer.device),
            let outermost = sealed.states.last
        else { return nil }
        let isInUDP = outermost.encapsulation != nil
        let flow = Flow(
            source: outermost.source, destination: outermost.destination,
            ipProtocol: isInUDP ? 17 : outermost.ipProtocol,
            sourcePort: outermost.encapsulation?.source ?? 0,
            destinationPort: outermost.encapsulation?.destination ?? 0, mark: sealed.flow.mark,
            interfaceIndex: device.index)
        if !device.link.isUp { return .dropped(.interfaceDown(device.link.name)) }
        switch device.link.kind {
        case .xfrm, .vti: break
        case .vrf, .other: return device.hasCarrier ? nil : .dropped(.noCarrier(device.link.name))
        }
        switch try enter(flow, device, in: sealed.place) {
        case .clear: return nil
        case .ends(let verdict): return verdict
        case .sealed(let next): return try carry(next, depth: depth + 1)
        }
    }

    /// Finds the SAs that a policy asks for, and the way of the outer packet.
    ///
    /// - Parameters:
    ///   - flow: the inner packet.
    ///   - lookup: the search for its policy.
    ///   - link: the XFRM interface or VTI that asks; nil for the search that follows every route.
    ///   - device: whose VRF the outer packet is routed in.
    ///   - place: where policies, SAs and the outer route are.
    /// - Returns: what becomes of the packet.
    /// - Throws: what the kernel's answers throw.
    private mutating func seal(
        _ flow: Flow, _ lookup: PolicyLookup, link: SceneLink?, device: SceneLink?, in place: Place
    ) throws -> Passage {
        let name = lookup.policy.flatMap { names?.name(of: $0) }.map(Self.title)
        var waypoint = PolicyWaypoint(lookup: lookup, name: name, interface: link?.link.name, stops: false)
        let policy: XFRMPolicy
        switch lookup.outcome {
        case .unseen:
            waypoints.append(.policies(waypoint))
            return .ends(.unknown(.policiesUnseen(link?.link.name ?? device?.link.name ?? .loopback)))
        case .none, .exempt:
            waypoint.stops = link != nil
            waypoints.append(.policies(waypoint))
            return .clear(nil)
        case .blockedByDefault:
            if link == nil, device?.link.name == .loopback { return .clear(nil) }
            waypoint.stops = true
            waypoints.append(.policies(waypoint))
            return .ends(.dropped(.blockedByDefault(.output)))
        case .hit(let hit): policy = hit
        }
        guard policy.isAllowed else {
            waypoint.stops = true
            waypoints.append(.policies(waypoint))
            return .ends(.dropped(.policy(policy, name: name)))
        }
        waypoints.append(.policies(waypoint))
        guard !policy.templates.isEmpty else { return .clear(policy) }
        var states: [XFRMState] = []
        if let end = try findStates(flow, policy, name, in: place, &states) { return .ends(end) }
        guard let innermost = states.first else { return .clear(policy) }
        guard let tunnel = states.last(where: { $0.mode != 0 }) else {
            // Transport mode keeps addresses and route.
            let outer = OuterWaypoint(
                state: states.last ?? innermost, mark: flow.mark, reply: .none, device: device?.link.name)
            return .sealed(
                Sealed(policy: policy, name: name, flow: flow, states: states, outer: outer, place: place, link: link))
        }
        let (outer, failure) = try outerRoute(tunnel, flow, device, in: place)
        waypoints.append(.outer(outer))
        if let failure { return .ends(.dropped(failure)) }
        return .sealed(
            Sealed(policy: policy, name: name, flow: flow, states: states, outer: outer, place: place, link: link))
    }

    /// Finds an SA for each template (`xfrm_tmpl_resolve`); returns how the packet's way ends when one is missing.
    private mutating func findStates(
        _ flow: Flow, _ policy: XFRMPolicy, _ name: String?, in place: Place, _ states: inout [XFRMState]
    ) throws -> Verdict? {
        let all = try kernel.scene(of: place)?.transforms?.states ?? []
        let title = policy.title(name)
        var (local, remote) = (flow.source, flow.destination)
        for template in policy.templates {
            var (from, to) = (local, remote)
            if template.mode == 1 || template.mode == 4 {
                (from, to) = (template.source, template.destination)
                if from.isAny, case .found(let route, _) = try kernel.route(RouteQuery(to: to), in: place) {
                    from = route.source ?? from
                }
            }
            let search = StateSearch(
                template, of: policy, flow: flow, from: from, to: to, in: all, now: kernel.now)
            waypoints.append(
                .state(
                    StateWaypoint(
                        search: search, name: search.state.flatMap { names?.name(of: $0) }.map(Self.title),
                        isOptional: template.isOptional, now: kernel.now)))
            switch search.outcome {
            case .found(let state):
                states.append(state)
                (local, remote) = (from, to)
            case .spent(let state): return .dropped(.spentState(name: title, state))
            case .pending where !template.isOptional:
                return .dropped(.noState(name: title, template, isPending: true))
            case .none where !template.isOptional:
                return .dropped(.noState(name: title, template, isPending: false))
            case .pending, .none: continue
            }
        }
        return nil
    }

    /// Asks for the route of the outer packet, which bears the SA's output mark and stays in the VRF of a device.
    private func outerRoute(
        _ state: XFRMState, _ flow: Flow, _ device: SceneLink?, in place: Place
    ) throws -> (OuterWaypoint, DropReason?) {
        let scene = try kernel.scene(of: place) ?? Scene()
        let mark = state.outputMark.map { $0.value & $0.mask | flow.mark & ~$0.mask } ?? 0
        let vrf = scene.vrf(of: device?.link.name)?.name
        var outer = OuterWaypoint(state: state, mark: mark, vrf: vrf, reply: .none, device: nil)
        if !scene.isLocal(state.source) { return (outer, .foreignOuterSource(state)) }
        let query = RouteQuery(to: state.destination, from: state.source, mark: mark, outputInterface: vrf)
        outer.reply = try kernel.route(query, in: place)
        switch outer.reply {
        case .found(let answer, _):
            outer.device = answer.nextHops.first?.device
            return (outer, nil)
        case .dropped(let type): return (outer, .noOuterRoute(state, type))
        case .none, .filtered, .refused: return (outer, .noOuterRoute(state, nil))
        }
    }

    /// Where a link's policies and SAs are, and what is there; nil when it cannot be seen.
    func below(_ device: SceneLink, _ place: Place) throws -> (scene: Scene, place: Place)? {
        let target = device.outerNamespaceID == nil ? place : device.place
        return try kernel.scene(of: target).map { ($0, target) }
    }

    /// The setting that keeps packets from being encrypted on their way out by an interface; nil when none does.
    func transformsOff(_ interface: InterfaceName) throws -> SysctlKey? {
        guard packet.family == .ipv4 else { return nil }
        for name in ["all", interface.text] {
            let key = SysctlKey("net", "ipv4", "conf", name, "disable_xfrm")
            if let value = try kernel.setting(key, in: .here), value != "0" { return key }
        }
        return nil
    }

    /// A connection and child in one name.
    static func title(_ name: (connection: String, child: String)) -> String {
        name.connection == name.child ? name.child : "\(name.connection)/\(name.child)"
    }

    /// Works out the room that is left.
    mutating func room(_ route: RouteWaypoint, _ device: SceneLink, _ sealed: Sealed?) throws {
        let family = packet.family
        let deviceMTU = device.link.mtu.map { Int($0) } ?? 1500
        var room = Room(mtu: deviceMTU, family: family, limit: .interface(device.link.name))
        if let mtu = route.answer.mtu.map({ Int($0) }), mtu < room.mtu { (room.mtu, room.limit) = (mtu, .route) }
        if let sealed {
            var outer = deviceMTU
            if case .found(let answer, _) = sealed.outer.reply {
                outer = try answer.mtu.map { Int($0) } ?? linkMTU(sealed.outer.device, in: sealed.place) ?? 1500
            }
            let inner = sealed.states.reversed().reduce(outer) { $1.innerMTU(outer: $0) }
            // A policy after the route knows no interface of its own: only what fits counts.
            if sealed.link == nil || inner < room.mtu { (room.mtu, room.limit) = (inner, .encryption) }
            room.outerMTU = outer
            room.overhead = sealed.states.reduce(room.mtu) { $1.outerLength(inner: $0) } - room.mtu
        }
        waypoints.append(.room(room))
    }

    private func linkMTU(_ name: InterfaceName?, in place: Place) throws -> Int? {
        try kernel.scene(of: place)?.link(name)?.link.mtu.map { Int($0) }
    }
}

extension VTILink {
    /// Whether an SA goes between the link's ends in tunnel mode (`vti_state_check`).
    fileprivate func serves(_ state: XFRMState) -> Bool {
        guard state.mode == 1, state.source.family == family else { return false }
        guard let remote, !remote.isAny else { return state.source == local }
        return state.destination == remote && (state.source == local || local.isAny)
    }
}
