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
        let scope = Scope(needsCharon: false, readsSecrets: true)
        let panorama = try panorama(of: targets, siblings: siblings, scope: scope)
        var entries: [Survey.Entry] = []
        for target in targets {
            let (machine, problem) = try view(target, in: panorama)
            entries.append(
                Survey.Entry(
                    name: target.name, spec: target.spec, machine: machine,
                    secretProblem: problem.map { SecretProblem("\($0)", isElsewhere: $0.isElsewhere) }))
        }
        return Survey(tunnels: entries)
    }

    /// One look at the machine for many tunnels.
    struct Panorama {
        /// What each network namespace has that a tunnel's link is in.
        var landscapes: [NamespaceName?: Landscape]
        /// The journals by tunnel.
        var records: [String: Record]
        fileprivate var files: [TunnelName: [ConfigurationPath]]
        fileprivate var outerRoutes: [Route]
        /// The ways to all peers; many tunnels may have the same.
        fileprivate var underlays: [Way: Underlay?]
        fileprivate var readsSecrets: Bool
        fileprivate var settings: CharonSettings?

        /// The namespace that a tunnel's link is in, or shall be.
        func namespace(of target: Target) -> NamespaceName? {
            target.spec.tunnel.map(\.interface.namespace) ?? records[target.name.text]?.namespace
        }
    }

    /// Looks once at kernel, charon and journals.
    ///
    /// - Parameters:
    ///   - targets: the tunnels that will be asked for.
    ///   - siblings: every spec there is, as far as ids are concerned.
    ///   - scope: what to look at.
    /// - Returns: what was seen.
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`.
    mutating func panorama(
        of targets: [Target], siblings: [Observed.Sibling], scope: Scope
    ) throws -> Panorama {
        let links = try routing.links()
        interfaces = InterfaceTable(links)
        let tunnels = targets.compactMap(\.spec.tunnel)
        var common = Observed()
        common.outerLinks = links.map(\.link)
        common.kernel = Kernel.version
        try observeTransforms(&common)
        let daemon = try observeCharon(&common, connections: nil, isNeeded: scope.needsCharon)
        if tunnels.contains(where: { $0.interface.kind == .automatic }) {
            common.hasXFRMInterfaces = try hasXFRMInterfaces()
        }
        let here = try network(common, in: nil, links: links)
        // What charon does with routes and addresses takes reading some fifty files, and not every tunnel cares.
        let isMinded = tunnels.contains { $0.minds(on: common) }
        let settings = try isMinded ? daemon.map { try CharonSettings(daemon: $0) } : nil
        let records = try journal.records()
        let known = Dictionary(records.map { ($0.tunnel, $0) }) { first, _ in first }
        let mayOverlook = scope.mayOverlookFiles(of: targets.map { known[$0.name.text] })
        var panorama = Panorama(
            landscapes: [nil: Landscape(here, siblings: siblings, records: records)],
            records: known, files: try files(mayBeOverlooked: mayOverlook), outerRoutes: here.routes, underlays: [:],
            readsSecrets: scope.readsSecrets, settings: settings)
        let mtus = Dictionary(links.map { ($0.link.name, $0.link.mtu ?? 1500) }) { first, _ in first }
        for way in Set(tunnels.flatMap(\.peers).map(Way.init(to:))) {
            panorama.underlays[way] = try underlay(by: way, mtus: mtus)
        }
        for namespace in Set(targets.map(panorama.namespace)) where panorama.landscapes[namespace] == nil {
            panorama.landscapes[namespace] = Landscape(
                try network(common, in: namespace), siblings: siblings, records: records)
        }
        return panorama
    }

    /// What a namespace has beside what is common to all.
    private mutating func network(
        _ common: Observed, in namespace: NamespaceName?, links: [KernelLink] = []
    ) throws -> Observed {
        var machine = common
        machine.namespace = namespace
        if let namespace {
            try observeNetwork(in: namespace, &machine)
        } else {
            try observeNetwork(&machine, links: links)
        }
        machine.marks.formUnion(machine.rules.compactMap(\.mark?.value))
        return machine
    }

    /// What one tunnel sees: its part of the landscape, with its files and secrets and the ways to its peers.
    ///
    /// - Returns: that, and why its secrets cannot be read; nil when they were.
    /// - Throws: `NetlinkError`, `FileError`.
    mutating func view(
        _ target: Target, in panorama: Panorama
    ) throws -> (machine: Observed, secretProblem: SecretError?) {
        var own = Observed()
        own.record = panorama.records[target.name.text]
        for path in panorama.files[target.name] ?? [] { own.files[path] = try DiskFile(path: "\(path)").readSecret() }
        var problem: SecretError?
        if let tunnel = target.spec.tunnel {
            for peer in tunnel.peers { own.underlays[peer.connection] = panorama.underlays[Way(to: peer)] ?? nil }
            do {
                if panorama.readsSecrets {
                    own.secrets = try SecretFiles.secrets(of: tunnel)
                    own.sources = try SecretFiles.sources(of: tunnel)
                }
            } catch let error as SecretError {
                problem = error
            } catch let error as FileError {
                problem = SecretError(description: "\(error)")
            }
        }
        guard let landscape = panorama.landscapes[panorama.namespace(of: target)] else { return (own, problem) }
        var machine = landscape.part(for: target.name, spec: target.spec.tunnel, own: own)
        if let settings = panorama.settings, let tunnel = target.spec.tunnel, tunnel.minds(on: machine) {
            try machine.charon?.note(settings, link: tunnel.interface.name, routes: panorama.outerRoutes)
        }
        return (machine, problem)
    }
}

extension Tunnel {
    /// Whether charon's settings about routes and addresses matter to it.
    func minds(on machine: Observed) -> Bool {
        interface.isVTI(on: machine) || peers.contains { !$0.virtualAddresses.isEmpty }
    }
}
