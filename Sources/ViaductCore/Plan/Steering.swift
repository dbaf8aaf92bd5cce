internal import NetworkModel

/// How packets for prefixes that hold the peer itself get into the tunnel while IKE and ESP stay out of it.
///
/// Such prefixes go to a table of the tunnel's own, which rules look up before `main`. Before those, rules of every such
/// tunnel let IKE and ESP jump over all of these look-ups, and go on with whatever rules the administrator has. Nothing
/// depends on the underlay's gateway or device, no sysctl is loosened, and reverse path filtering keeps working, for the
/// rules match what comes back as well.
///
/// The bands of priorities are `exclusions`, then rules of specs without a priority (`Settled.priorities`), then
/// `lookups`, then `anchors`, where the jumps land.
struct Steering {
    /// The priorities of rules that let IKE and ESP jump.
    static let exclusions: ClosedRange<UInt32> = 5200...5299
    /// The priorities of rules that look up tables of tunnels.
    static let lookups: ClosedRange<UInt32> = 5400...5599
    /// The priorities of rules that do nothing, where the jumps land.
    static let anchors: ClosedRange<UInt32> = 5600...5699

    /// The tunnel's own table.
    let table: UInt32
    /// The mark that its ESP packets bear.
    let mark: Mark
    /// Which of its routes are steered.
    let steered: [TunnelRoute]
    private let peers: [IPAddress]
    private let hasAnyPeer: Bool
    private let ports: [UInt16]
    private let families: [AddressFamily]

    /// Finds out whether a tunnel needs steering; nil when no route of it holds a peer.
    init?(_ tunnel: Tunnel, number: UInt32, on machine: Observed) {
        guard tunnel.interface.namespace == nil, tunnel.interface.vrf == nil else { return nil }
        var peers: [IPAddress] = []
        for peer in tunnel.peers {
            for case .address(let address) in peer.remote.hosts { peers.append(address) }
            peers += machine.underlays[peer.connection]?.remotes ?? []
        }
        // A name may lead to another address tomorrow, and charon asks anew at each try.
        let hasAnyPeer = tunnel.peers.contains { peer in
            !peer.remote.hosts.contains { if case .address = $0 { true } else { false } }
                || peer.remote.hosts.contains { if case .name = $0 { true } else { false } }
        }
        let outer = Set(peers.map(\.family) + (hasAnyPeer ? AddressFamily.allCases : []))
        let holding = tunnel.routes.filter { route in
            route.destination.isEverything || peers.contains { route.destination.contains($0) }
        }
        guard !holding.isEmpty else { return nil }
        self.peers = peers.uniqued
        self.hasAnyPeer = hasAnyPeer
        families = Set(holding.map(\.destination.family)).intersection(outer).sorted()
        ports = ([500, 4500] + tunnel.peers.compactMap(\.ike.localPort).map(UInt16.init)).uniqued.sorted()
        steered = holding.filter { $0.table == nil }
        table = Ownership.table(id: number)
        mark = Ownership.outerMark(id: number)
    }

    /// The rules, with priorities that the tunnel has already or that are free.
    func rules(of tunnel: Tunnel, on machine: Observed) -> [Rule] {
        let own = machine.rules(of: tunnel.name)
        let taken = Set(machine.rules.filter { !own.contains($0) }.map(\.priority))
        func free(_ band: ClosedRange<UInt32>, count: Int = 1) -> UInt32 {
            let starts = band.dropLast(count - 1)
            return starts.first { start in (0..<UInt32(count)).allSatisfy { !taken.contains(start + $0) } }
                ?? band.lowerBound
        }
        let given = tunnel.rules.filter(\.hasPriority).map(\.rule.priority).min() ?? .max
        let anchor = own.first { $0.action == .nop }?.priority ?? free(Self.anchors)
        let exclusion = min(
            own.first { $0.action == .goto(priority: anchor) }?.priority ?? free(Self.exclusions),
            max(given, 2) - 1)
        var rules: [Rule] = []
        for family in families { rules += exclusions(family, priority: exclusion, anchor: anchor) }
        for family in Set(steered.map(\.destination.family)).sorted() {
            let lengths = Set(steered.filter { $0.destination.family == family }.map(\.destination.length))
            let current = own.filter { $0.family == family && Self.lookups.contains($0.priority) }.map(\.priority)
            var priority = current.min() ?? free(Self.lookups, count: lengths.count * 2)
            // From the longest prefix on, as longest match would have it were they all in one table.
            for length in lengths.sorted(by: >) {
                rules.append(
                    Rule(
                        family: family, priority: priority, action: .lookup(table: Route.mainTable),
                        suppressPrefixLength: UInt32(length), origin: Ownership.origin))
                rules.append(
                    Rule(
                        family: family, priority: priority + 1, action: .lookup(table: table),
                        suppressPrefixLength: length == 0 ? nil : UInt32(length - 1), origin: Ownership.origin))
                priority += 2
            }
        }
        for family in families {
            rules.append(Rule(family: family, priority: anchor, action: .nop, origin: Ownership.origin))
        }
        return rules
    }

    /// What IKE and ESP look like to a rule.
    ///
    /// Packets of this host and the reverse path check are both `iif lo` to a rule; forwarded packets are not, so that
    /// IKE of others goes into the tunnel. The check sees a packet with the ports that it came with.
    private func exclusions(_ family: AddressFamily, priority: UInt32, anchor: UInt32) -> [Rule] {
        let destinations: [IPPrefix?] =
            hasAnyPeer ? [nil] : peers.filter { $0.family == family }.map { IPPrefix(host: $0) }
        let base = Rule(
            family: family, priority: priority, action: .goto(priority: anchor), inputInterface: .loopback,
            origin: Ownership.origin)
        var rules: [Rule] = []
        for destination in destinations {
            var rule = base
            rule.to = destination
            for port in ports {
                var udp = rule
                udp.ipProtocol = 17
                udp.sourcePorts = port...port
                rules.append(udp)
                udp.sourcePorts = nil
                udp.destinationPorts = port...port
                rules.append(udp)
            }
            var esp = rule
            esp.ipProtocol = 50
            rules.append(esp)
        }
        // The kernel looks up the way of the ESP packets that it makes by mark, and tells no protocol.
        var marked = base
        marked.mark = mark
        rules.append(marked)
        return rules
    }
}
