internal import NetworkModel

extension TunnelDraft {
    /// Reports whatever would lead IKE and ESP themselves into the tunnel.
    ///
    /// Where the spec names no table, the planner steers packets for prefixes that hold the peer, and keeps IKE and ESP
    /// out; what it cannot keep out is refused. A peer known by name is looked at again when it is resolved.
    func checkLoops() {
        guard interface.namespace == nil else { return }
        for route in routes { checkLoop(route) }
        checkOuterMarks()
        guard interface.vrf == nil else { return }
        for address in interface.addresses { checkLoop(address) }
    }

    private func checkLoop(_ route: Located<TunnelRoute>) {
        guard let holder = holding(route.value.destination) else { return }
        let destination = route.value.destination
        switch route.value.table {
        case nil:
            // The planner knows prefixes that hold an address, and everything; a peer that calls has no address yet.
            guard interface.vrf == nil, !destination.isEverything,
                remoteAddresses.allSatisfy({ !destination.contains($0) })
            else { return }
            route.field.fail("\(destination) holds \(holder)", "keep them apart, or write 'default'")
        case Route.mainTable?, 253, 255:
            route.field.fail(
                "\(destination) holds \(holder), and leads IKE and ESP into the tunnel in this table",
                "leave 'table' out, and they are kept out of it")
        case let table?:
            for rule in rules { checkLoop(rule, into: table, to: destination, holder: holder) }
        }
    }

    /// Rules that look a table up are harmless as long as IKE and ESP have been let past them.
    private func checkLoop(_ rules: Located<[TunnelRule]>, into table: UInt32, to destination: IPPrefix, holder: String)
    {
        for rule in rules.value where rule.rule.action == .lookup(table: table) {
            guard rule.rule.family == destination.family, matchesOuterPackets(rule.rule) else { continue }
            let what = "leads IKE and ESP into the tunnel: table \(table) has \(destination), which holds \(holder)"
            if interface.vrf != nil {
                rules.field.fail(what, "write a rule that does not match packets to the peer")
            } else if rule.hasPriority, !(2..<Steering.anchors.lowerBound).contains(rule.rule.priority) {
                rules.field.fail(
                    what, "write a 'priority' of 2...\(Steering.anchors.lowerBound - 1), or none, to keep them out")
            }
        }
    }

    /// What of the peer a destination holds; nil for nothing that is known.
    private func holding(_ destination: IPPrefix) -> String? {
        if let address = remoteAddresses.first(where: { destination.contains($0) }) {
            return "the peer's own address \(address)"
        }
        if let block = peers.flatMap(\.blocks).first(where: { destination.contains($0) }) {
            return "the block \(block) that the peer calls from"
        }
        let mayHold = destination.isEverything && peers.contains { $0.mayBe(destination.family) }
        return mayHold ? "the peer" : nil
    }

    /// The planner marks ESP to keep it out of a tunnel that holds the peer, so nobody else may.
    private func checkOuterMarks() {
        guard interface.vrf == nil, routes.contains(where: { holding($0.value.destination) != nil }) else { return }
        for peer in peers {
            for child in peer.children where child.value.extras.contains(where: { $0.key == "set_mark_out" }) {
                child.field.fail(
                    "has 'set_mark_out', and a route that holds the peer",
                    "remove it; Viaduct marks ESP itself to keep it out of the tunnel")
            }
        }
    }

    private func checkLoop(_ address: Located<TunnelAddress>) {
        let own = address.value.address
        let inside = "write one that is used inside the tunnel only"
        // The kernel makes a route to the far end's prefix, or to our own when there is no far end.
        let routed = IPPrefix(address.value.peer ?? own.address, length: own.length)
        if let peer = remoteAddresses.first(where: { $0 == own.address || $0 == address.value.peer }) {
            address.field.fail("\(peer) is the peer's address on the underlay", inside)
        } else if peers.contains(where: { $0.local?.address == own.address }) {
            address.field.fail("\(own.address) is our address on the underlay", inside)
        } else if let routed, let peer = remoteAddresses.first(where: { routed.contains($0) }) {
            address.field.fail("\(routed) holds the peer's own address \(peer)", "write a longer prefix")
        }
    }

    /// Whether a rule may match what IKE and ESP send: from our address, by root on this host, unmarked, UDP or ESP.
    private func matchesOuterPackets(_ rule: Rule) -> Bool {
        let remotes = remoteAddresses.filter { $0.family == rule.family }
        let locals = peers.map { $0.local?.address }
        let isFromUs =
            rule.from.map { from in locals.contains { $0.map { from.contains($0) } ?? from.isEverything } } ?? true
        let isToPeer =
            rule.to.map { to in
                remotes.isEmpty ? to.isEverything : remotes.contains { to.contains($0) }
            } ?? true
        let isLocalOutput = rule.inputInterface.map { $0 == .loopback } ?? true
        let isUnmarked = rule.mark.map { $0.value == 0 } ?? true
        let isRoot = rule.users.map { $0.contains(0) } ?? true
        let isOurProtocol = rule.ipProtocol.map { [17, 50].contains($0) } ?? true
        let hasNoSocket = rule.outputInterface == nil && rule.typeOfService == nil && rule.tunnelID == nil
        let hasPorts = rule.destinationPorts.map { $0.contains(500) || $0.contains(4500) } ?? true
        let matches =
            isFromUs && isToPeer && isLocalOutput && isUnmarked && isRoot && isOurProtocol && hasNoSocket && hasPorts
        return rule.isInverted ? !matches : matches
    }
}
