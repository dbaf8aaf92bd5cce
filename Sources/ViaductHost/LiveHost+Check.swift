internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

extension LiveHost {
    /// Gathers what `check` has to know of the tunnels of a survey.
    ///
    /// - Parameters:
    ///   - survey: the tunnels.
    ///   - probes: whether packets are sent through those that are up.
    /// - Returns: the facts, in the survey's order.
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`, `SettingsError`.
    mutating func facts(of survey: Survey, probes: Bool) throws -> [CheckFacts] {
        let xfrm = try NetlinkSocket(.xfrm)
        let (policies, states) = (try xfrm.policies(), try xfrm.states())
        let before = try transformCounters()
        let begin = ContinuousClock.now
        let firewall = try firewallRuleset()
        let numbers = try deviceNumbers()
        let strangers = try strangers()
        var all: [CheckFacts] = []
        for entry in survey.tunnels {
            var facts = CheckFacts(
                name: entry.name, spec: entry.spec, machine: entry.machine, secretProblem: entry.secretProblem)
            (facts.policies, facts.states) = (policies, states)
            facts.outerFirewall = firewall
            facts.deviceNumbers = numbers
            facts.strangers = strangers.filter { $0.owner != entry.name }.map(\.stranger)
            facts.legacyTables = Self.legacyTables()
            facts.now = Int64(time(nil))
            if let tunnel = entry.spec.tunnel { try complete(&facts, for: tunnel) }
            if let namespace = entry.machine.namespace, !entry.machine.links.isEmpty {
                var inside = try inside(namespace)
                try inside.lookInside(&facts)
            } else {
                try lookInside(&facts)
            }
            all.append(facts)
        }
        if probes {
            for index in all.indices { try probe(&all[index]) }
            // Counters that grow for a while say more than those of all time.
            while ContinuousClock.now < begin + .seconds(1) {
                try Interruption.check()
                usleep(20_000)
            }
        }
        let growth = TransformCounter.growth(from: before, to: try transformCounters())
        for index in all.indices { all[index].counters = growth }
        return all
    }

    /// What concerns the spec and not the place of the link.
    private mutating func complete(_ facts: inout CheckFacts, for tunnel: Tunnel) throws {
        facts.kernel = KernelTrial.support(for: tunnel)
        if facts.machine.charon != nil {
            facts.daemon = try CharonSettings(daemon: charon().version(deadline: Self.soon).daemon)
                .routeRemedies
        }
        for path in tunnel.certificateFiles.compactMap(\.pathIfThere) {
            let bytes = Capabilities.readingEverywhere.inEffect { DiskFile(path: path).readIfPossible() } ?? []
            facts.certificates.append(
                CheckFacts.CertificateFact(path: path, validity: CertificateValidity(certificate: bytes)))
        }
        for device in Set(tunnel.peers.compactMap { facts.machine.underlays[$0.connection]?.device }) {
            for family in AddressFamily.allCases {
                let key = SysctlKey("net", family.rawValue, "conf", device.text, "disable_xfrm")
                facts.settings[key] = try Sysctl.value(of: key)
            }
        }
    }

    /// What is to be seen in the link's namespace.
    private mutating func lookInside(_ facts: inout CheckFacts) throws {
        let links = try routing.links()
        interfaces = InterfaceTable(links)
        facts.innerFirewall = try firewallRuleset()
        facts.innerNumbers = try deviceNumbers()
        let own = facts.machine.links.filter { Ownership.tunnel(alias: $0.alias) == facts.name }.map(\.name.text)
        for name in ["all"] + own {
            for setting in ["rp_filter", "send_redirects"] {
                let key = SysctlKey("net", "ipv4", "conf", name, setting)
                facts.settings[key] = try Sysctl.value(of: key, in: namespace)
            }
            guard name != "all" else { continue }
            for family in AddressFamily.allCases {
                for setting in ["disable_xfrm", "disable_policy"] {
                    let key = SysctlKey("net", family.rawValue, "conf", name, setting)
                    facts.settings[key] = try Sysctl.value(of: key, in: namespace)
                }
            }
        }
        guard let tunnel = facts.spec.tunnel, !own.isEmpty else { return }
        // Networks behind the machine are found by all of its addresses, of which a plan sees only those it depends on.
        facts.machine.addresses = try routing.addresses(interfaces: interfaces).map(\.address)
        for route in tunnel.routes where route.table == nil && !route.destination.isEverything {
            guard let address = route.destination.representative else { continue }
            let query = RouteQuery(to: address, outputInterface: tunnel.interface.vrf)
            var lookup = CheckFacts.RouteLookup(prefix: route.destination, address: address, device: nil, table: nil)
            if case .found(let found) = try routing.route(query, interfaces: interfaces) {
                // Ours itself: what is inside a prefix at the far side may be at this one, too.
                if found.type == .local { continue }
                lookup.device = found.nextHops.first?.device
                lookup.table = found.table
            }
            facts.lookups.append(lookup)
        }
    }

    /// Sends a packet through the tunnel, and one as large as its link takes.
    private mutating func probe(_ facts: inout CheckFacts) throws {
        guard let tunnel = facts.spec.tunnel, let probe = Checker.probe(of: tunnel, facts) else { return }
        func send(_ host: inout LiveHost) throws {
            let report = try host.send(probe, patience: .milliseconds(1500))
            facts.probes.append(report)
            guard report.verdict == .passed,
                let mtu = facts.machine.links.first(where: { $0.name == probe.interface })?.mtu
            else { return }
            var socket = try EchoSocket(
                to: probe.destination, from: probe.source, by: probe.interface, in: host.namespace)
            for _ in 1...3 where facts.fullPacketPassed != true {
                guard socket.send(size: Int(mtu), isWhole: true) == 0 else { break }
                facts.fullPacketPassed = socket.answer(before: .now + .milliseconds(500)) == .reply
            }
        }
        if let namespace = facts.machine.namespace {
            var inside = try inside(namespace)
            try send(&inside)
        } else {
            try send(&self)
        }
    }

    /// The firewall of this host's namespace; nil when this process may not look, or there is none.
    private func firewallRuleset() throws -> FirewallRuleset? {
        do throws(NetlinkError) {
            return try firewall().firewallRuleset()
        } catch {
            guard error.isNotPermitted || error.isNotSupported else { throw error }
            return nil
        }
    }

    private func deviceNumbers() throws -> [InterfaceName: UInt32] {
        try routing.links().reduce(into: [:]) { $0[$1.link.name] = $1.index }
    }

    private static func legacyTables() -> [String] {
        ["ip", "ip6"].flatMap { family in
            let bytes = DiskFile(path: "/proc/thread-self/net/\(family)_tables_names").readIfPossible() ?? []
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { "\(family) \($0)" }
        }
    }

    /// The XFRM interfaces that were born in this namespace and are in another one that has a name.
    private func strangers() throws -> [(stranger: CheckFacts.Stranger, owner: TunnelName?)] {
        var found: [(CheckFacts.Stranger, TunnelName?)] = []
        for name in try Folder(path: "/run/netns").names() {
            do throws(NetlinkError) {
                let socket = try NetlinkSocket(.route, in: .named(name))
                guard let own = try socket.identifier(of: .current) else { continue }
                for link in try socket.links() where link.underlayNamespaceID == own {
                    guard case .xfrm(let xfrm) = link.link.kind else { continue }
                    found.append(
                        (
                            CheckFacts.Stranger(namespace: name, link: link.link.name, ifID: xfrm.ifID),
                            Ownership.tunnel(alias: link.link.alias)
                        ))
                }
            } catch {
                // A file that is no namespace any more, or one that went while it was looked at.
                guard error.operation == .open || error.operation == .read else { throw error }
            }
        }
        return found
    }
}

extension Tunnel {
    /// The certificates that the spec names, each once.
    fileprivate var certificateFiles: [FileSource] {
        var sources: [FileSource] = []
        for case .certificate(let files) in authentications {
            for source in [files.certificate, files.authority].compactMap(\.self) where !sources.contains(source) {
                sources.append(source)
            }
        }
        return sources
    }
}

extension IPPrefix {
    /// An address inside: the only one, or the one behind the network's.
    fileprivate var representative: IPAddress? {
        guard !isHost else { return address }
        var bytes = network.address.bytes
        bytes[bytes.count - 1] |= 1
        return IPAddress(bytes: bytes)
    }
}
