internal import NetworkModel

/// A look at a machine that is arranged such that each of many tunnels gets the part which its plan depends on.
///
/// A plan made of that part is the plan made of the whole, and costs as much beside ten thousand tunnels as beside ten.
public struct Landscape {
    private let common: Observed
    private var links: Catalogue<Link, LinkKey>
    /// The links of the namespace that IKE and ESP are in; nil when it is the same.
    private let outerLinks: Catalogue<Link, LinkKey>?
    private var addresses: Catalogue<InterfaceAddress, AddressKey>
    private var routes: Catalogue<Route, RouteKey>
    private var rules: Catalogue<Rule, RuleKey>
    private var clamps: Catalogue<MSSClampTable, FirewallTableName>
    private var sysctls: [SysctlKey: String]
    private let siblings: [UInt32: [Observed.Sibling]]
    private let nameIDs: [TunnelName: UInt32]
    private var claims: Claims
    private let children: [String: [CharonState.ChildState]]

    private enum LinkKey: Hashable {
        case name(InterfaceName)
        case owner(TunnelName)
        case number(UInt32)
    }

    private enum AddressKey: Hashable {
        case interface(InterfaceName)
        case address(IPAddress)
    }

    private enum RouteKey: Hashable {
        case device(InterfaceName)
        case place(IPPrefix, table: UInt32)
        /// A fence, by its metric.
        case fence(UInt32)
    }

    private enum RuleKey: Hashable {
        case priority(UInt32)
        case table(UInt32)
        case mark(UInt32)
    }

    /// Arranges a look.
    ///
    /// - Parameters:
    ///   - whole: what was seen: the parts of it that are not one tunnel's.
    ///   - siblings: all specs, as far as ids are concerned.
    ///   - records: the journals of all tunnels.
    public init(_ whole: Observed, siblings: [Observed.Sibling], records: [Record]) {
        var common = whole
        links = Self.catalogue(whole.links)
        outerLinks = whole.namespace == nil ? nil : Self.catalogue(whole.outerLinks)
        addresses = Catalogue(whole.addresses) { [.interface($0.interface), .address($0.address.address)] }
        routes = Catalogue(whole.routes) { route in
            var keys = route.nextHops.compactMap { $0.device.map(RouteKey.device) }
            keys.append(.place(route.destination, table: route.table))
            if route.type == .unreachable, let metric = route.metric { keys.append(.fence(metric)) }
            return keys
        }
        rules = Catalogue(whole.rules) { rule in
            var keys = [RuleKey.priority(rule.priority)]
            if case .lookup(let table) = rule.action { keys.append(.table(table)) }
            if let mark = rule.mark { keys.append(.mark(mark.value)) }
            return keys
        }
        clamps = Catalogue(whole.clamps) { [$0.name] }
        sysctls = whole.sysctls
        let taken = whole.takenIDs
        nameIDs = InterfaceIDs.automatic(siblings, taken: taken)
        self.siblings = Dictionary(
            siblings.flatMap { sibling -> [(UInt32, [Observed.Sibling])] in
                if case .fixed(let id) = sibling.id { [(id, [sibling])] } else { [] }
            }, uniquingKeysWith: +)
        claims = Claims(in: whole.namespace)
        for record in records { claims.note(record.claims, of: record.tunnel) }
        children = Dictionary(grouping: whole.charon?.children ?? [], by: \.connection)
        (common.links, common.outerLinks, common.addresses) = ([], [], [])
        (common.routes, common.rules, common.clamps) = ([], [], [])
        common.charon?.children = []
        self.common = common
    }

    private static func catalogue(_ links: [Link]) -> Catalogue<Link, LinkKey> {
        Catalogue(links) { link in
            var keys = [LinkKey.name(link.name)]
            if let owner = Ownership.tunnel(alias: link.alias) { keys.append(.owner(owner)) }
            if let number = link.kind.number { keys.append(.number(number)) }
            return keys
        }
    }

