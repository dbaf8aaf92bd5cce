internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

extension LiveHost {
    /// A tunnel that is looked for, with its spec.
    struct Target {
        var name: TunnelName
        var spec: SpecReading
    }

    /// Looks once at kernel and charon, for all the tunnels together.
    ///
    /// - Parameters:
    ///   - targets: the tunnels.
    ///   - siblings: every spec there is, as far as ids are concerned.
    /// - Returns: what each finds.
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`.
    mutating func survey(_ targets: [Target], siblings: [Observed.Sibling]) throws -> Survey {
        interfaces = InterfaceTable(try routing.links())
        let tunnels = targets.compactMap(\.spec.tunnel)
        var common = Observed()
        common.outerLinks = try routing.links().map(\.link)
        common.kernel = Kernel.version
        try observeTransforms(&common)
        let daemon = try observeCharon(&common, connections: nil, isNeeded: false)
        if tunnels.contains(where: { $0.interface.kind == .automatic }) {
            common.hasXFRMInterfaces = try hasXFRMInterfaces()
        }
        let here = try network(common, in: nil)
        // What charon does with routes and addresses takes reading some fifty files, and not every tunnel cares.
        let settings = try tunnels.contains(where: \.minds) ? daemon.map { try CharonSettings(daemon: $0) } : nil
        let records = try journal.records()
        var networks: [NamespaceName?: Observed] = [nil: here]
        var entries: [Survey.Entry] = []
        for target in targets {
            let record = records.first { $0.tunnel == target.name.text }
            let namespace = target.spec.tunnel.map(\.interface.namespace) ?? record?.namespace
            if networks[namespace] == nil { networks[namespace] = try network(common, in: namespace) }
            guard var machine = networks[namespace] else { continue }
            machine.record = record
            if let settings, let tunnel = target.spec.tunnel, tunnel.minds {
                try machine.charon?.note(settings, link: tunnel.interface.name, routes: here.routes)
            }
            let problem = try complete(&machine, for: target, records: records, siblings: siblings)
            entries.append(
                Survey.Entry(name: target.name, spec: target.spec, machine: machine, secretProblem: problem))
        }
        return Survey(tunnels: entries)
    }

    /// What a namespace has beside what is common to all.
    private mutating func network(_ common: Observed, in namespace: NamespaceName?) throws -> Observed {
        var machine = common
        machine.namespace = namespace
        if let namespace {
            try observeNetwork(in: namespace, &machine)
        } else {
            try observeNetwork(&machine, links: routing.links())
        }
        machine.marks.formUnion(machine.rules.compactMap(\.mark?.value))
        return machine
    }

    /// Adds what is one tunnel's alone: files, secrets, what others claim, and the ways to its peers.
    ///
    /// - Returns: why its secrets cannot be read; nil when they were.
    private mutating func complete(
        _ machine: inout Observed, for target: Target, records: [Record], siblings: [Observed.Sibling]
    ) throws -> SecretProblem? {
        try observeFiles(&machine, name: target.name, scope: Scope(needsCharon: false, readsSecrets: true))
        for record in records where record.tunnel != target.name.text {
            machine.note(claimsOfOthers: record.claims)
        }
        guard let tunnel = target.spec.tunnel else { return nil }
        machine.siblings = siblings.filter { $0.name != target.name }
        for peer in tunnel.peers {
            machine.underlays[peer.connection] = try underlay(of: peer, links: machine.outerLinks)
        }
        do {
            machine.secrets = try SecretFiles.secrets(of: tunnel)
            machine.sources = try SecretFiles.sources(of: tunnel)
            return nil
        } catch let error as SecretError {
            return SecretProblem("\(error)", isElsewhere: error.isElsewhere)
        } catch let error as FileError {
            return SecretProblem("\(error)")
        }
    }
}

extension Tunnel {
    /// Whether charon's settings about routes and addresses matter to it.
    fileprivate var minds: Bool {
        interface.kind != .xfrm || peers.contains { !$0.virtualAddresses.isEmpty }
    }
}
