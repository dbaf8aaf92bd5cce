internal import NetworkModel

/// Compares what a spec asks for with what the machine has, and says what to do.
///
/// It decides and does nothing: the same tunnel and the same look at the machine give the same plan.
public enum Planner {
    /// What a plan for `up` is to cover.
    public struct Options: Sendable, Hashable {
        /// Whether charon takes part; without it only link, addresses, routes and rules are made.
        public var withIKE: Bool
        /// Whether to wait for the SAs.
        public var waits: Bool
        /// What becomes of routes that another tunnel stands in for while this one has no SA.
        public var standby: Standby

        /// Makes options.
        public init(withIKE: Bool = true, waits: Bool = true, standby: Standby = .ignored) {
            self.withIKE = withIKE
            self.waits = waits
            self.standby = standby
        }
    }

    /// The plan that makes a tunnel what its spec asks for, whatever part of it is there already.
    ///
    /// The order is: fence, link, settings, addresses, rules, routes, files, secrets, connections, wait. So routed packets
    /// never find a way in clear, and the link is there before the policies that need it.
    ///
    /// - Throws: `PlanError` with everything that stands in the way.
    public static func up(
        _ tunnel: Tunnel, on machine: Observed, options: Options = Options()
    ) throws(PlanError) -> Plan {
        var settled = try Settled(tunnel, on: machine, withFiles: options.withIKE)
        let obstacles = obstacles(to: settled, of: tunnel, on: machine, options: options)
        guard obstacles.isEmpty else { throw PlanError(obstacles) }
        settled.use(options.standby, of: tunnel, on: machine)

        var rest = machine
        let there = Set(rest.routes.map(\.normalised))
        var steps = settled.fences.filter { !there.contains($0.normalised) }.map(Step.addRoute)
        steps += replacedLinks(settled, of: tunnel, on: &rest)
        steps += linkSteps(settled, of: tunnel, on: rest)
        // Of the machine as it was: a link that is replaced no longer tells the id that its fences bear.
        let fences = Set(settled.fences.map(\.normalised))
        let obsoleteFences = machine.routes(of: tunnel.name).filter { route in
            route.type == .unreachable && !fences.contains(route.normalised)
        }
        var network = steps
        if let namespace = settled.namespace { network = network.map { $0.placed(in: namespace) } }
        let claimed = machine.claimedRoutes
        var last: [Step] = obsoleteFences.map { .removeRoute(claimed.asGiven($0)) }
        if let namespace = settled.namespace { last = last.map { $0.placed(in: namespace) } }
        let hooks = hookSteps(settled, of: tunnel, on: machine)
        let ike = options.withIKE ? connectionSteps(settled, of: tunnel, on: rest, waits: options.waits) : []
        let shares = shares(settled, of: tunnel, on: machine)
        return Plan(
            hooks.before + network + ike + last + hooks.after,
            joined: settled.namespace.map { place in shares.joined.map { $0.placed(in: place) } } ?? shares.joined,
            released: shares.released, warnings: warnings(of: settled, of: tunnel, on: machine, options: options))
    }

    /// The plan for the same tunnel on a machine that has nothing of it: what `commands` prints.
    ///
    /// - Throws: `PlanError` with everything that stands in the way.
    public static func fromScratch(
        _ tunnel: Tunnel, on machine: Observed, options: Options = Options()
    ) throws(PlanError) -> Plan {
        var bare = machine.without(tunnel.name)
        // Printed beside a tunnel that has the same rules, they are not left out.
        let shared = tunnel.rules.filter(\.hasPriority).map { wanted in
            var rule = wanted.rule
            rule.origin = Ownership.origin
            return rule
        }
        bare.rules.removeAll { machine.sharedRules.contains($0) && shared.contains($0) }
        if bare.charon == nil { bare.charon = CharonState(version: "5.9.8") }
        var tunnel = tunnel
        // Printed beside a tunnel that is up, the numbers are those it has.
        if case .automatic = tunnel.interface.id, let id = machine.currentID(of: tunnel.name) {
            tunnel.interface.id = .fixed(id)
        }
        var plan = try up(tunnel, on: bare, options: options)
        let receivers = Set(tunnel.peers.filter { !$0.virtualAddresses.isEmpty }.map(\.connection.text))
        let link = plan.steps.lazy.compactMap(\.unwrapped.addedLink).first
        plan.steps = plan.steps.map { step in
            guard case .establish(var wait) = step, receivers.contains(wait.connection) else { return step }
            wait.assignee = link
            return .establish(wait)
        }
        return plan
    }

