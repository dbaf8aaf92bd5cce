internal import NetworkModel

extension Checker {
    /// The ids of link, policies and SAs, and policies of others.
    mutating func checkTransforms() {
        checkSAs()
        checkIDs()
        checkForeignPolicies()
        checkMarks()
    }

    /// What the tunnel's SAs lack.
    private mutating func checkSAs() {
        guard let tunnel, machine.charon != nil else { return }
        for sa in sas {
            guard let host = sa.local.host.flatMap({ IPAddress($0) }) else { continue }
            let names = Set(links.map(\.name))
            if machine.addresses.contains(where: { names.contains($0.interface) && $0.address.address == host }) {
                add(
                    .ikeInTunnel, .error, "the IKE_SA of \(sa.connection) is from \(host), an address of the link",
                    fix: "local: { address: ... } with the address on the underlay, ike: { mobike: false }, "
                        + "then: viaduct up \(facts.name)")
            }
        }
        for peer in tunnel.peers where peer.start == .up {
            let own = sas.filter { $0.connection == peer.connection.text }
            let missing = peer.children.map(\.name.text).filter { name in
                !own.flatMap(\.children).contains { $0.name == name && $0.isInstalled }
            }
            guard !missing.isEmpty, machine.charon?.connections.contains(peer.connection.text) ?? false else {
                continue
            }
            let names = missing.joined(separator: ", ")
            let host = peer.remote.hosts.first?.description ?? "the peer"
            let state =
                if let sa = own.first {
                    sa.isEstablished
                        ? "the IKE_SA with \(host) is there, but no CHILD_SA of \(names): the peer refused its selectors "
                            + "or proposals"
                        : "charon calls \(host) and has no answer that leads on (\(sa.state))"
                } else {
                    "there is no SA of \(names), and charon does not negotiate with \(host)"
                }
            add(
                .saMissing, .error, state,
                fix: "viaduct up \(facts.name) --verbose says why; the peer's log does, too")
        }
    }

    /// Whether link, policies and SAs bear one id.
    private mutating func checkIDs() {
        for link in links {
            switch link.kind {
            case .xfrm(let xfrm): checkInterfaceID(xfrm.ifID, of: link)
            case .vti(let vti): checkKeys(vti, of: link)
            case .vrf, .other: break
            }
        }
    }

    private mutating func addMismatch(_ evidence: String) {
        add(
            .idMismatch, .error, evidence,
            fix: "viaduct down \(facts.name) && viaduct up \(facts.name); set ids in the spec alone (interface.id)")
    }

    private mutating func checkInterfaceID(_ id: UInt32, of link: Link) {
        let ids = Set(links.compactMap(\.kind.number))
        for child in children {
            let policies = facts.policies.filter { policy in
                policy.templates.contains { $0.requestID == child.requestID && child.requestID != nil }
            }
            let states = facts.states.filter { $0.spi == child.inputSPI || $0.spi == child.outputSPI }
            let others = Set(policies.map(\.ifID) + states.map(\.ifID)).subtracting(ids).sorted()
            guard !others.isEmpty else { continue }
            let words = others.map { $0 == 0 ? "no if_id" : "if_id \($0)" }.joined(separator: ", ")
            addMismatch("the link \(link.name) has if_id \(id), policies or SAs of \(child.name) have \(words)")
            return
        }
        guard let settled, case .interfaceIDs(let input, let output) = settled.binding, links.count == 1,
            children.isEmpty
        else { return }
        if ![input, output].contains(id) {
            addMismatch("the link \(link.name) has if_id \(id), the spec asks for \(output)")
        }
    }

