internal import NetworkModel
internal import ViaductCore

extension PolicyWaypoint {
    /// The search in words.
    var rung: Rung {
        let whose = interface.map { " of \($0)" } ?? ""
        var details: [String] = []
        let text: String
        var outcome = stops ? Rung.Outcome.stopped : .taken
        switch lookup.outcome {
        case .hit(let policy):
            text = "\(lookup.direction.word)\(whose): \(policy.title(name)), \(policy.action)"
            var facts = ["index \(policy.index)", "priority \(policy.priority)"]
            if name != nil { facts.insert("\(policy.selector.source) to \(policy.selector.destination)", at: 0) }
            if let limits = policy.selector.limits { facts.append(limits) }
            if policy.ifID != 0 { facts.append("if_id \(policy.ifID)") }
            if let mark = policy.mark { facts.append("mark \(mark)") }
            if policy.isSubPolicy { facts.append("sub policy") }
            details.append(facts.joined(separator: ", "))
            if let tie = lookup.tie {
                details.append(
                    "policy \(tie.selector.source) to \(tie.selector.destination) (index \(tie.index)) matches with the "
                        + "same priority: the older one is taken")
            }
        case .none:
            text = "\(lookup.direction.word)\(whose): no policy matches"
            if !stops { outcome = .passed }
        case .blockedByDefault:
            text = "\(lookup.direction.word)\(whose): no policy matches, and the default is to drop"
        case .exempt(let key):
            text = "\(lookup.direction.word)\(whose): no policy is looked for, as \(key) is set"
            outcome = .passed
        case .unseen:
            text = "\(lookup.direction.word)\(whose): only root may see the policies"
            outcome = .stopped
        }
        return Rung(stage: .policy, outcome: outcome, text: text, details: details + passedOver)
    }

    /// The policies before it that would have matched but for an id, a mark or a protocol; the others are counted.
    private var passedOver: [String] {
        let near = lookup.passedOver.filter { passed in
            switch passed.reason {
            case .ifID, .mark, .selector(.ipProtocol), .selector(.sourcePort), .selector(.destinationPort): true
            case .selector: false
            }
        }
        var lines = near.prefix(4).map { passed in
            let policy = passed.policy
            return "passed over: policy \(policy.selector.source) to \(policy.selector.destination), priority "
                + "\(policy.priority): \(passed.reason)"
        }
        let others = lookup.passedOver.count - lines.count
        if others > 0 {
            lines.append("\(others) \(lines.isEmpty ? "" : "more ")\(others == 1 ? "does" : "do") not match")
        }
        return lines
    }
}

extension XFRMPolicy {
    /// What it does.
    fileprivate var action: String {
        guard isAllowed else { return "which drops" }
        if templates.isEmpty { return "which lets pass in clear" }
        return direction == .output ? "which encrypts" : "which admits what came encrypted"
    }
}

extension XFRMSelector {
    /// Protocol and ports that it is for; nil when for any.
    fileprivate var limits: String? {
        guard ipProtocol != 0 else { return nil }
        var words = ["\(IPProtocolName(ipProtocol))"]
        if sourcePort.mask != 0 { words.append("from port \(sourcePort.value)") }
        if destinationPort.mask != 0 { words.append("to port \(destinationPort.value)") }
        return words.joined(separator: " ")
    }
}

extension StateWaypoint {
    /// The search in words.
    var rung: Rung {
        let way = "\(search.source) to \(search.destination)"
        let kind = isInbound ? "inbound" : "outbound"
        switch search.outcome {
        case .found(let state), .spent(let state):
            let isSpent = search.outcome == .spent(state)
            let title = "\(kind) \(IPProtocolName(state.ipProtocol).capitals) SA \(state.spiText), \(way)"
            return Rung(
                stage: .sa, outcome: isSpent ? .stopped : .taken, text: title,
                details: facts(state) + (isSpent ? ["its lifetime is over"] : []) + passedOver)
        case .pending:
            return Rung(
                stage: .sa, outcome: isOptional ? .passed : .stopped, text: "\(kind) SA, \(way): being negotiated",
                details: passedOver)
        case .none:
            return Rung(
                stage: .sa, outcome: isOptional ? .passed : .stopped,
                text: "\(kind) SA, \(way), \(asked): there is none", details: passedOver)
        }
    }

    private var asked: String { "reqid \(search.template.requestID)" }

    private func facts(_ state: XFRMState) -> [String] {
        var first = [state.mode == 0 ? "transport" : "tunnel", "reqid \(state.requestID)"]
        if let name { first.insert(name, at: 0) }
        if state.ifID != 0 { first.append("if_id \(state.ifID)") }
        if let mark = state.mark { first.append("mark \(mark)") }
        var second = [state.algorithms.map(\.name).joined(separator: " and ")]
        second.append("\(state.byteCount) bytes in \(state.packetCount) packets")
        if let age { second.append("\(Span.text(age)) old") }
        if let untilRekey { second.append("rekey in \(Span.text(untilRekey))") }
        if let remaining { second.append("ends in \(Span.text(remaining))") }
        return [first.joined(separator: ", "), second.joined(separator: ", ")]
    }

    private var passedOver: [String] {
        search.nearest.prefix(3).map { passed in
            "passed over: SA \(passed.state.spiText): \(passed.reason)"
        }
    }
}

/// A span of time for people.
enum Span {
    /// Seconds as `59s`, `3m20s`, `2h5m` or `3d4h`.
    static func text(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m\(seconds % 60)s"
        case ..<86400: "\(seconds / 3600)h\(seconds / 60 % 60)m"
        default: "\(seconds / 86400)d\(seconds / 3600 % 24)h"
        }
    }
}
