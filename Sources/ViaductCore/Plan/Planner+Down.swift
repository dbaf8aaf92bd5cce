internal import NetworkModel

extension Planner {
    /// The plan that takes a tunnel away, whatever became of its spec.
    ///
    /// It is the inverse of what its record says was done and of what the machine shows to be ours, less what is gone
    /// already.
    public static func down(_ tunnel: TunnelName, on machine: Observed) -> Plan {
        let there = RouteIndex(machine.routes)
        var done = (machine.record?.claims ?? []).map { $0.asObserved(among: there) }
        let claimed = RouteIndex(done.compactMap(\.addedRoute)), others = done.filter { $0.addedRoute == nil }
        done += machine.recovered(tunnel).filter { step in
            if let route = step.addedRoute { return claimed.same(as: route) == nil }
            return !others.contains { $0.isSameClaim(as: step) }
        }
        // A stable sort by stage: the inverse then goes the canonical way back.
        let ordered = done.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }
        let inverse = Plan(ordered.map(\.element)).inverse
        return Plan(inverse.steps.filter { machine.wants($0, of: tunnel, among: there) })
    }
}

extension Step {
    /// The place in the order of an `up` from scratch.
    fileprivate var stage: Int {
        switch unwrapped {
        case .runHooks(let run): run.moment == .preUp ? -1 : 10
        case .addRoute(let route) where route.type == .unreachable: 0
        case .addLink: 1
        case .changeLink, .setSysctl, .addAddress: 2
        case .addRule: 3
        case .addRoute, .addClamp: 4
        case .writeFile: 5
        case .loadSecret: 6
        case .loadPool: 7
        case .loadConnection: 8
        default: 9
        }
    }

    /// Whether two steps made the same thing, whatever they know of it.
    fileprivate func isSameClaim(as other: Step) -> Bool {
        switch (unwrapped, other.unwrapped) {
        case (.addLink(let own), .addLink(let its)): own.name == its.name
        case (.addClamp(let own), .addClamp(let its)): own.table == its.table
        case (.writeFile(let own, replacing: _), .writeFile(let its, replacing: _)): own.path == its.path
        case (.loadConnection(let own, replacing: _), .loadConnection(let its, replacing: _)): own.name == its.name
        case (.loadSecret(let own), .loadSecret(let its)): own == its || (own.name != nil && own.name == its.name)
        default: self == other
        }
    }
}

extension Step {
    /// A claim with what the machine shows of its object, such as the source of a route that an administrator changed.
    fileprivate func asObserved(among routes: RouteIndex) -> Step {
        guard let route = addedRoute, let current = routes.same(as: route), current.normalised != route.normalised
        else { return self }
        return rewrapped(.addRoute(current))
    }
}

extension Observed {
    /// What the marks in kernel and files show to be the tunnel's, as the steps that would have made it.
    fileprivate func recovered(_ tunnel: TunnelName) -> [Step] {
        let links = links(of: tunnel)
        var steps = routes(of: tunnel).map(Step.addRoute)
        steps += links.map(Step.addLink)
        steps += rules(of: tunnel).map(Step.addRule)
        steps += clamps.filter { $0.name == FirewallTableName(tunnel: tunnel.text) }.map { .addClamp($0.anyClamp) }
        if let namespace {
            steps = steps.map { step in
                guard case .addLink(var link) = step else { return .within(namespace, step) }
                link.namespace = namespace
                return .addLink(link)
            }
        }
        let paths = files.keys.sorted { $0.description < $1.description }
        steps += paths.map { .writeFile(ConfigurationFile($0, .text([])), replacing: nil) }
        let snippet = snippet(of: tunnel)
        steps += snippet.secrets.filter { $0.hasPrefix(Ownership.secretPrefix) }.map { name in
            .loadSecret(.preshared(name: name, owners: [], source: .spec(tunnel: tunnel.text)))
        }
        steps += paths.filter { $0.folder == .keys }.map { .loadSecret(.privateKey(path: "\($0)")) }
        return steps
            + snippet.connections.map { .loadConnection(Connection(name: $0, tree: SwanctlTree()), replacing: nil) }
    }

    /// Whether a step that takes something away still has something to do, and only to what is ours.
    fileprivate func wants(_ step: Step, of tunnel: TunnelName, among there: RouteIndex) -> Bool {
        switch step.unwrapped {
        case .removeLink(let link):
            links(of: tunnel).contains { $0.name == link.name } || outerLinks.contains { link.isStray($0) }
        case .changeLink(let change): links(of: tunnel).contains { $0.name == change.name }
        case .removeAddress(let address): addresses.contains { $0.isSame(as: address) }
        case .removeRoute(let route): there.same(as: route) != nil
        case .removeRule(let rule): rules.contains(rule) && !sharedRules.contains(rule)
        case .setSysctl(let change): sysctls[change.key] == change.from && sharedSysctls[change.key] == nil
        case .removeFile(let file): files[file.path] != nil
        case .removeClamp(let clamp): clamps.contains { $0.name == clamp.table }
        case .unloadPool: charon != nil
        case .unloadSecret(.preshared(let name, _, _)): charon?.secrets.contains(name) ?? false
        case .unloadSecret(.privateKey(path: let path)):
            charon != nil && files.keys.contains { "\($0)" == path }
        case .unloadConnection(let connection):
            // A charon that was killed leaves its policies and SAs behind, whether another runs by now or not.
            connection.binding.map { policyIDs.contains($0.number) || marks.contains($0.number) } ?? false
                || charon?.connections.contains(connection.name) ?? false
                || charon?.children.contains { $0.connection == connection.name } ?? false
                || (charon != nil
                    && record?.claims.contains { $0.loadedConnection?.name == connection.name } ?? false)
        // Only removals are the inverse of what `up` does.
        case .within, .addLink, .changeKind, .addAddress, .addRoute, .addRule, .addClamp, .writeFile, .loadSecret,
            .loadPool, .loadConnection, .endSAs, .establish, .probe, .runHooks:
            true
        }
    }
}