    private mutating func checkKeys(_ vti: VTILink, of link: Link) {
        for child in children {
            let policies = facts.policies.filter { policy in
                policy.templates.contains { $0.requestID == child.requestID && child.requestID != nil }
            }
            for policy in policies {
                let key = policy.direction == .output ? vti.outputKey : vti.inputKey
                let word = policy.direction == .output ? "outbound" : "inbound"
                guard policy.mark?.value != key else { continue }
                let mark = policy.mark.map { "mark \($0)" } ?? "no mark"
                return addMismatch("the link \(link.name) has the \(word) key \(key), the \(word) policy has \(mark)")
            }
            for state in facts.states where state.spi == child.outputSPI && state.mark?.value != vti.outputKey {
                let mark = state.mark.map { "mark \($0)" } ?? "no mark"
                return addMismatch(
                    "the link \(link.name) has the outbound key \(vti.outputKey), the SA out has \(mark)")
            }
            for state in facts.states where state.spi == child.inputSPI {
                guard let mark = state.mark, mark.value != vti.inputKey else { continue }
                return addMismatch(
                    "the link \(link.name) has the inbound key \(vti.inputKey), the SA in has mark \(mark)")
            }
        }
    }

    /// Policies that are not the tunnel's, and take its packets or all packets.
    private mutating func checkForeignPolicies() {
        let own = Set(children.compactMap(\.requestID))
        for policy in facts.policies where policy.ifID == 0 && policy.mark == nil {
            guard policy.direction.rawValue <= XFRMDirection.forward.rawValue,
                !policy.templates.contains(where: { own.contains($0.requestID) })
            else { continue }
            let selector = policy.selector
            guard selector.source.isEverything, selector.destination.isEverything, selector.ipProtocol == 0 else {
                continue
            }
            let direction = "\(policy.direction)"
            let action = policy.templates.isEmpty ? (policy.isAllowed ? "pass" : "block") : "IPsec"
            // VTI: a packet's mark and no mark match, whichever has the lower number. XFRM: the link's own packets are
            // safe by their if_id, those of IKE, ESP and everyone else are not.
            let isFirst = ownPolicies(in: policy.direction).contains { $0.priority >= policy.priority }
            let isVTI = links.contains { if case .vti = $0.kind { true } else { false } }
            add(
                .policyShadowed, isVTI && isFirst || action != "pass" ? .error : .warning,
                "policy \(selector.source) to \(selector.destination) dir \(direction) priority \(policy.priority) "
                    + "(\(action)) has neither if_id nor mark"
                    + (isVTI && isFirst ? ", and comes before the tunnel's own" : ""),
                fix: "ip xfrm policy delete src \(selector.source) dst \(selector.destination) dir \(direction.short), "
                    + "and take it out of what makes it (ip xfrm policy shows its reqid)")
            return
        }
    }

    private func ownPolicies(in direction: XFRMDirection) -> [XFRMPolicy] {
        let own = Set(children.compactMap(\.requestID))
        return facts.policies.filter { policy in
            policy.direction == direction && policy.templates.contains { own.contains($0.requestID) }
        }
    }

    /// Rules of others that look for the marks that the tunnel's packets bear.
    private mutating func checkMarks() {
        var marks: [(mark: Mark, words: String)] = []
        for case .vti(let vti) in links.map(\.kind) {
            marks += [(Mark(vti.inputKey), "inbound key"), (Mark(vti.outputKey), "outbound key")]
        }
        for state in facts.states where children.contains(where: { $0.outputSPI == state.spi }) {
            if let mark = state.outputMark { marks.append((mark, "mark of ESP packets")) }
        }
        let own = machine.rules(of: facts.name)
        for rule in machine.rules where !own.contains(rule) && rule.origin != Ownership.origin {
            guard let wanted = rule.mark,
                let (mark, words) = marks.first(where: {
                    $0.mark.value & wanted.mask == wanted.value && wanted.mask != 0
                })
            else { continue }
            add(
                .markCollision, .warning,
                "the rule of priority \(rule.priority) (protocol \(rule.origin)) looks for fwmark \(wanted), and the "
                    + "tunnel's \(words) is \(mark)",
                fix: "another interface.id in the spec, or another mark in the program that made the rule")
        }
    }
}

extension String {
    /// ip(8)'s word for a direction.
    fileprivate var short: String {
        switch self {
        case "input": "in"
        case "output": "out"
        case "forward": "fwd"
        default: self
        }
    }
}
