internal import NetworkModel

/// A tunnel with everything settled that its spec leaves open: what the machine shall look like.
struct Settled {
    var binding: Binding
    /// The tunnel's link, and a second one for the inbound id where the two differ.
    var links: [Link]
    var addresses: [InterfaceAddress]
    var routes: [Route]
    var fences: [Route]
    var rules: [Rule]
    var sysctls: [(key: SysctlKey, value: String)]
    var clamp: MSSClamp?
    var files: [ConfigurationFile] = []
    var secrets: [ConnectionSecret] = []
    var connections: [Connection] = []
    /// The connections whose SAs are waited for.
    var awaited: [String]
    /// The packet that proves the path when the SAs are there; nil for none.
    var probe: Step?
    /// The network namespace that the link, its addresses, routes and rules are in; nil means this one.
    var namespace: NamespaceName?

    /// The link that packets go out by.
    var link: Link { links[0] }
}

extension Settled {
    /// Settles a tunnel on a machine.
    ///
    /// - Parameters:
    ///   - tunnel: the tunnel.
    ///   - machine: the machine.
    ///   - withFiles: whether the text of the tunnel's snippet is wanted.
    /// - Throws: `PlanError` when the way to a peer or a fitting MTU cannot be had.
    init(_ tunnel: Tunnel, on machine: Observed, withFiles: Bool = true) throws(PlanError) {
        let isVTI = tunnel.interface.isVTI(on: machine)
        let locals = try Self.localAddresses(of: tunnel, on: machine)
        let binding = Self.binding(of: tunnel, isVTI: isVTI, on: machine)
        self.binding = binding
        namespace = tunnel.interface.namespace
        awaited = tunnel.peers.filter { $0.start == .up }.map(\.connection.text)
        links = Self.links(
            of: tunnel, binding: binding, mtu: try Self.mtu(of: tunnel, locals: locals, on: machine), locals: locals,
            on: machine)
        let name = tunnel.interface.name
        addresses = tunnel.interface.addresses.map {
            InterfaceAddress(interface: name, address: $0.address, peer: $0.peer)
        }
        for address in tunnel.peers.flatMap({ machine.charon?.virtualAddresses[$0.connection.text] ?? [] })
        where !addresses.contains(where: { $0.address.address == address }) {
            addresses.append(InterfaceAddress(interface: name, address: IPPrefix(host: address)))
        }
        let steering = Steering(tunnel, number: binding.number, on: machine)
        routes = Self.routes(of: tunnel, locals: locals, steering: steering, addresses: addresses, on: machine)
        let metric = Ownership.fenceMetric(id: binding.number)
        fences =
            tunnel.leak == .allow
            ? []
            : routes.map {
                Route(
                    to: $0.destination, type: .unreachable, table: $0.table, metric: metric,
                    origin: Ownership.origin)
            }.uniqued
        // The kernel makes these with the address itself, and refuses a second one.
        let connectedTable = Self.usualTable(of: tunnel, on: machine)
        routes.removeAll { [addresses] route in
            route.table == connectedTable && addresses.contains { route.isConnected(by: $0) }
        }
        rules = Self.rules(of: tunnel, on: machine) + (steering?.rules(of: tunnel, on: machine) ?? [])
        sysctls = Self.sysctls(of: tunnel, links: links)
        clamp = Self.clamp(of: tunnel, mtu: links[0].mtu)
        for (peer, local) in zip(tunnel.peers, locals) {
            let localIdentity = peer.local.identity ?? "\(local)"
            let remoteIdentity = peer.remote.identity ?? peer.remote.hosts.first?.description ?? "%any"
            connections.append(
                peer.rendered(
                    local: "\(local)", localIdentity: localIdentity, remoteIdentity: remoteIdentity,
                    tunnel: tunnel.name, binding: binding, outerMark: steering?.mark,
                    knowsTrapAndStart: machine.charon?.knowsTrapAndStart ?? true))
            addCredentials(of: peer, of: tunnel.name, owners: [localIdentity, remoteIdentity])
        }
        if withFiles { files.append(snippet(of: tunnel)) }
        probe = Self.probe(of: tunnel, by: links[0].name, binding: binding)
    }