    /// The machine as one tunnel's plan needs to know it.
    ///
    /// - Parameters:
    ///   - name: the tunnel.
    ///   - spec: its spec; nil when it is to be taken away.
    ///   - own: what is the tunnel's alone: record, files, secrets, sources and underlays.
    /// - Returns: that, and the part of all else that matters to the tunnel.
    public func part(for name: TunnelName, spec: Tunnel?, own: Observed) -> Observed {
        var machine = common
        machine.record = own.record
        machine.files = own.files
        (machine.secrets, machine.sources) = (own.secrets, own.sources)
        machine.underlays = own.underlays
        machine.nameID = nameIDs[name]
        machine.sysctls = sysctls
        let claims = own.record?.claims ?? []
        let isVTI = spec.map { $0.interface.isVTI(on: machine) } ?? false
        let interest = Interest(name, spec: spec, isVTI: isVTI, claims: claims)
        addLinks(to: &machine, interest, name)
        let numbers = numbers(interest, of: name, on: machine)
        machine.policyIDs = numbers.filter(common.policyIDs.contains)
        machine.marks = numbers.filter(common.marks.contains)
        machine.siblings = numbers.sorted().flatMap { siblings[$0] ?? [] }.filter { $0.name != name }
        let names = interest.interfaces.union(machine.links(of: name).map(\.name))
        let connections = machine.connections(of: name).union(spec?.peers.map(\.connection.text) ?? [])
        let virtual = connections.flatMap { common.charon?.virtualAddresses[$0] ?? [] }
        machine.addresses =
            interest.needsAllAddresses
            ? addresses.all
            : addresses.values(
                of: names.map(AddressKey.interface) + interest.addresses.union(virtual).map(AddressKey.address))
        addRoutes(to: &machine, interest, names: names, numbers: numbers)
        addRules(to: &machine, spec: spec, claims: claims, numbers: numbers, name)
        if let table = FirewallTableName(tunnel: name.text) { machine.clamps = clamps.values(of: [table]) }
        self.claims.tell(&machine, besides: name, of: machine.rules + claims.compactMap(\.addedRule))
        machine.charon?.children = connections.sorted().flatMap { children[$0] ?? [] }
        return machine
    }

    // MARK: - Links

    private func addLinks(to machine: inout Observed, _ interest: Interest, _ name: TunnelName) {
        func pick(_ catalogue: Catalogue<Link, LinkKey>, _ numbers: Set<UInt32>) -> [Link] {
            catalogue.values(
                of: interest.interfaces.map(LinkKey.name) + [.owner(name)] + numbers.map(LinkKey.number))
        }
        func pick(_ numbers: Set<UInt32>) -> (inner: [Link], outer: [Link]) {
            let inner = pick(links, numbers)
            return (inner, outerLinks.map { pick($0, numbers) } ?? inner)
        }
        (machine.links, machine.outerLinks) = pick([])
        (machine.links, machine.outerLinks) = pick(numbers(interest, of: name, on: machine))
    }

    /// The numbers that the tunnel may have, or has.
    private func numbers(_ interest: Interest, of name: TunnelName, on machine: Observed) -> Set<UInt32> {
        var numbers = interest.numbers
        numbers.formUnion(machine.links(of: name).compactMap(\.kind.number))
        if let id = machine.snippet(of: name).number { numbers.insert(id) }
        if let id = nameIDs[name] { numbers.insert(id) }
        return numbers
    }

    // MARK: - Routes and rules

    private func addRoutes(
        to machine: inout Observed, _ interest: Interest, names: Set<InterfaceName>, numbers: Set<UInt32>
    ) {
        var tables: Set<UInt32> = [Route.mainTable]
        for case .vrf(let table) in machine.links.map(\.kind) { tables.insert(table) }
        tables.formUnion(numbers.map { Ownership.table(id: $0) })
        var keys = names.map(RouteKey.device)
        keys += numbers.map { .fence(Ownership.fenceMetric(id: $0)) }
        for place in interest.places {
            for table in place.table.map({ [$0] }) ?? tables { keys.append(.place(place.destination, table: table)) }
        }
        machine.routes = routes.values(of: keys)
    }

