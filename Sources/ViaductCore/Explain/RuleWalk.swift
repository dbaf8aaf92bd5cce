public import NetworkModel

/// A packet as the rules of the routing policy see it.
struct RuleFlow {
    var destination: IPAddress
    /// nil while the source is not chosen yet.
    var source: IPAddress?
    var mark: UInt32
    /// `lo` for packets of this machine.
    var arrivals: Set<InterfaceName>
    /// Empty when the packet is bound to no interface.
    var outputs: Set<InterfaceName>
    var ipProtocol: UInt8
    var sourcePort: UInt16?
    var destinationPort: UInt16?
    /// nil when it is not known.
    var user: UInt32?
    /// The table of the VRF it is in; nil for none.
    var vrfTable: UInt32?
}

/// Why a rule is passed over.
public enum RuleMismatch: Sendable, Hashable {
    /// The source is not in its block, or not chosen yet.
    case source(IPPrefix)
    /// The destination is not in its block.
    case destination(IPPrefix)
    /// It asks for another mark.
    case mark(Mark)
    /// It is for packets that come in by another interface.
    case arrival(InterfaceName)
    /// It is for packets bound to another interface.
    case output(InterfaceName)
    /// It is for another protocol.
    case ipProtocol(UInt8)
    /// It is for other source ports.
    case sourcePorts(ClosedRange<UInt16>)
    /// It is for other destination ports.
    case destinationPorts(ClosedRange<UInt16>)
    /// It is for sockets of other users.
    case users(ClosedRange<UInt32>)
    /// It is for another type of service.
    case typeOfService(UInt8)
    /// It is for packets with a tunnel id.
    case tunnelID(UInt64)
    /// It is for packets of a VRF, and the packet is of none.
    case noVRF
    /// Its selectors match, and it is for packets that they do not match (`not`).
    case inverted
}

/// A rule on the packet's way.
public struct RuleStep: Sendable, Hashable {
    /// The rule.
    public var rule: Rule
    /// What came of it.
    public var outcome: Outcome

    /// What comes of asking a rule.
    public enum Outcome: Sendable, Hashable {
        /// It is not for this packet.
        case passedOver(RuleMismatch)
        /// A rule before it jumped over it.
        case jumpedOver
        /// It does nothing.
        case noOperation
        /// It jumps to the rule of another priority.
        case jumps(to: UInt32)
        /// Its table has no route for the destination.
        case noRoute(table: UInt32)
        /// Its table says to go on with the next rule.
        case threw(Route)
        /// Its table's route is left out, since the prefix is too short or the interface is of a group.
        case suppressed(table: UInt32, prefixLength: Int)
        /// Its table has the route.
        case hit(table: UInt32)
        /// Its table has a route that drops.
        case hitDropping(Route)
        /// It drops the packet itself.
        case drops(RouteType)
    }

    /// Whether the walk ends here.
    public var isLast: Bool {
        switch outcome {
        case .hit, .hitDropping, .drops: true
        case .passedOver, .jumpedOver, .noOperation, .jumps, .noRoute, .threw, .suppressed: false
        }
    }
}

extension Rule {
    /// Why the rule is not for a packet; nil when it is (`fib_rule_match`).
    func mismatch(_ flow: RuleFlow) -> RuleMismatch? {
        let mismatch = plainMismatch(flow)
        guard isInverted else { return mismatch }
        return mismatch == nil ? .inverted : nil
    }

    private func plainMismatch(_ flow: RuleFlow) -> RuleMismatch? {
        if let to, !to.contains(flow.destination) { return .destination(to) }
        if let from, from.length > 0, flow.source.map({ !from.contains($0) }) ?? true { return .source(from) }
        if let mark, (mark.value ^ flow.mark) & mark.mask != 0 { return .mark(mark) }
        if let inputInterface, !flow.arrivals.contains(inputInterface) { return .arrival(inputInterface) }
        if let outputInterface, !flow.outputs.contains(outputInterface) { return .output(outputInterface) }
        if let ipProtocol, ipProtocol != flow.ipProtocol { return .ipProtocol(ipProtocol) }
        if let sourcePorts, !sourcePorts.contains(flow.sourcePort ?? 0) { return .sourcePorts(sourcePorts) }
        if let destinationPorts, !destinationPorts.contains(flow.destinationPort ?? 0) {
            return .destinationPorts(destinationPorts)
        }
        if let users, let user = flow.user, !users.contains(user) { return .users(users) }
        if let typeOfService, typeOfService != 0 { return .typeOfService(typeOfService) }
        if let tunnelID, tunnelID != 0 { return .tunnelID(tunnelID) }
        if isL3Master, flow.vrfTable == nil { return .noVRF }
        return nil
    }
}

