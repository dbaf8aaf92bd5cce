internal import NetworkModel
internal import ViaductCore

extension Waypoint {
    /// The waypoint in words.
    var rung: Rung {
        switch self {
        case .arrival(let link):
            Rung(stage: .arrival, outcome: link.link.isUp ? .taken : .stopped, text: "it comes in by \(link.link.name)")
        case .rule(let step): step.rung
        case .route(let route): route.rung
        case .setting(let setting):
            Rung(
                stage: .setting, outcome: setting.stops ? .stopped : .noted, text: "\(setting.key) is \(setting.value)",
                details: [setting.meaning])
        case .interface(let interface): interface.rung
        case .policies(let policies): policies.rung
        case .state(let state): state.rung
        case .outer(let outer): outer.rung
        case .room(let room): room.rung
        case .note(let text): Rung(stage: .note, outcome: .noted, text: text)
        }
    }
}

extension RuleStep {
    fileprivate var rung: Rung {
        let text = "\(rule.priority): \(rule.words)"
        let (outcome, detail): (Rung.Outcome, String) =
            switch self.outcome {
            case .passedOver(let mismatch): (.passed, mismatch.words)
            case .jumpedOver: (.passed, "jumped over")
            case .noOperation: (.passed, "does nothing")
            case .jumps(let priority): (.passed, "goes on at \(priority)")
            case .noRoute(let table): (.passed, "table \(TableName(table)) has no route for it")
            case .threw(let route): (.passed, "throw route \(route.destination): the next rule is asked")
            case .suppressed(let table, let length):
                (.passed, "the route of table \(TableName(table)), of length \(length), is left out")
            case .hit(let table): (.taken, "table \(TableName(table)) has the route")
            case .hitDropping(let route): (.stopped, "\(route.type.word) route \(route.destination)")
            case .drops(let type): (.stopped, "drops it: \(type.word)")
            }
        return Rung(stage: .rule, outcome: outcome, text: text, details: [detail])
    }
}

extension RouteWaypoint {
    fileprivate var rung: Rung {
        var words: [String] = []
        if entry.type != .unicast { words.append(entry.type.word) }
        words.append(entry.destination.isEverything ? "default" : "\(entry.destination)")
        let hop = answer.nextHops.first
        if let gateway = hop?.gateway { words.append("via \(gateway)") }
        if let device = hop?.device { words.append("dev \(device)") }
        var details = ["table \(TableName(entry.table))"]
        if let metric = entry.metric { details[0] += ", metric \(metric)" }
        if entry.origin == Ownership.origin { details[0] += ", made by viaduct" }
        if let mtu = answer.mtu { details[0] += ", mtu \(mtu)" }
        if entry.nextHops.count > 1 { details.append("one of \(entry.nextHops.count) next hops") }
        if let chosenSource { details.append("the kernel chooses the source \(chosenSource)") }
        return Rung(stage: .route, outcome: .taken, text: words.joined(separator: " "), details: details)
    }
}

extension InterfaceWaypoint {
    fileprivate var rung: Rung {
        var text = "\(link.link.name)"
        switch link.link.kind {
        case .xfrm(let xfrm):
            text += ", XFRM interface with if_id \(xfrm.ifID)"
            if let device = xfrm.device { text += " over \(device)" }
        case .vti(let vti):
            text += ", VTI from \(vti.local) to \(vti.remote.map { "\($0)" } ?? "any")"
            text +=
                vti.inputKey == vti.outputKey
                ? " with key \(vti.outputKey)" : " with keys \(vti.inputKey) in, \(vti.outputKey) out"
        case .vrf(let table): text += ", VRF with table \(table)"
        case .other(""): break
        case .other(let word): text += ", \(word)"
        }
        var details: [String] = []
        if let tunnel { details.append("made by viaduct for tunnel \(tunnel)") }
        if let vrf { details.append("in VRF \(vrf)") }
        if link.outerNamespaceID != nil {
            details.append("its policies, SAs and outer packets are in another namespace")
        }
        if !link.link.isUp { details.append("down") } else if !link.hasCarrier { details.append("no carrier") }
        if case .other(let word) = link.link.kind, Self.tunnels.contains(word) {
            details.append("a tunnel without IPsec of its own: ask again for its outer packet")
        }
        return Rung(stage: .interface, outcome: .taken, text: text, details: details)
    }

    private static let tunnels: Set<String> = [
        "gre", "gretap", "ip6gre", "ipip", "sit", "ip6tnl", "wireguard", "vxlan",
    ]
}