    private func addRules(
        to machine: inout Observed, spec: Tunnel?, claims: [Step], numbers: Set<UInt32>, _ name: TunnelName
    ) {
        var keys = Set(claims.compactMap(\.addedRule).map { RuleKey.priority($0.priority) })
        // Without a record the tables tell which are the tunnel's, and the marks (`Observed.rules(of:)`).
        let tables =
            machine.record == nil
            ? Set(machine.routes(of: name).map(\.table)).subtracting([Route.mainTable]) : []
        var near = rules.values(of: tables.map(RuleKey.table) + numbers.map(RuleKey.mark)).flatMap { rule in
            if case .goto(let anchor) = rule.action { [rule.priority, anchor] } else { [rule.priority] }
        }
        near += near.compactMap { $0 > 0 ? $0 - 1 : nil }
        keys.formUnion(near.map(RuleKey.priority))
        if let spec {
            keys.formUnion(spec.rules.filter(\.hasPriority).map { .priority($0.rule.priority) })
            // Priorities are handed out from these bands.
            if spec.rules.contains(where: { !$0.hasPriority }) {
                keys.formUnion(Settled.priorities.map(RuleKey.priority))
            }
            if Steering(spec, number: 0, on: machine) != nil {
                for band in [Steering.exclusions, Steering.lookups, Steering.anchors] {
                    keys.formUnion(band.map(RuleKey.priority))
                }
            }
        }
        machine.rules = rules.values(of: keys)
    }

    // MARK: - What is planned

    /// Takes in what a tunnel's plan will have done, so that the next tunnel's plan builds on it.
    ///
    /// - Parameters:
    ///   - plan: the plan, of a tunnel whose link is in this namespace.
    ///   - record: the tunnel's journal before it.
    public mutating func note(_ plan: Plan, record: Record) {
        var record = record
        for step in plan.joined { record.join(step) }
        for step in plan.steps {
            note(step)
            record.begin(step)
            record.finish()
        }
        for step in plan.released { record.release(step) }
        claims.forget(record.tunnel)
        claims.note(record.claims, of: record.tunnel)
    }

    /// Takes in that a tunnel will be taken away, so that the last one restores what several need.
    public mutating func noteRemoval(of tunnel: TunnelName) { claims.forget(tunnel.text) }

    private mutating func note(_ step: Step) {
        switch step {
        case .addLink(let link):
            links.append(link)
        case .removeLink(let link):
            links.remove(.name(link.name))
            addresses.remove(.interface(link.name))
            routes.remove(.device(link.name))
        case .changeKind(let name, from: _, to: let kind): change(name) { $0.kind = kind }
        case .changeLink(let change):
            guard let alias = change.to.alias else { return }
            self.change(change.name) { $0.alias = alias }
        case .addAddress(let address): addresses.append(address)
        case .removeAddress(let address):
            addresses.remove(.interface(address.interface)) { $0.isSame(as: address) }
        case .addRoute(let route): routes.append(route)
        case .removeRoute(let route):
            routes.remove(.place(route.destination, table: route.table)) { $0.isSame(as: route) }
        case .addRule(let rule): rules.append(rule)
        case .removeRule(let rule): rules.remove(.priority(rule.priority)) { $0 == rule }
        case .setSysctl(let change): sysctls[change.key] = change.to
        case .within, .addClamp, .removeClamp, .writeFile, .removeFile, .loadSecret, .unloadSecret, .loadPool,
            .unloadPool, .loadConnection, .unloadConnection, .endSAs, .establish, .probe, .runHooks:
            // What others plan does not depend on it.
            return
        }
    }