    /// Our underlay address for each peer.
    private static func localAddresses(of tunnel: Tunnel, on machine: Observed) throws(PlanError) -> [IPAddress] {
        var locals: [IPAddress] = []
        var obstacles: [PlanError.Obstacle] = []
        for peer in tunnel.peers {
            if let local = peer.local.address ?? machine.underlays[peer.connection]?.local {
                locals.append(local)
            } else {
                obstacles.append(.noUnderlay(peer: peer.remote.hosts.first?.description ?? "any"))
            }
        }
        guard obstacles.isEmpty else { throw PlanError(obstacles) }
        return locals
    }

    /// The spec's numbers, or those the tunnel has, or the one its name gives.
    private static func binding(of tunnel: Tunnel, isVTI: Bool, on machine: Observed) -> Binding {
        let number: UInt32
        switch tunnel.interface.id {
        case .fixed(let id): number = id
        case .pair(let input, let output):
            return isVTI
                ? .marks(input: input, output: output)
                : .interfaceIDs(input: input.value, output: output.value)
        case .automatic:
            number =
                machine.currentID(of: tunnel.name) ?? machine.nameID
                ?? InterfaceIDs.automatic(for: tunnel.name, siblings: machine.siblings, taken: machine.takenIDs)
        }
        return isVTI
            ? .marks(input: Mark(number), output: Mark(number)) : .interfaceIDs(input: number, output: number)
    }

    private static func links(
        of tunnel: Tunnel, binding: Binding, mtu: UInt32, locals: [IPAddress], on machine: Observed
    ) -> [Link] {
        let wish = tunnel.interface
        var link = Link(
            name: wish.name, kind: .other(""), mtu: mtu, alias: Ownership.alias(tunnel.name), isUp: true,
            isMulticast: wish.isMulticast,
            // A routing daemon needs a link-local address; all others save its router solicitations.
            addressGeneration: wish.isMulticast ? .random : AddressGenerationMode.none, master: wish.vrf,
            namespace: wish.namespace)
        if !link.hasIPv6 { link.addressGeneration = nil }
        switch binding {
        case .marks(let input, let output):
            let peer = tunnel.peers[0]
            let isSingle = tunnel.peers.count == 1
            link.kind = .vti(
                VTILink(
                    local: locals[0], remote: isSingle ? machine.underlays[peer.connection]?.remotes.first : nil,
                    inputKey: input.value, outputKey: output.value, device: wish.device))
            return [link]
        case .interfaceIDs(let input, let output):
            link.kind = .xfrm(XFRMLink(ifID: output, device: wish.device))
            guard input != output, let name = wish.name.inbound else { return [link] }
            var second = link
            second.name = name
            second.kind = .xfrm(XFRMLink(ifID: input, device: wish.device))
            return [link, second]
        }
    }

    /// The spec's MTU, or the largest that needs no fragment on the way to any peer.
    private static func mtu(of tunnel: Tunnel, locals: [IPAddress], on machine: Observed) throws(PlanError) -> UInt32 {
        if let given = tunnel.interface.mtu { return given }
        var (smallest, narrowest) = largestMTU(of: tunnel, locals: locals, on: machine, isNATAssumed: false)
        // The link itself remembers that there was a NAT while there is no SA to tell.
        let behindNAT = largestMTU(of: tunnel, locals: locals, on: machine, isNATAssumed: true)
        if behindNAT.mtu < smallest, machine.links(of: tunnel.name).contains(where: { $0.mtu == behindNAT.mtu }) {
            (smallest, narrowest) = behindNAT
        }
        let carriesIPv6 =
            tunnel.routes.contains { $0.destination.family == .ipv6 }
            || tunnel.interface.addresses.contains { $0.address.family == .ipv6 }
        guard smallest >= (carriesIPv6 ? TunnelMTU.ipv6Minimum : TunnelMTU.minimum) else {
            throw PlanError([.mtuTooSmall(Int(smallest), underlay: Int(narrowest))])
        }
        return smallest
    }

    /// The largest MTU that needs no fragment on the way to any peer, and the narrowest underlay; 0 when nothing fits.
    ///
    /// - Parameters:
    ///   - tunnel: the tunnel.
    ///   - locals: our address for each peer.
    ///   - machine: where it is to be.
    ///   - isNATAssumed: whether ESP is taken to travel in UDP where no SA tells.
    /// - Returns: both in bytes.
    private static func largestMTU(of tunnel: Tunnel, locals: [IPAddress], on machine: Observed, isNATAssumed: Bool)
        -> (mtu: UInt32, underlay: UInt32)
    {
        zip(tunnel.peers, locals).map { peer, local in
            let underlay = machine.underlays[peer.connection]?.mtu ?? 1500
            let mtu = TunnelMTU.value(
                underlay: underlay, outer: local.family,
                isEncapsulated: machine.isEncapsulated(peer) ?? isNATAssumed,
                proposals: peer.children.flatMap(\.esp.proposals))
            return (mtu ?? 0, underlay)
        }.min { $0.0 < $1.0 } ?? (0, 1500)
    }

