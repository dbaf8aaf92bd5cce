internal import NetworkModel

extension Explainer {
    /// An end of the way, as an error.
    struct End: Error {
        let verdict: Verdict
    }

    /// Asks for the route, and reads off the answer which rules were passed over and which one was hit.
    mutating func findRoute() throws -> Result<RouteWaypoint, End> {
        var reply = try ask(source: packet.source)
        if reply == .filtered, let arrival = here.link(packet.arrival), arrival.keepsPath {
            // What comes out of an XFRM interface of this namespace is spared the reverse path filter.
            reply = try RuleWalk.route(rules, ruleFlow(packet.source), groups: groups) { try routes($0) }
        }
        var asked = packet.source
        if case .found(let first, _) = reply, packet.source == nil, let chosen = first.source,
            rules.contains(where: { $0.from.map { $0.length > 0 } ?? false })
        {
            // A socket that connects is routed again, with the source filled in.
            let second = try ask(source: chosen)
            if packet.ipProtocol == 6 {
                (reply, asked) = (second, chosen)
            } else if second.way != reply.way {
                waypoints.append(
                    .note(
                        "a socket that connects first (TCP, or UDP with connect) is routed again with the source "
                            + "\(chosen), and by other rules: ask with --from \(chosen)"))
            }
            source = chosen
        }
        let walk = try RuleWalk(rules, ruleFlow(asked), reply: reply, groups: groups) { try routes($0) }
        waypoints += walk.steps.map { .rule($0) }
        return try judge(reply, walk)
    }

    private mutating func judge(_ reply: RouteReply, _ walk: RuleWalk) throws -> Result<RouteWaypoint, End> {
        if let end = try refusal(reply, walk) { return .failure(End(verdict: .dropped(end))) }
        guard case .found(let answer, let entry) = reply else {
            return .failure(End(verdict: .dropped(.noRoute(packet.destination))))
        }
        let chosen = packet.source == nil ? answer.source : nil
        source = packet.source ?? chosen ?? source
        if let device = packet.boundTo, !(walk.steps.last?.isLast ?? false) || walk.steps.last?.drops ?? false {
            waypoints.append(
                .note(
                    "no route by \(device): as the socket is bound to it, \(packet.destination) is taken for a neighbour"
                ))
        }
        let route = RouteWaypoint(entry: entry ?? answer, answer: answer, chosenSource: chosen)
        waypoints.append(.route(route))
        return .success(route)
    }

    /// Why there is no route; nil when there is one that may be taken.
    private mutating func refusal(_ reply: RouteReply, _ walk: RuleWalk) throws -> DropReason? {
        if let arrival = packet.arrival {
            var isLocal = false
            if case .found(let answer, _) = reply { isLocal = answer.type == .local }
            if !isLocal, !here.isLocal(packet.destination), let key = try forwardingOff(arrival) {
                return .notForwarded(arrival, key)
            }
        }
        switch reply {
        case .found: return nil
        case .none: return .noRoute(packet.destination)
        case .filtered: return .reversePath(packet.arrival ?? .loopback)
        case .refused(let words): return .refused(words)
        case .dropped(let type):
            switch walk.steps.last?.outcome {
            case .hitDropping(let route): return .route(route)
            case .drops(let type): return walk.steps.last.map { .rule($0.rule, type) }
            default: return .routing(type)
            }
        }
    }

    /// The setting that keeps packets of an interface from being forwarded; nil when they are.
    private mutating func forwardingOff(_ arrival: InterfaceName) throws -> SysctlKey? {
        let key: SysctlKey
        switch packet.family {
        case .ipv4:
            let name = here.vrf(of: arrival)?.name ?? arrival
            key = SysctlKey("net", "ipv4", "conf", name.text, "forwarding")
        case .ipv6: key = .forwardingIPv6
        }
        guard let value = try kernel.setting(key, in: .here) else { return nil }
        let isOff = value == "0"
        waypoints.append(
            .setting(
                SettingWaypoint(
                    key: key, value: value,
                    meaning: isOff ? "packets that come in are not passed on" : "packets that come in are passed on",
                    stops: isOff)))
        return isOff ? key : nil
    }

    /// The interface that every route must lead out by: the one an IPv6 socket is bound to, unless it is a VRF.
    ///
    /// For such a socket the kernel skips all other routes (RT6_LOOKUP_F_IFACE), those that drop among them. When it is
    /// asked about a packet with a source it does not, as there is no socket, and answers with another interface.
    private var strictInterface: InterfaceName? {
        guard packet.family == .ipv6, packet.arrival == nil, let device = packet.boundTo else { return nil }
        if case .vrf? = here.link(device)?.link.kind { return nil }
        return device
    }

