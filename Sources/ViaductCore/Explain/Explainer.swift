public import NetworkModel

extension Explanation {
    /// Follows a packet through the kernel's own answers.
    ///
    /// - Parameters:
    ///   - packet: the packet.
    ///   - kernel: the kernel to be asked.
    ///   - user: the owner of the sending socket, for rules that ask for one; nil when it is not known.
    /// - Returns: its way and what becomes of it.
    /// - Throws: `PacketFault` for a question that cannot be asked, `UnknownInterface`, and what the kernel's answers throw.
    public static func of(
        _ packet: Packet, asking kernel: any KernelAnswers, user: UInt32? = nil
    ) throws -> Explanation {
        if let fault = packet.fault { throw fault }
        var explainer = try Explainer(packet, kernel, user: user)
        let verdict = try explainer.follow()
        return try explainer.explanation(verdict)
    }
}

/// An interface was named that is not there.
public struct UnknownInterface: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its name.
    public let name: InterfaceName

    /// What is wrong.
    public var description: String { "there is no interface \(name) here: ip link lists those that there are" }
}

/// The walk of one packet.
struct Explainer {
    let packet: Packet
    let kernel: any KernelAnswers
    let user: UInt32?
    let here: Scene
    let names: CharonNames?
    var waypoints: [Waypoint] = []
    var unseen: [String] = []
    /// The source, once it is known.
    var source: IPAddress?
    /// What seals the packet, and what it passes by; for the way back.
    var sealed: Sealed?

    /// What encrypts a packet.
    struct Sealed {
        var policy: XFRMPolicy
        var name: String?
        var flow: Flow
        /// From the innermost to the outermost.
        var states: [XFRMState]
        var outer: OuterWaypoint
        var place: Place
        /// The XFRM interface or VTI; nil for a policy after the route.
        var link: SceneLink?
    }

    /// What becomes of a packet at a search for a policy.
    enum Passage {
        /// It goes on as it is; a policy that says so, if there is one.
        case clear(XFRMPolicy?)
        /// It goes on encrypted.
        case sealed(Sealed)
        /// Its way ends.
        case ends(Verdict)
    }

    init(_ packet: Packet, _ kernel: any KernelAnswers, user: UInt32?) throws {
        self.packet = packet
        self.kernel = kernel
        self.user = user
        here = try kernel.scene(of: .here) ?? Scene()
        names = try kernel.names()
        source = packet.source
        for name in [packet.arrival, packet.boundTo].compactMap({ $0 }) where here.link(name) == nil {
            throw UnknownInterface(name: name)
        }
        if here.transforms == nil { unseen.append("IPsec policies and SAs: they are root's to see") }
        if names == nil { unseen.append("charon's names: it does not run, or may not be asked") }
    }

    /// Follows the packet to its end.
    mutating func follow() throws -> Verdict {
        if let arrival = here.link(packet.arrival) {
            waypoints.append(.arrival(arrival))
            guard arrival.link.isUp else { return .dropped(.interfaceDown(arrival.link.name)) }
        } else if let source = packet.source, !here.isLocal(source) {
            return .dropped(.foreignSource(source))
        }
        let route: RouteWaypoint
        switch try findRoute() {
        case .failure(let end): return end.verdict
        case .success(let found): route = found
        }
        guard let device = here.link(route.answer.nextHops.first?.device) else {
            return route.answer.type == .local ? .local(interface: nil) : .dropped(.noRoute(packet.destination))
        }
        let flow = Flow(
            packet, source: source ?? .any(packet.family),
            interfaceIndex: route.answer.type == .local && packet.arrival != nil ? 0 : device.index)
        if packet.arrival != nil, let verdict = try admit(flow, route) { return verdict }
        if route.answer.type == .local, packet.arrival != nil { return .local(interface: packet.arrival) }
        if route.answer.type != .local { note(device) }
        switch try search(flow, device) {
        case .ends(let verdict): return verdict
        case .sealed(let sealed):
            self.sealed = sealed
            if let verdict = try carry(sealed, depth: 0) { return verdict }
            try room(route, device, sealed)
            return .policy(
                name: sealed.name ?? "\(sealed.policy.selector.source) to \(sealed.policy.selector.destination)")
        case .clear:
            if route.answer.type == .local { return .local(interface: device.link.name) }
            return try leave(flow, by: device, route)
        }
    }

    /// The packet leaves by an interface without a policy having caught it on its way there.
    private mutating func leave(_ flow: Flow, by device: SceneLink, _ route: RouteWaypoint) throws -> Verdict {
        switch try enter(flow, device, in: .here) {
        case .ends(let verdict): return verdict
        case .sealed(let sealed):
            self.sealed = sealed
            if let verdict = try carry(sealed, depth: 0) { return verdict }
            try room(route, device, sealed)
            let tunnel = Ownership.tunnel(alias: device.link.alias)?.text
            let connection = names?.name(of: sealed.policy)?.connection
            return .tunnel(name: tunnel ?? connection ?? device.link.name.text, interface: device.link.name)
        case .clear:
            if !device.link.isUp { return .dropped(.interfaceDown(device.link.name)) }
            if !device.hasCarrier { return .dropped(.noCarrier(device.link.name)) }
            try room(route, device, nil)
            return .clear(interface: device.link.name)
        }
    }

    /// Puts all together.
    mutating func explanation(_ verdict: Verdict) throws -> Explanation {
        var explanation = Explanation(packet: packet, source: source, waypoints: waypoints, verdict: verdict)
        explanation.remedies = remedies(for: verdict)
        waypoints = []
        switch verdict {
        case .tunnel, .policy, .clear:
            explanation.returnObstacle = try wayBack(verdict)
            explanation.wayBack = waypoints
        case .local, .dropped, .unknown: break
        }
        explanation.unseen = unseen
        return explanation
    }

    private mutating func note(_ device: SceneLink) {
        waypoints.append(
            .interface(
                InterfaceWaypoint(
                    link: device, tunnel: Ownership.tunnel(alias: device.link.alias),
                    vrf: here.vrf(of: device.link.name)?.name)))
    }
}
