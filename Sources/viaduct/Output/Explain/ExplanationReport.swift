internal import NetworkModel
internal import ViaductCore

/// An explanation for machines; Docs/Explain.md says what each member means.
struct ExplanationReport: JSONAnswer {
    /// The form of this answer.
    var format = 1
    /// The packet.
    var packet: Subject
    /// What becomes of it.
    var verdict: Judgement
    /// What it meets, in order.
    var path: [Entry]
    /// What its answer meets; nil when it was not looked at.
    var wayBack: Back?
    /// What would change the verdict.
    var remedies: [String]
    /// What could not be seen.
    var unseen: [String]

    /// The packet that was asked about.
    struct Subject: Encodable {
        var destination: String
        var source: String?
        var isSourceChosen: Bool
        var mark: UInt32
        var `protocol`: UInt8
        var sourcePort: UInt16?
        var destinationPort: UInt16?
        var arrival: String?
        var boundTo: String?
        var namespace: String?
    }

    /// What becomes of a packet.
    struct Judgement: Encodable {
        var kind: String
        var name: String?
        var interface: String?
        var reason: String?
        var text: String
    }

    /// The way of the answer.
    struct Back: Encodable {
        var obstacle: String?
        var path: [Entry]
    }

    init(_ explanation: Explanation, namespace: NamespaceName?) {
        let packet = explanation.packet
        self.packet = Subject(
            destination: "\(packet.destination)", source: explanation.source.map { "\($0)" },
            isSourceChosen: packet.source == nil && explanation.source != nil, mark: packet.mark,
            protocol: packet.ipProtocol, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort,
            arrival: packet.arrival?.text, boundTo: packet.boundTo?.text, namespace: namespace?.text)
        verdict = Judgement(explanation.verdict)
        path = explanation.waypoints.map { Entry($0) }
        if explanation.returnObstacle != nil || !explanation.wayBack.isEmpty {
            wayBack = Back(obstacle: explanation.returnObstacle, path: explanation.wayBack.map { Entry($0) })
        }
        remedies = explanation.remedies
        unseen = explanation.unseen
    }
}

extension ExplanationReport.Judgement {
    fileprivate init(_ verdict: Verdict) {
        kind = verdict.word
        text = "\(verdict)"
        switch verdict {
        case .tunnel(let name, let interface): (self.name, self.interface) = (name, interface.text)
        case .policy(let name): self.name = name
        case .clear(let interface): self.interface = interface.text
        case .local(let interface): self.interface = interface?.text
        case .dropped(let reason): self.reason = "\(reason)"
        case .unknown(let reason): self.reason = "\(reason)"
        }
    }
}