/// The walk over the rules up to the one that decides, read off the kernel's answer.
struct RuleWalk {
    private(set) var steps: [RuleStep] = []

    /// Walks.
    ///
    /// - Parameters:
    ///   - rules: those of the packet's family, in the kernel's order.
    ///   - flow: the packet.
    ///   - reply: what the kernel said.
    ///   - groups: the groups of the links.
    ///   - routes: reads a table.
    init(
        _ rules: [Rule], _ flow: RuleFlow, reply: RouteReply, groups: [InterfaceName: UInt32],
        routes: (UInt32) throws -> [Route]
    ) rethrows {
        var target: UInt32?
        for rule in rules {
            if let reached = target, rule.priority < reached {
                steps.append(RuleStep(rule: rule, outcome: .jumpedOver))
                continue
            }
            target = nil
            let outcome = try Self.outcome(of: rule, flow, reply, groups, routes)
            if case .jumps(let priority) = outcome, rules.contains(where: { $0.priority == priority }) {
                target = priority
            }
            let step = RuleStep(rule: rule, outcome: outcome)
            steps.append(step)
            if step.isLast { return }
        }
    }

    private static func outcome(
        of rule: Rule, _ flow: RuleFlow, _ reply: RouteReply, _ groups: [InterfaceName: UInt32],
        _ routes: (UInt32) throws -> [Route]
    ) rethrows -> RuleStep.Outcome {
        if let mismatch = rule.mismatch(flow) { return .passedOver(mismatch) }
        switch rule.action {
        case .nop: return .noOperation
        case .goto(let priority): return .jumps(to: priority)
        case .blackhole: return .drops(.blackhole)
        case .unreachable: return .drops(.unreachable)
        case .prohibit: return .drops(.prohibit)
        case .lookup(let number):
            let table = rule.isL3Master ? flow.vrfTable ?? number : number
            if case .found(let route, let entry) = reply, (entry ?? route).table == table {
                let answer = entry ?? route
                return rule.suppresses(answer, groups)
                    ? .suppressed(table: table, prefixLength: answer.destination.length) : .hit(table: table)
            }
            guard let best = try routes(table).best(for: flow.destination) else { return .noRoute(table: table) }
            if best.type == .throw { return .threw(best) }
            if rule.suppresses(best, groups) {
                return .suppressed(table: table, prefixLength: best.destination.length)
            }
            switch best.type {
            case .blackhole, .unreachable, .prohibit: return .hitDropping(best)
            case .unicast, .local, .broadcast, .anycast, .multicast, .throw: return .noRoute(table: table)
            }
        }
    }
}

extension RuleWalk {
    /// The route that the rules lead to, for a packet that the kernel will not be asked about.
    static func route(
        _ rules: [Rule], _ flow: RuleFlow, groups: [InterfaceName: UInt32], routes: (UInt32) throws -> [Route]
    ) rethrows -> RouteReply {
        var target: UInt32 = 0
        for rule in rules where rule.priority >= target && rule.mismatch(flow) == nil {
            switch rule.action {
            case .nop: continue
            case .goto(let priority):
                if rules.contains(where: { $0.priority == priority }) { target = priority }
            case .blackhole: return .dropped(.blackhole)
            case .unreachable: return .dropped(.unreachable)
            case .prohibit: return .dropped(.prohibit)
            case .lookup(let number):
                let table = rule.isL3Master ? flow.vrfTable ?? number : number
                guard let best = try routes(table).best(for: flow.destination), best.type != .throw,
                    !rule.suppresses(best, groups)
                else { continue }
                switch best.type {
                case .blackhole, .unreachable, .prohibit, .throw: return .dropped(best.type)
                case .unicast, .local, .broadcast, .anycast, .multicast: return .found(best, entry: best)
                }
            }
        }
        return .none
    }
}

extension Rule {
    /// Whether it leaves out a route that its table has (suppress_prefixlength, suppress_ifgroup).
    fileprivate func suppresses(_ route: Route, _ groups: [InterfaceName: UInt32]) -> Bool {
        if let length = suppressPrefixLength, route.destination.length <= Int(length) { return true }
        guard let group = suppressGroup, let device = route.nextHops.first?.device else { return false }
        return groups[device] == group
    }
}

extension [Route] {
    /// The route that the kernel takes for a destination: the longest prefix, then the lowest metric.
    func best(for destination: IPAddress) -> Route? {
        filter { $0.destination.contains(destination) }
            .min { ($1.destination.length, $0.metric ?? 0) < ($0.destination.length, $1.metric ?? 0) }
    }
}