    /// The removal of links of ours that cannot be changed into the ones wanted, with all that is on them.
    private static func replacedLinks(_ settled: Settled, of tunnel: Tunnel, on rest: inout Observed) -> [Step] {
        var steps: [Step] = []
        let claimed = rest.claimedRoutes
        for link in rest.links(of: tunnel.name) where !settled.links.contains(where: { $0.canReplace(link) }) {
            let name = link.name
            let change = LinkChange(from: link.bare, to: link)
            steps += rest.routes.filter { $0.isOver(name) && $0.origin == Ownership.origin }
                .map { .removeRoute(claimed.asGiven($0)) }
            // From the last to the first, which others may hang on.
            steps += rest.addresses.filter { $0.interface == name && $0.isGiven }.reversed()
                .map { .removeAddress(rest.asClaimed($0)) }
            if let isUp = change.onlyUp { steps.append(.changeLink(isUp.inverse)) }
            // They go with the link, but whoever undoes this has to bring them back.
            let settings = rest.sysctls.filter { $0.key.link == name.text && $0.value != "0" }
            steps += settings.sorted { $0.key.path < $1.key.path }
                .map { .setSysctl(SysctlChange($0.key, from: $0.value, to: "0")) }
            if let settings = change.withoutUp { steps.append(.changeLink(settings.inverse)) }
            var gone = link.bare
            gone.namespace = settled.namespace
            steps.append(.removeLink(gone))
            rest.links.removeAll { $0.name == name }
            rest.addresses.removeAll { $0.interface == name }
            rest.routes.removeAll { $0.isOver(name) }
            rest.sysctls = rest.sysctls.filter { $0.key.link != name.text }
        }
        return steps
    }

    /// Links, their settings and addresses, rules and routes.
    private static func linkSteps(_ settled: Settled, of tunnel: Tunnel, on rest: Observed) -> [Step] {
        var steps: [Step] = []
        var rise: [Step] = []
        for wanted in settled.links {
            let current = rest.links(of: tunnel.name).first { $0.name == wanted.name }
            if current == nil { steps.append(.addLink(wanted.bare)) }
            if let current, !current.kind.isEqual(to: wanted.kind) {
                steps.append(.changeKind(wanted.name, from: current.kind, to: wanted.kind))
            }
            let change = LinkChange(from: current ?? wanted.bare, to: wanted)
            if let settings = change.withoutUp { steps.append(.changeLink(settings)) }
            if let isUp = change.onlyUp { rise.append(.changeLink(isUp)) }
        }
        steps += sysctlSteps(settled, on: rest)
        let names = Set(settled.links.map(\.name))
        let own = rest.routes(of: tunnel.name).filter { route in names.contains { route.isOver($0) } }
        let addresses = AddressEdit(
            from: rest.addresses.filter { $0.interface == settled.link.name }, to: settled.addresses,
            claimed: (rest.record?.claims ?? []).compactMap(\.addedAddress).filter {
                $0.interface == settled.link.name
            }, hasRoutes: own.contains { $0.family == .ipv4 && $0.isOver(settled.link.name) })
        steps += addresses.early.map(Step.addAddress)
        steps += rise
        steps += ruleSteps(settled, of: tunnel, on: rest)
        let wanted = Set(settled.routes.map(\.normalised)), claimed = rest.claimedRoutes
        let kept = Set(own.filter { wanted.contains($0.normalised) && !addresses.takesAway($0) })
        steps += own.filter { !kept.contains($0) }.map { .removeRoute(claimed.asGiven($0)) }
        steps += addresses.removed.map { .removeAddress(rest.asClaimed($0)) }
        steps += addresses.late.map(Step.addAddress)
        let staying = Set(kept.map(\.normalised))
        steps += settled.routes.filter { !staying.contains($0.normalised) }.map(Step.addRoute)
        let clamps = rest.clamps.filter { $0.name == FirewallTableName(tunnel: tunnel.name.text) }
        if clamps.map(\.clamp) != [settled.clamp].filter({ $0 != nil }) {
            steps += clamps.map { .removeClamp($0.anyClamp) }
            if let clamp = settled.clamp { steps.append(.addClamp(clamp)) }
        }
        return steps
    }

    private static func ruleSteps(_ settled: Settled, of tunnel: Tunnel, on rest: Observed) -> [Step] {
        let added = settled.rules.filter { !rest.rules.contains($0) }.map(Step.addRule)
        let obsolete = rest.rules(of: tunnel.name).filter { !settled.rules.contains($0) }
        return added + obsolete.filter { !rest.sharedRules.contains($0) }.map(Step.removeRule)
    }

    /// What other tunnels have made that this one needs from now on as well, and what it leaves to them.
    private static func shares(
        _ settled: Settled, of tunnel: Tunnel, on machine: Observed
    ) -> (joined: [Step], released: [Step]) {
        let claims = machine.record?.claims ?? []
        let claimed = Set(claims.compactMap(\.addedRule))
        let joined = settled.rules.filter { rule in
            machine.rules.contains(rule) && machine.sharedRules.contains(rule) && !claimed.contains(rule)
        }
        let released = claims.filter { claim in
            if let rule = claim.addedRule {
                return machine.sharedRules.contains(rule) && !settled.rules.contains(rule)
            }
            guard let key = claim.sharedSysctl?.key else { return false }
            return machine.sharedSysctls[key] != nil && !settled.sysctls.contains { $0.key == key }
        }
        return (joined.map(Step.addRule), released)
    }

