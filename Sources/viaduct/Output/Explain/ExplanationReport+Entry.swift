internal import NetworkModel
internal import ViaductCore

extension ExplanationReport {
    /// Something that the packet meets: words for people, and the values behind them.
    struct Entry: Encodable {
        /// What sort of thing it is.
        var stage: String
        /// What it did to the packet: `taken`, `passed`, `stopped` or `noted`.
        var outcome: String
        /// The thing in words.
        var text: String
        /// More words.
        var details: [String]
        var rule: Rule?
        var route: Route?
        var interface: Interface?
        var policy: Policy?
        var sa: SA?
        var outer: Outer?
        var room: Room?

        init(_ waypoint: Waypoint) {
            let rung = waypoint.rung
            stage = rung.stage.rawValue
            outcome = rung.outcome.rawValue
            text = rung.text
            details = rung.details
            switch waypoint {
            case .rule(let step): rule = Rule(priority: step.rule.priority, table: step.table)
            case .route(let found): route = Route(found)
            case .interface(let found): interface = Interface(found)
            case .policies(let found):
                policy = found.lookup.policy.map { Policy($0, name: found.name, found.interface) }
            case .state(let found): sa = found.search.state.map { SA($0, found) }
            case .outer(let found): outer = Outer(found)
            case .room(let found): room = Room(found)
            case .arrival, .setting, .note: break
            }
        }
    }

    struct Rule: Encodable {
        var priority: UInt32
        /// The table that was asked; nil when none was.
        var table: UInt32?
    }

    struct Route: Encodable {
        var type: String
        var prefix: String
        var table: UInt32
        var metric: UInt32?
        var gateway: String?
        var device: String?
        var mtu: UInt32?
        var source: String?
    }

    struct Interface: Encodable {
        var name: String
        var kind: String
        var isUp: Bool
        var mtu: UInt32?
        var ifID: UInt32?
        var inputKey: UInt32?
        var outputKey: UInt32?
        var tunnel: String?
        var vrf: String?
    }

    struct Policy: Encodable {
        var name: String?
        var direction: String
        var index: UInt32
        var priority: UInt32
        var source: String
        var destination: String
        var `protocol`: UInt8
        var mark: String?
        var ifID: UInt32
        /// `encrypt`, `pass` or `drop`.
        var action: String
        var interface: String?
    }

    struct SA: Encodable {
        var name: String?
        var isInbound: Bool
        var spi: String
        var source: String
        var destination: String
        var `protocol`: UInt8
        var mode: UInt8
        var requestID: UInt32
        var ifID: UInt32
        var mark: String?
        var algorithms: [String]
        var bytes: UInt64
        var packets: UInt64
        /// Seconds.
        var age: UInt64?
        var rekeyIn: UInt64?
        var endsIn: UInt64?
        var encapsulationPorts: [UInt16]?
    }

    struct Outer: Encodable {
        var source: String
        var destination: String
        var spi: String
        var mark: UInt32
        var vrf: String?
        var device: String?
        var gateway: String?
        var mtu: UInt32?
    }

    struct Room: Encodable {
        var mtu: Int
        var udpPayload: Int
        var tcpSegment: Int
        var pingPayload: Int
        var outerMTU: Int?
        var overhead: Int?
    }
}

extension RuleStep {
    /// The table that was asked.
    fileprivate var table: UInt32? {
        switch outcome {
        case .noRoute(let table), .suppressed(let table, _), .hit(let table): table
        case .threw(let route), .hitDropping(let route): route.table
        case .passedOver, .jumpedOver, .noOperation, .jumps, .drops: nil
        }
    }
}

extension ExplanationReport.Route {
    fileprivate init(_ found: RouteWaypoint) {
        let hop = found.answer.nextHops.first
        self.init(
            type: found.entry.type.word, prefix: "\(found.entry.destination)", table: found.entry.table,
            metric: found.entry.metric, gateway: hop?.gateway.map { "\($0)" }, device: hop?.device?.text,
            mtu: found.answer.mtu, source: found.chosenSource.map { "\($0)" })
    }
}

extension ExplanationReport.Interface {
    fileprivate init(_ found: InterfaceWaypoint) {
        let link = found.link.link
        self.init(
            name: link.name.text, kind: link.kind.word, isUp: link.isUp, mtu: link.mtu, tunnel: found.tunnel?.text,
            vrf: found.vrf?.text)
        switch link.kind {
        case .xfrm(let xfrm): ifID = xfrm.ifID
        case .vti(let vti): (inputKey, outputKey) = (vti.inputKey, vti.outputKey)
        case .vrf, .other: break
        }
    }
}

extension ExplanationReport.Policy {
    fileprivate init(_ policy: XFRMPolicy, name: String?, _ interface: InterfaceName?) {
        self.init(
            name: name, direction: policy.direction.word, index: policy.index, priority: policy.priority,
            source: "\(policy.selector.source)", destination: "\(policy.selector.destination)",
            protocol: policy.selector.ipProtocol, mark: policy.mark.map { "\($0)" }, ifID: policy.ifID,
            action: policy.isAllowed ? policy.templates.isEmpty ? "pass" : "encrypt" : "drop",
            interface: interface?.text)
    }
}

extension ExplanationReport.SA {
    fileprivate init(_ state: XFRMState, _ found: StateWaypoint) {
        self.init(
            name: found.name, isInbound: found.isInbound, spi: state.spiText, source: "\(state.source)",
            destination: "\(state.destination)", protocol: state.ipProtocol, mode: state.mode,
            requestID: state.requestID, ifID: state.ifID, mark: state.mark.map { "\($0)" },
            algorithms: state.algorithms.map(\.name), bytes: state.byteCount, packets: state.packetCount,
            age: found.age, rekeyIn: found.untilRekey, endsIn: found.remaining,
            encapsulationPorts: state.encapsulation.map { [$0.source, $0.destination] })
    }
}

extension ExplanationReport.Outer {
    fileprivate init(_ found: OuterWaypoint) {
        self.init(
            source: "\(found.state.source)", destination: "\(found.state.destination)", spi: found.state.spiText,
            mark: found.mark, vrf: found.vrf?.text, device: found.device?.text)
        if case .found(let answer, _) = found.reply {
            gateway = answer.nextHops.first?.gateway.map { "\($0)" }
            mtu = answer.mtu
        }
    }
}

extension ExplanationReport.Room {
    fileprivate init(_ room: ViaductCore.Room) {
        self.init(
            mtu: room.mtu, udpPayload: room.udpPayload, tcpSegment: room.tcpSegment, pingPayload: room.pingPayload,
            outerMTU: room.outerMTU, overhead: room.overhead)
    }
}
