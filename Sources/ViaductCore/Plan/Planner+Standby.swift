public import NetworkModel

extension Planner {
    /// What becomes of a route of a tunnel without any SA, when another tunnel has a route to the same destination in the
    /// same table with a greater metric.
    public enum Standby: Sendable, Hashable {
        /// It is there, as the spec asks: for `up`, which is about to negotiate.
        case ignored
        /// It may be there or not: for a look at the tunnel, which cannot know whether `watch` runs.
        case tolerated
        /// It is away until there is an SA, so that packets take the other tunnel: for `watch`.
        case used
    }

    /// A route that is taken away until its tunnel has an SA.
    public struct Detour: Sendable, Hashable {
        /// The step that takes it away.
        public var step: Step
        /// Where it leads to.
        public var destination: IPPrefix
        /// The link of the other tunnel, by which packets go meanwhile.
        public var link: InterfaceName
    }

    /// The steps of a tunnel's plan by which its packets take another tunnel from now on.
    public static func detours(in plan: Plan, of tunnel: Tunnel, on machine: Observed) -> [Detour] {
        let others = StandbyRoutes(of: tunnel, on: machine)
        return plan.steps.compactMap { step in
            guard case .removeRoute(let route) = step.unwrapped, let link = others.link(for: route) else { return nil }
            return Detour(step: step, destination: route.destination, link: link)
        }
    }
}

extension Settled {
    /// Leaves out the routes that another tunnel stands in for.
    mutating func use(_ standby: Planner.Standby, of tunnel: Tunnel, on machine: Observed) {
        let others = StandbyRoutes(of: tunnel, on: machine)
        switch standby {
        case .ignored: return
        case .tolerated:
            let there = Set(machine.routes.map(\.normalised))
            routes.removeAll { others.link(for: $0) != nil && !there.contains($0.normalised) }
        case .used: routes.removeAll { others.link(for: $0) != nil }
        }
    }
}

/// The routes of other tunnels by which a tunnel's packets can go while it has no SA.
private struct StandbyRoutes {
    private struct Place: Hashable {
        var destination: IPPrefix
        var table: UInt32
    }

    private var routes: [Place: [Route]] = [:]

    /// Looks for them; while the tunnel has an SA there are none.
    init(of tunnel: Tunnel, on machine: Observed) {
        let names = Set(tunnel.peers.map(\.connection.text))
        // An SA of any state: while a child is rekeyed, there is for a moment none that is INSTALLED.
        guard let charon = machine.charon, !charon.children.contains(where: { names.contains($0.connection) }) else {
            return
        }
        // A tunnel that its first packet establishes needs its routes for that.
        guard !tunnel.peers.contains(where: { $0.start == .onDemand }) else { return }
        let others = machine.routes.filter { route in
            route.origin == Ownership.origin && route.type == .unicast && !route.isOver(tunnel.interface.name)
        }
        routes = Dictionary(grouping: others) { Place(destination: $0.destination, table: $0.table) }
    }

    /// The link of the route that packets take when this one is away; nil when there is none.
    func link(for route: Route) -> InterfaceName? {
        guard route.type == .unicast else { return nil }
        let others = routes[Place(destination: route.destination, table: route.table)] ?? []
        return others.filter { $0.identity.metric > route.identity.metric }
            .min { $0.identity.metric < $1.identity.metric }?.nextHops.first?.device
    }
}