extension OuterWaypoint {
    fileprivate var rung: Rung {
        let ports = state.encapsulation.map { " in UDP \($0.source) to \($0.destination)" } ?? ""
        let text =
            "\(IPProtocolName(state.ipProtocol).capitals)\(ports) from \(state.source) to \(state.destination)"
        var details: [String] = []
        if mark != 0 { details.append("routed with mark \(Mark(mark))") }
        if let vrf { details.append("routed in VRF \(vrf)") }
        switch reply {
        case .found(let answer, let entry):
            var route = "route \((entry ?? answer).destination)"
            if let gateway = answer.nextHops.first?.gateway { route += " via \(gateway)" }
            if let device { route += " dev \(device)" }
            details.append("\(route), table \(TableName((entry ?? answer).table))")
            return Rung(stage: .outer, outcome: .taken, text: text, details: details)
        case .dropped(let type):
            return Rung(stage: .outer, outcome: .stopped, text: text, details: details + ["dropped: \(type.word)"])
        case .none, .filtered, .refused:
            return Rung(stage: .outer, outcome: .stopped, text: text, details: details + ["there is no route"])
        }
    }
}

extension Room {
    fileprivate var rung: Rung {
        let reason =
            switch limit {
            case .route: "the MTU of the route"
            case .interface(let name): "the MTU of \(name)"
            case .encryption: "what fits into the outer packet"
            }
        var details = ["largest payload: ping -s \(pingPayload), UDP \(udpPayload), TCP segment \(tcpSegment)"]
        if let outerMTU, let overhead {
            details.append("encryption adds \(overhead) bytes, and the outer path carries \(outerMTU)")
        }
        return Rung(
            stage: .room, outcome: .noted, text: "packets of up to \(mtu) bytes pass whole: \(reason)", details: details
        )
    }
}

extension Rule {
    /// The rule as ip(8) prints it.
    fileprivate var words: String {
        var words = isInverted ? ["not"] : []
        words += ["from", from.map { "\($0)" } ?? "all"]
        if let to { words += ["to", "\(to)"] }
        if let mark { words += ["fwmark", "\(mark)"] }
        if let inputInterface { words += ["iif", "\(inputInterface)"] }
        if let outputInterface { words += ["oif", "\(outputInterface)"] }
        if let ipProtocol { words += ["ipproto", "\(IPProtocolName(ipProtocol))"] }
        if let sourcePorts { words += ["sport", sourcePorts.words] }
        if let destinationPorts { words += ["dport", destinationPorts.words] }
        if let users { words += ["uidrange", "\(users.lowerBound)-\(users.upperBound)"] }
        switch action {
        case .lookup where isL3Master: words += ["lookup", "[l3mdev-table]"]
        case .lookup(let table): words += ["lookup", "\(TableName(table))"]
        case .goto(let priority): words += ["goto", "\(priority)"]
        case .nop: words.append("nop")
        case .blackhole: words.append("blackhole")
        case .unreachable: words.append("unreachable")
        case .prohibit: words.append("prohibit")
        }
        if let suppressPrefixLength { words += ["suppress_prefixlength", "\(suppressPrefixLength)"] }
        if let suppressGroup { words += ["suppress_ifgroup", "\(suppressGroup)"] }
        return words.joined(separator: " ")
    }
}

extension ClosedRange<UInt16> {
    /// The range as ip(8) writes it.
    fileprivate var words: String { count == 1 ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}

extension RuleMismatch {
    /// The reason in words.
    fileprivate var words: String {
        switch self {
        case .source(let block): "the packet is not from \(block)"
        case .destination(let block): "the packet is not to \(block)"
        case .mark(let mark): "the packet has not mark \(mark)"
        case .arrival(let name):
            name == .loopback ? "the packet does not come from this machine" : "the packet does not come in by \(name)"
        case .output(let name): "the packet is not bound to \(name)"
        case .ipProtocol(let number): "the packet is not \(IPProtocolName(number))"
        case .sourcePorts(let ports): "the packet is not from port \(ports.words)"
        case .destinationPorts(let ports): "the packet is not to port \(ports.words)"
        case .users(let users): "the sender is not of users \(users.lowerBound) to \(users.upperBound)"
        case .typeOfService(let value): "the packet has not the type of service \(value)"
        case .tunnelID(let id): "the packet has not tunnel id \(id)"
        case .noVRF: "the packet is in no VRF"
        case .inverted: "it is for all packets but such ones"
        }
    }
}