    private func ask(source: IPAddress?) throws -> RouteReply {
        let reply = try withSource(of: try answer(source: source), asked: source)
        guard let device = strictInterface else { return reply }
        if case .found(let answer, _) = reply, answer.nextHops.contains(where: { $0.device == device }) { return reply }
        return try RuleWalk.route(rules, ruleFlow(source), groups: groups) { try routes($0) }
    }

    /// The same with the source that an IPv6 socket gets which is bound to a VRF.
    ///
    /// Where the route leads out of the VRF it is one of the VRF's addresses (`ip6_route_get_saddr` since 6.11, and stable
    /// kernels that have its mending). What the kernel answers, without a socket, is an address of the route's interface.
    private func withSource(of reply: RouteReply, asked: IPAddress?) throws -> RouteReply {
        guard asked == nil, packet.family == .ipv6, let vrf = here.vrf(of: packet.boundTo)?.name,
            case .found(var answer, let entry) = reply, let device = answer.nextHops.first?.device,
            here.vrf(of: device)?.name != vrf
        else { return reply }
        // Only the table itself tells whether the route has a source of its own.
        let taken = entry ?? answer
        let isGiven = try routes(taken.table).contains {
            $0.destination == taken.destination && $0.nextHops.first?.device == device && $0.source != nil
        }
        let own = here.addresses.filter { here.vrf(of: $0.interface)?.name == vrf }.map(\.address.address)
            .filter { $0.family == .ipv6 && !$0.isLinkLocal }
        guard !isGiven, let source = own.max(by: { $0.kinship(packet.destination) < $1.kinship(packet.destination) })
        else { return reply }
        answer.source = source
        return .found(answer, entry: entry)
    }

    private func answer(source: IPAddress?) throws -> RouteReply {
        // Of other protocols the kernel cannot be asked.
        let known: Set<UInt8> = packet.family == .ipv4 ? [1, 6, 17] : [6, 17, 58]
        let query = RouteQuery(
            to: packet.destination, from: source, mark: packet.mark, inputInterface: packet.arrival,
            outputInterface: packet.boundTo, ipProtocol: known.contains(packet.ipProtocol) ? packet.ipProtocol : nil,
            sourcePort: packet.sourcePort, destinationPort: packet.destinationPort)
        return try kernel.route(query, in: .here)
    }

    var rules: [Rule] { here.rules.filter { $0.family == packet.family } }

    var groups: [InterfaceName: UInt32] {
        Dictionary(here.links.map { ($0.link.name, $0.link.group) }, uniquingKeysWith: { first, _ in first })
    }

    private func routes(_ table: UInt32) throws -> [Route] {
        let routes = try kernel.routes(table: table, family: packet.family, in: .here)
        guard let device = strictInterface else { return routes }
        return routes.filter { $0.nextHops.contains { $0.device == device } }
    }

    private func ruleFlow(_ source: IPAddress?) -> RuleFlow {
        let arrivals = packet.arrival.map { [$0, here.vrf(of: $0)?.name] } ?? [.loopback]
        let outputs = packet.boundTo.map { [$0, here.vrf(of: $0)?.name] } ?? []
        return RuleFlow(
            destination: packet.destination, source: source, mark: packet.mark,
            arrivals: Set(arrivals.compactMap { $0 }), outputs: Set(outputs.compactMap { $0 }),
            ipProtocol: packet.ipProtocol, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort,
            user: packet.arrival == nil ? user : 0, vrfTable: here.vrf(of: packet.arrival ?? packet.boundTo)?.table)
    }
}

extension RuleStep {
    /// Whether the rule, or its table's route, drops.
    fileprivate var drops: Bool {
        switch outcome {
        case .drops, .hitDropping: true
        case .passedOver, .jumpedOver, .noOperation, .jumps, .noRoute, .threw, .suppressed, .hit: false
        }
    }
}

extension RouteReply {
    /// Table and device, for comparison.
    fileprivate var way: [String] {
        guard case .found(let answer, let entry) = self else { return ["\(self)"] }
        return ["\((entry ?? answer).table)", answer.nextHops.first?.device?.text ?? ""]
    }
}

extension SceneLink {
    /// Whether packets that come out of the link still bear the path they came by (`secpath`).
    var keepsPath: Bool {
        if case .xfrm = link.kind { outerNamespaceID == nil } else { false }
    }
}

extension IPAddress {
    /// How many leading bits it has in common with another one of its family (RFC 6724, CommonPrefixLen).
    fileprivate func kinship(_ other: IPAddress) -> Int {
        let differences = zip(bytes, other.bytes).map { $0 ^ $1 }
        let same = differences.prefix { $0 == 0 }.count
        return 8 * same + (same < differences.count ? differences[same].leadingZeroBitCount : 0)
    }
}
