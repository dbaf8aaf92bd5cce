internal import NetworkModel

extension Planner {
    /// Everything on the machine that would make the plan fail or harm someone else.
    static func obstacles(to settled: Settled, of tunnel: Tunnel, on machine: Observed, options: Options)
        -> [PlanError.Obstacle]
    {
        var obstacles: [PlanError.Obstacle] = []
        if let namespace = settled.namespace, machine.isNamespaceMissing {
            obstacles.append(.noNamespace(namespace.text))
        }
        obstacles += elsewhere(settled, of: tunnel, on: machine)
        if options.withIKE, machine.charon == nil { obstacles.append(.charonAbsent) }
        obstacles += linkObstacles(to: settled, of: tunnel, on: machine)
        for address in settled.addresses {
            if let other = machine.addresses.first(where: {
                $0.address.address == address.address.address && $0.interface != address.interface
                    && !machine.links(of: tunnel.name).map(\.name).contains($0.interface)
            }) {
                obstacles.append(.addressInUse("\(address.address.address)", interface: other.interface.text))
            }
        }
        let own = Set(machine.routes(of: tunnel.name))
        let others = RouteIndex(machine.routes.filter { !own.contains($0) })
        for route in settled.routes + settled.fences {
            if let other = others[route.identity].first,
                !(route.type == .unreachable && other.type == .unreachable && other.origin == Ownership.origin)
            {
                let holder = other.nextHops.first?.device.map { "dev \($0)" } ?? other.type.word
                obstacles.append(.routeTaken("\(route.destination)", by: "\(holder), protocol \(other.origin)"))
            }
        }
        for rule in settled.rules {
            guard let other = machine.rules.first(where: { $0.isTwin(of: rule) && $0.origin != rule.origin }) else {
                continue
            }
            obstacles.append(.ruleTaken(priority: rule.priority, by: "protocol \(other.origin)"))
        }
        guard options.withIKE, let charon = machine.charon else { return obstacles }
        let ownConnections = machine.connections(of: tunnel.name)
        for name in settled.connections.map(\.name)
        where charon.connections.contains(name) && !ownConnections.contains(name) {
            obstacles.append(.connectionTaken(name))
        }
        if tunnel.peers.contains(where: { !$0.virtualAddresses.isEmpty }), let remedy = charon.addressInstallation {
            obstacles.append(.addressesInstalled(remedy))
        }
        let takesEverything = tunnel.children.contains { $0.remote.contains { $0.prefix?.isEverything ?? false } }
        if case .vti = settled.link.kind, takesEverything, let installation = charon.routeInstallation {
            switch installation {
            case .configured(let remedy): obstacles.append(.routesInstalled(remedy))
            case .notYetRead(let evidence, let restart):
                obstacles.append(.settingsNotRead(evidence: evidence, restart: restart))
            }
        }
        return obstacles
    }

    /// Where the tunnel is, when that is not the namespace of the spec: two of it at once would share one record.
    private static func elsewhere(_ settled: Settled, of tunnel: Tunnel, on machine: Observed) -> [PlanError.Obstacle] {
        if let record = machine.record, record.claims.contains(where: { $0.addedLink != nil }) {
            guard record.namespace != settled.namespace else { return [] }
            return [.elsewhere(tunnel: tunnel.name.text, namespace: record.namespace?.text)]
        }
        guard settled.namespace != nil,
            machine.outerLinks.contains(where: { Ownership.tunnel(alias: $0.alias) == tunnel.name })
        else { return [] }
        return [.elsewhere(tunnel: tunnel.name.text, namespace: nil)]
    }

    private static func linkObstacles(to settled: Settled, of tunnel: Tunnel, on machine: Observed)
        -> [PlanError.Obstacle]
    {
        var obstacles: [PlanError.Obstacle] = []
        let own = machine.links(of: tunnel.name)
        for link in settled.links {
            if let other = machine.links.first(where: { $0.name == link.name }), !own.contains(other) {
                obstacles.append(.nameTaken(interface: link.name.text, kind: other.kind.word))
            }
            guard let number = link.kind.number else { continue }
            // Links that moved away keep their id in the namespace they were born in, where none shows it: the kernel
            // then refuses with EEXIST.
            if let other = (machine.links + machine.outerLinks).first(where: { $0.kind.number == number }),
                !own.contains(other), !machine.isStray(other)
            {
                obstacles.append(.idTaken(number, by: "interface \(other.name)"))
            } else if let sibling = machine.siblings.first(where: {
                $0.name != tunnel.name && $0.id == .fixed(number)
            }) {
                obstacles.append(.idTaken(number, by: "the spec of \(sibling.name)"))
            } else if own.isEmpty, machine.policyIDs.contains(number), machine.connections(of: tunnel.name).isEmpty {
                obstacles.append(.idTaken(number, by: "an XFRM policy or state of someone else's"))
            }
        }
        if case .vti(let vti) = settled.link.kind, let mtu = settled.link.mtu, mtu > vti.greatestMTU {
            obstacles.append(.mtuTooGreat(mtu, most: vti.greatestMTU))
        }
        if let device = tunnel.interface.device, !machine.outerLinks.contains(where: { $0.name == device }) {
            obstacles.append(.noDevice(device.text))
        }
        if let vrf = tunnel.interface.vrf,
            !machine.links.contains(where: { if case .vrf = $0.kind { $0.name == vrf } else { false } })
        {
            obstacles.append(.noVRF(vrf.text))
        }
        return obstacles
    }
}

extension VTILink {
    /// What the outer header leaves of the longest IPv4 packet (`max_mtu` in net/ipv4/ip_tunnel.c and net/ipv6/ip6_vti.c).
    ///
    /// At creation the kernel lowers what is more without a word, and refuses it later.
    fileprivate var greatestMTU: UInt32 { 65535 - (family == .ipv4 ? 20 : 40) }
}

extension Rule {
    /// Whether two differ in nothing but their maker, which the kernel does not compare (`rule_exists`,
    /// net/core/fib_rules.c).
    fileprivate func isTwin(of other: Rule) -> Bool {
        var copy = other
        copy.origin = origin
        return copy == self
    }
}