    /// The table that the routes of the link's own addresses are in: its VRF's, or the main one.
    private static func usualTable(of tunnel: Tunnel, on machine: Observed) -> UInt32 {
        guard let vrf = tunnel.interface.vrf,
            case .vrf(let table)? = machine.links.first(where: { $0.name == vrf })?.kind
        else { return Route.mainTable }
        return table
    }

    private static func routes(
        of tunnel: Tunnel, locals: [IPAddress], steering: Steering?, addresses: [InterfaceAddress], on machine: Observed
    ) -> [Route] {
        let usualTable = usualTable(of: tunnel, on: machine)
        return tunnel.routes.map { route in
            let isSteered = steering?.steered.contains(route) ?? false
            return Route(
                to: route.destination, device: tunnel.interface.name,
                table: route.table ?? (isSteered ? steering?.table : nil) ?? usualTable, metric: route.metric,
                source: route.source
                    ?? source(for: route, of: tunnel, locals: locals, addresses: addresses + machine.addresses),
                origin: Ownership.origin, mtu: route.mtu, advertisedMSS: route.advertisedMSS)
        }
    }

    /// An address of this machine that the peer's selectors take, where they do not take every address: without it
    /// this machine's own packets would have the wrong source and be dropped.
    private static func source(
        for route: TunnelRoute, of tunnel: Tunnel, locals: [IPAddress], addresses: [InterfaceAddress]
    ) -> IPAddress? {
        let family = route.destination.family
        let children = tunnel.children.filter { child in
            child.remote.isEmpty || child.remote.contains { $0.prefix?.overlaps(route.destination) ?? true }
        }
        let blocks = zip(tunnel.peers, locals).flatMap { peer, local in
            peer.children.filter { children.contains($0) }.flatMap(\.local).compactMap { selector in
                // Our own outer address, when we are given none, is as good a source as any.
                selector.prefix ?? (peer.virtualAddresses.isEmpty ? IPPrefix(host: local) : nil)
            }
        }.filter { $0.family == family }
        guard !blocks.isEmpty, !blocks.contains(where: \.isEverything) else { return nil }
        return addresses.map(\.address.address).first { address in
            !address.isLinkLocal && blocks.contains { $0.contains(address) }
        }
    }

    private static func probe(of tunnel: Tunnel, by link: InterfaceName, binding: Binding) -> Step? {
        guard let probe = Probe(of: tunnel, by: link, binding: binding) else { return nil }
        return tunnel.interface.namespace.map { .within($0, .probe(probe)) } ?? .probe(probe)
    }

    private static func clamp(of tunnel: Tunnel, mtu: UInt32?) -> MSSClamp? {
        guard let table = FirewallTableName(tunnel: tunnel.name.text) else { return nil }
        switch tunnel.interface.segmentSize {
        case .untouched: return nil
        case .clamped: return MSSClamp(table: table, interface: tunnel.interface.name, size: .pathMTU(linkMTU: mtu))
        case .limited(let bytes): return MSSClamp(table: table, interface: tunnel.interface.name, size: .bytes(bytes))
        }
    }

    /// Where priorities are handed out to rules whose spec gives none.
    static let priorities: ClosedRange<UInt32> = 5300...5399

    private static func rules(of tunnel: Tunnel, on machine: Observed) -> [Rule] {
        var priorities = Dictionary(
            uniqueKeysWithValues: AddressFamily.allCases.map { ($0, self.priorities(of: tunnel, $0, on: machine)[...]) }
        )
        return tunnel.rules.map { wanted in
            var rule = wanted.rule
            rule.origin = Ownership.origin
            if !wanted.hasPriority { rule.priority = priorities[rule.family]?.popFirst() ?? rule.priority }
            return rule
        }
    }