    private static func sysctlSteps(_ settled: Settled, on rest: Observed) -> [Step] {
        let claims = (rest.record?.claims ?? []).compactMap(\.sysctl)
        var steps: [Step] = []
        for (key, value) in settled.sysctls {
            // A link that is not there yet will have the kernel's default, which is off for all that we set.
            let current = rest.sysctls[key] ?? "0"
            let origin = rest.sharedSysctls[key]
            // A setting that another tunnel turned on is claimed too, so that the last one restores it.
            if current != value || (origin != nil && !claims.contains { $0.key == key }) {
                steps.append(.setSysctl(SysctlChange(key, from: origin ?? current, to: value)))
            }
        }
        let obsolete = claims.filter { change in
            !settled.sysctls.contains { $0.key == change.key } && rest.sharedSysctls[change.key] == nil
                && rest.sysctls[change.key] == change.to
        }
        return steps + obsolete.map { .setSysctl($0.inverse) }
    }
}

extension Step {
    /// The step done in a namespace; making and removing links know theirs by themselves.
    fileprivate func placed(in namespace: NamespaceName) -> Step {
        switch self {
        case .addLink, .removeLink: self
        default: .within(namespace, self)
        }
    }
}

extension Observed {
    /// An address as it was asked for.
    fileprivate func asClaimed(_ address: InterfaceAddress) -> InterfaceAddress {
        (record?.claims ?? []).compactMap(\.addedAddress).first { $0.isSame(as: address) } ?? address
    }
}

extension Link {
    /// The link as it is created: down, with what must be given at creation.
    fileprivate var bare: Link { Link(name: name, kind: kind, mtu: mtu, namespace: namespace) }

    /// Whether another link can be made into this one by changes.
    ///
    /// When IPv6 comes back with a greater MTU, the kernel gives the link an address before it can be told not to.
    fileprivate func canReplace(_ other: Link) -> Bool {
        guard name == other.name, hasIPv6 == other.hasIPv6 else { return false }
        switch (kind, other.kind) {
        case (.xfrm(let own), .xfrm(let its)):
            return own.ifID == its.ifID && (own.device == nil || own.device == its.device)
        case (.vti(let own), .vti(let its)): return own.family == its.family
        default: return false
        }
    }
}

extension LinkKind {
    /// Whether a link of this kind needs no change to be of another; a device that was not asked for does not count.
    fileprivate func isEqual(to wish: LinkKind) -> Bool {
        switch (self, wish) {
        case (.vti(var own), .vti(let wanted)):
            if wanted.device == nil { own.device = nil }
            return own == wanted
        default: return isSame(as: wish)
        }
    }
}

extension LinkChange {
    /// The settings that differ between two states of a link.
    fileprivate init(from old: Link, to new: Link) {
        var before = LinkSettings()
        var after = LinkSettings()
        if old.mtu != new.mtu { (before.mtu, after.mtu) = (old.mtu, new.mtu) }
        if old.alias != new.alias { (before.alias, after.alias) = (old.alias ?? "", new.alias) }
        if old.isUp != new.isUp { (before.isUp, after.isUp) = (old.isUp, new.isUp) }
        if old.isMulticast != new.isMulticast {
            (before.isMulticast, after.isMulticast) = (old.isMulticast, new.isMulticast)
        }
        if old.addressGeneration != new.addressGeneration {
            before.addressGeneration = old.addressGeneration ?? .eui64
            after.addressGeneration = new.addressGeneration
        }
        if old.master != new.master {
            before.master = old.master.map { .of($0) } ?? LinkSettings.Membership.none
            after.master = new.master.map { .of($0) } ?? LinkSettings.Membership.none
        }
        // A removal that was broken off has left it there; any other group is the user's affair.
        if Ownership.scratchGroups.contains(old.group) { (before.group, after.group) = (old.group, new.group) }
        self.init(new.name, from: before, to: after)
    }

    /// The part that can be done before the addresses; nil when nothing differs.
    fileprivate var withoutUp: LinkChange? {
        var part = self
        part.from.isUp = nil
        part.to.isUp = nil
        return part.to == LinkSettings() ? nil : part
    }

    /// The part that sets the link up or down; nil when nothing differs.
    fileprivate var onlyUp: LinkChange? {
        guard to.isUp != nil else { return nil }
        return LinkChange(name, from: LinkSettings(isUp: from.isUp), to: LinkSettings(isUp: to.isUp))
    }
}

extension InterfaceAddress {
    /// Whether two are the same address, whatever the kernel noted beside.
    func isSame(as other: InterfaceAddress) -> Bool {
        interface == other.interface && address == other.address && peer == other.peer
    }

    /// Whether it was given by someone, and not made by the kernel for itself.
    var isGiven: Bool { !(address.family == .ipv6 && address.address.isLinkLocal) }
}

extension Route {
    func isOver(_ device: InterfaceName) -> Bool { nextHops.contains { $0.device == device } }
}