    private mutating func change(_ name: InterfaceName, _ body: (inout Link) -> Void) {
        for var link in links.remove(.name(name)) {
            body(&link)
            links.append(link)
        }
    }
}

/// What a tunnel's spec and journal speak of.
private struct Interest {
    /// Interfaces by name: its links, its VRF, the device below.
    var interfaces: Set<InterfaceName>
    /// if_ids and marks.
    var numbers: Set<UInt32>
    /// Its addresses.
    var addresses: Set<IPAddress>
    /// Where its routes lead; without a table, which one is settled later.
    var places: [(destination: IPPrefix, table: UInt32?)]
    /// Whether any address of the machine may be the source of its routes.
    var needsAllAddresses: Bool

    init(_ name: TunnelName, spec: Tunnel?, isVTI: Bool, claims: [Step]) {
        let links = claims.compactMap(\.addedLink)
        interfaces = Set(links.map(\.name))
        numbers = Set(links.compactMap(\.kind.number) + claims.compactMap { $0.loadedConnection?.binding?.number })
        let claimed = claims.compactMap(\.addedAddress)
        addresses = Set(claimed.map(\.address.address))
        interfaces.formUnion(claimed.map(\.interface))
        let routes = claims.compactMap(\.addedRoute)
        interfaces.formUnion(routes.flatMap { $0.nextHops.compactMap(\.device) })
        places = routes.map { ($0.destination, $0.table) }
        needsAllAddresses = false
        guard let spec else { return }
        let wish = spec.interface
        interfaces.formUnion([wish.name, wish.device, wish.vrf, wish.name.inbound].compactMap(\.self))
        switch wish.id {
        case .automatic: break
        case .fixed(let id): numbers.insert(id)
        case .pair(let input, let output): numbers.formUnion([input.value, output.value])
        }
        addresses.formUnion(wish.addresses.map(\.address.address))
        places += spec.routes.map { ($0.destination, $0.table) }
        // A VTI's networks are compared with all that bypass-lan takes for LANs; a route's source is looked for among all
        // addresses, where the peer does not take every one.
        needsAllAddresses =
            isVTI || spec.children.flatMap(\.local).contains { !($0.prefix?.isEverything ?? false) }
    }
}

/// What tunnels claim that several may need.
private struct Claims {
    private let namespace: NamespaceName?
    private var rules: [Rule: Set<String>] = [:]
    private var sysctls: [SysctlKey: [(tunnel: String, from: String)]] = [:]
    private var byTunnel: [String: [Step]] = [:]

    init(in namespace: NamespaceName?) {
        self.namespace = namespace
    }

    mutating func note(_ claims: [Step], of tunnel: String) {
        let shared = claims.filter { $0.place == namespace && ($0.sharedSysctl != nil || $0.addedRule != nil) }
        guard !shared.isEmpty else { return }
        byTunnel[tunnel] = shared
        for claim in shared {
            if let rule = claim.addedRule { rules[rule, default: []].insert(tunnel) }
            if let change = claim.sharedSysctl { sysctls[change.key, default: []].append((tunnel, change.from)) }
        }
    }

    mutating func forget(_ tunnel: String) {
        for claim in byTunnel.removeValue(forKey: tunnel) ?? [] {
            if let rule = claim.addedRule { rules[rule]?.remove(tunnel) }
            if let key = claim.sharedSysctl?.key { sysctls[key]?.removeAll { $0.tunnel == tunnel } }
        }
    }

    /// Tells a tunnel what others claim of what it is given.
    func tell(_ machine: inout Observed, besides name: TunnelName, of known: [Rule]) {
        machine.sharedRules = Set(
            known.filter { rule in
                rules[rule].map { $0.count > ($0.contains(name.text) ? 1 : 0) } ?? false
            })
        for (key, claimants) in sysctls {
            guard let last = claimants.last(where: { $0.tunnel != name.text }) else { continue }
            machine.sharedSysctls[key] = last.from
        }
    }
}