    /// The priorities of one family's rules whose spec gives none: ascending, so that the rules are asked in their order.
    ///
    /// Those that are there keep theirs where that order lets them; the two families' rules are not counted together.
    private static func priorities(of tunnel: Tunnel, _ family: AddressFamily, on machine: Observed) -> [UInt32] {
        let wanted = tunnel.rules.filter { !$0.hasPriority && $0.rule.family == family }.map { wanted in
            var rule = wanted.rule.withPriority(0)
            rule.origin = Ownership.origin
            return rule
        }
        let own = machine.rules(of: tunnel.name).filter { $0.family == family }
        var taken = Set(machine.rules.filter { $0.family == family && !own.contains($0) }.map(\.priority))
        taken.formUnion(tunnel.rules.filter { $0.hasPriority && $0.rule.family == family }.map(\.rule.priority))
        func ascending(besides own: [Rule]) -> [UInt32]? {
            let busy = taken.union(own.map(\.priority))
            var last = priorities.lowerBound - 1, found: [UInt32] = []
            for rule in wanted {
                let current = own.map { ($0.priority, $0.withPriority(0)) }
                    .filter { $0.1 == rule && $0.0 > last && !taken.contains($0.0) }.map(\.0).min()
                guard let next = current ?? priorities.first(where: { $0 > last && !busy.contains($0) }) else {
                    return nil
                }
                found.append(next)
                last = next
            }
            return found
        }
        // When they have crept up to the end of the band, all are handed out anew.
        return ascending(besides: own) ?? ascending(besides: []) ?? wanted.map { _ in priorities.upperBound }
    }

    private static func sysctls(of tunnel: Tunnel, links: [Link]) -> [(key: SysctlKey, value: String)] {
        var settings: [(key: SysctlKey, value: String)] = []
        if case .vti = links[0].kind {
            // VTI has checked the policy by its key already; the check that follows does not know the key.
            let families = AddressFamily.allCases.filter { $0 == .ipv4 || links[0].hasIPv6 }
            settings += families.map { (.disablePolicy($0, links[0].name), "1") }
        }
        guard tunnel.forwarding == .on else { return settings }
        var families = Set(tunnel.routes.map(\.destination.family))
        if families.isEmpty { families = Set(tunnel.children.flatMap(\.remote).compactMap(\.prefix?.family)) }
        return settings
            + families.sorted().map { ($0 == .ipv4 ? SysctlKey.forwardingIPv4 : SysctlKey.forwardingIPv6, "1") }
    }
}

extension InterfaceName {
    /// The name of the second link, for the inbound id, where the two ids differ.
    var inbound: InterfaceName? { InterfaceName(text.prefix(12) + "-in") }
}

extension Link {
    /// Whether the kernel has IPv6 on it, with its settings: not below the least MTU (`addrconf_notify`, net/ipv6/addrconf.c).
    var hasIPv6: Bool { mtu ?? 1500 >= TunnelMTU.ipv6Minimum }
}

extension Route {
    /// Whether it is the route that comes with an interface's IPv4 address (`fib_add_ifaddr`, net/ipv4/fib_frontend.c);
    /// that of an IPv6 address has a metric of its own, so another can stand beside it.
    fileprivate func isConnected(by address: InterfaceAddress) -> Bool {
        let own = address.address.address
        guard let prefix = IPPrefix(address.peer ?? own, length: address.address.length)?.network,
            prefix.family == .ipv4, prefix != IPPrefix(host: own)
        else { return false }
        return destination == prefix && metric ?? 0 == 0 && mtu == nil && advertisedMSS == nil && (source ?? own) == own
    }
}

extension Observed {
    /// Whether a peer's ESP travels in UDP; nil when there is no SA to tell.
    fileprivate func isEncapsulated(_ peer: TunnelPeer) -> Bool? {
        // Of those that call from anywhere, one may be behind a NAT when the next is not.
        let isAnywhere = peer.remote.hosts.allSatisfy { if case .block = $0 { true } else { false } }
        if peer.ike.isEncapsulated || isAnywhere || encapsulated.contains(peer.connection.text) { return true }
        let sas = charon?.children.filter { $0.connection == peer.connection.text && $0.isInstalled } ?? []
        return sas.isEmpty ? nil : sas.contains(where: \.isEncapsulated)
    }
}

extension Rule {
    func withPriority(_ priority: UInt32) -> Rule {
        var copy = self
        copy.priority = priority
        return copy
    }
}

extension Sequence where Element: Hashable {
    /// The elements in order, each once.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
