internal import NetworkModel

extension Explainer {
    /// The check of a packet that came in: by inbound policies when it is for this machine, by forward ones when not.
    ///
    /// - Returns: how its way ends when it is not admitted; nil when it is.
    mutating func admit(_ flow: Flow, _ route: RouteWaypoint) throws -> Verdict? {
        guard let arrival = here.link(packet.arrival) else { return nil }
        let direction: XFRMDirection = route.answer.type == .local ? .input : .forward
        var entry = Entry(link: arrival, state: nil, isSealed: false)
        if case .xfrm = arrival.link.kind { entry.isSealed = arrival.keepsPath }
        switch try admission(flow, direction, entry) {
        case .admitted: return nil
        case .unseen: return .unknown(.policiesUnseen(arrival.link.name))
        case .refused(let reason): return .dropped(reason)
        }
    }

    /// How a packet came in.
    struct Entry {
        /// The interface it appears on.
        var link: SceneLink
        /// The SA it came by; nil when any may have been.
        var state: XFRMState?
        /// Whether it still bears the path it came by, so that policies see that it was encrypted.
        var isSealed: Bool
    }

    /// What comes of a check.
    enum Admission {
        case admitted
        case unseen
        case refused(DropReason)
    }

    /// Repeats `__xfrm_policy_check`.
    mutating func admission(_ flow: Flow, _ direction: XFRMDirection, _ entry: Entry) throws -> Admission {
        let name = entry.link.link.name
        if let key = try admissionOff(direction, flow, name) {
            waypoints.append(
                .policies(PolicyWaypoint(lookup: PolicyLookup(direction, flow, exemptBy: key), stops: false)))
            return .admitted
        }
        var id: UInt32 = 0
        if entry.isSealed, case .xfrm(let xfrm) = entry.link.link.kind { id = xfrm.ifID }
        let lookup = PolicyLookup(direction, flow, ifID: id, in: here.transforms)
        let title = lookup.policy.flatMap { names?.name(of: $0) }.map(Self.title)
        let outcome = Self.admission(lookup, entry, title)
        var stops = false
        if case .refused = outcome { stops = true }
        waypoints.append(
            .policies(PolicyWaypoint(lookup: lookup, name: title, interface: id == 0 ? nil : name, stops: stops)))
        return outcome
    }

    private static func admission(_ lookup: PolicyLookup, _ entry: Entry, _ title: String?) -> Admission {
        switch lookup.outcome {
        case .unseen: return .unseen
        case .exempt: return .admitted
        case .blockedByDefault: return .refused(.blockedByDefault(lookup.direction))
        case .none:
            return entry.isSealed ? .refused(.notAdmitted(entry.link.link.name, lookup.direction)) : .admitted
        case .hit(let policy):
            if !policy.isAllowed { return .refused(.policy(policy, name: title)) }
            let needed = policy.templates.filter { !$0.isOptional }
            guard entry.isSealed else {
                return needed.isEmpty ? .admitted : .refused(.cameInClear(policy, name: title))
            }
            let matches =
                entry.state.map { state in policy.templates.contains { $0.admits(state) } } ?? !policy.templates.isEmpty
            return matches ? .admitted : .refused(.notAdmitted(entry.link.link.name, lookup.direction))
        }
    }

    /// The setting that spares a packet the check; nil when none does.
    ///
    /// For IPv4 it is the setting of the interface that it comes in by; for IPv6 that of the one with the destination's
    /// address, so that what is passed on is never spared.
    private func admissionOff(_ direction: XFRMDirection, _ flow: Flow, _ name: InterfaceName) throws -> SysctlKey? {
        var interfaces: [InterfaceName] = []
        switch flow.family {
        case .ipv4: interfaces = [name]
        case .ipv6:
            guard direction == .input else { return nil }
            interfaces = here.addresses.filter { $0.address.address == flow.destination }.map(\.interface)
        }
        for word in ["all"] + interfaces.map(\.text) {
            let key = SysctlKey("net", flow.family.rawValue, "conf", word, "disable_policy")
            if let value = try kernel.setting(key, in: .here), value != "0" { return key }
        }
        return nil
    }
}

extension XFRMTemplate {
    /// Whether an SA that a packet came by satisfies the template (`xfrm_state_ok`).
    func admits(_ state: XFRMState) -> Bool {
        state.ipProtocol == ipProtocol && (spi == 0 || spi == state.spi)
            && (requestID == 0 || requestID == state.requestID) && state.mode == mode
            && (mode == 0
                || (destination == state.destination || destination.isAny)
                    && (source == state.source || source.isAny))
    }
}
