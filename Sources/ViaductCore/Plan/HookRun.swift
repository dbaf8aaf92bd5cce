internal import NetworkModel

/// A run of the administrator's programs at one moment, with those of the moment that undoes it.
public struct HookRun: Sendable, Hashable, Codable {
    /// When they are run.
    public var moment: Hook.Moment
    /// The programs of that moment.
    public var hooks: [Hook]
    /// The programs of the opposite moment.
    public var oppositeHooks: [Hook]
    /// What their environment has beside PATH: `IF=office` and the like.
    public var assignments: [String]

    /// Makes a run.
    public init(_ moment: Hook.Moment, of hooks: [Hook], assignments: [String]) {
        self.moment = moment
        self.hooks = hooks.filter { $0.moment == moment }
        oppositeHooks = hooks.filter { $0.moment == moment.opposite }
        self.assignments = assignments
    }

    /// The run on the way back.
    var inverse: HookRun {
        var run = self
        run.moment = moment.opposite
        (run.hooks, run.oppositeHooks) = (oppositeHooks, hooks)
        return run
    }

    /// Whether there is nothing to run either way.
    var isEmpty: Bool { hooks.isEmpty && oppositeHooks.isEmpty }
}

extension Hook.Moment {
    /// The moment on the way back: what was first on the way up is last on the way down.
    var opposite: Hook.Moment {
        switch self {
        case .preUp: .postDown
        case .postUp: .preDown
        case .preDown: .postUp
        case .postDown: .preUp
        }
    }

    /// Whether it is on the way up.
    var isUp: Bool { self == .preUp || self == .postUp }
}

extension Planner {
    /// The hooks around a plan that makes the link; other plans run none.
    static func hookSteps(_ settled: Settled, of tunnel: Tunnel, on machine: Observed) -> (
        before: [Step], after: [Step]
    ) {
        guard machine.links(of: tunnel.name).isEmpty else { return ([], []) }
        var assignments = ["TUNNEL=\(tunnel.name)", "IF=\(settled.link.name)"]
        switch settled.binding {
        case .interfaceIDs(let input, let output): assignments += ["IF_ID_IN=\(input)", "IF_ID=\(output)"]
        case .marks(let input, let output): assignments += ["MARK_IN=\(input)", "MARK=\(output)"]
        }
        if let mtu = settled.link.mtu { assignments.append("MTU=\(mtu)") }
        let peers = tunnel.peers.flatMap { machine.underlays[$0.connection]?.remotes.prefix(1) ?? [] }
        if !peers.isEmpty { assignments.append("PEER=\(peers.map(\.description).joined(separator: " "))") }
        if let namespace = settled.namespace { assignments.append("NETNS=\(namespace)") }
        let outer = HookRun(.preUp, of: tunnel.hooks, assignments: assignments)
        let inner = HookRun(.postUp, of: tunnel.hooks, assignments: assignments)
        return (outer.isEmpty ? [] : [.runHooks(outer)], inner.isEmpty ? [] : [.runHooks(inner)])
    }
}
