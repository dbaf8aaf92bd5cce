internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

extension LiveHost {
    /// SAs that charon has and that are of no use, or a trap of its that the kernel does not have.
    struct Useless {
        var peer: TunnelPeer
        var reason: WatchNotice.RenewalReason
    }

    /// Finds SAs that are of no use though charon has them.
    ///
    /// - Parameters:
    ///   - tunnel: its spec.
    ///   - connections: its connections as they are loaded.
    ///   - probe: a packet to prove that they carry packets, as after the machine has slept; nil not to send one.
    /// - Returns: a connection once at most.
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`, `Interruption.Interrupted`.
    mutating func useless(
        of tunnel: Tunnel, connections: [ViaductCore.Connection], probe: Step?
    ) throws -> [Useless] {
        var found: [Useless] = []
        for peer in tunnel.peers {
            guard let connection = connections.first(where: { $0.name == peer.connection.text }),
                let binding = connection.binding
            else { continue }
            let sas = try charon().sas(Session.SAFilter(ike: connection.name), deadline: Self.soon)
            let children = sas.flatMap(\.children).filter { $0.state == .installed && $0.binding == binding }
            if try !isInKernel(connection, binding, children) {
                found.append(Useless(peer: peer, reason: .notInKernel))
            } else if sas.contains(where: { $0.isStray(from: peer) }) {
                found.append(Useless(peer: peer, reason: .peerMoved))
            }
        }
        guard found.isEmpty, let probe, try !proves(probe) else { return found }
        return tunnel.peers.filter(\.isCalledByUs).map { Useless(peer: $0, reason: .deadAfterSleep) }
    }

    /// Whether the kernel has the policies and states of children that charon has installed, and the policies of a trap.
    private mutating func isInKernel(
        _ connection: ViaductCore.Connection, _ binding: Binding, _ children: [ChildSA]
    ) throws -> Bool {
        let traps = try children.isEmpty ? charon().policies([.trap], ike: connection.name, deadline: Self.soon) : []
        guard !children.isEmpty || !traps.isEmpty else { return true }
        let kernel = try KernelTransforms()
        return kernel.hasPolicies(bearing: binding) && kernel.hasStates(of: children)
    }

    private mutating func proves(_ probe: Step) throws -> Bool {
        switch probe {
        case .probe(let probe): return try send(probe, patience: .seconds(2)).isAnswered
        case .within(let namespace, .probe(let probe)):
            var inside = try inside(namespace)
            return try inside.send(probe, patience: .seconds(2)).isAnswered
        default: return true
        }
    }

    /// Ends the SAs of a connection and has charon negotiate them anew where that is ours to do; its traps are set again.
    ///
    /// - Throws: `ViciError`.
    mutating func renew(_ peer: TunnelPeer) throws {
        let name = peer.connection.text
        for id in try charon().sas(Session.SAFilter(ike: name), deadline: Self.soon).compactMap(\.uniqueID) {
            try unlessRefused { session throws(ViciError) in
                try session.terminate(.ikeID(id), force: true, patience: .upTo(.seconds(1)), deadline: Self.soon)
            }
        }
        for trap in try charon().policies([.trap], ike: name, deadline: Self.soon) {
            try unlessRefused { session throws(ViciError) in
                try session.uninstall(child: trap.child, ike: name, deadline: Self.soon)
                try session.install(child: trap.child, ike: name, deadline: Self.soon)
            }
        }
        guard peer.isCalledByUs else { return }
        for child in peer.children { try initiate(child.name.text, of: name) }
    }

    /// Has charon negotiate what lacks its SAs, unless it does so already.
    ///
    /// - Throws: `ViciError`.
    mutating func negotiate(_ wanted: Establishment) throws {
        let sas = try charon().sas(Session.SAFilter(ike: wanted.connection), deadline: Self.soon)
        guard sas.allSatisfy({ $0.state == .established && $0.activeTasks.isEmpty && $0.queuedTasks.isEmpty }) else {
            return
        }
        for child in wanted.children { try initiate(child, of: wanted.connection) }
    }

    private mutating func initiate(_ child: String, of connection: String) throws {
        try unlessRefused { session throws(ViciError) in
            try session.initiate(child: child, ike: connection, patience: .none, deadline: Self.soon)
        }
    }

    /// Gives charon a command; that it refuses shows at the next look, where the SAs still lack.
    private mutating func unlessRefused(_ body: (Session) throws(ViciError) -> Void) throws {
        do throws(ViciError) {
            try body(try charon())
        } catch .refused {
            return
        }
    }
}

extension TunnelPeer {
    /// Whether this end keeps the SAs up, and knows where to call.
    fileprivate var isCalledByUs: Bool {
        start == .up && remote.hosts.contains { if case .block = $0 { false } else { true } }
    }
}

extension IKESA {
    /// Whether we began it towards an address where the peer's name no longer leads, and nothing comes from there.
    ///
    /// A peer that answers may well be at an address that its name does not tell at the moment, as with a name that leads
    /// to several in turns.
    fileprivate func isStray(from peer: TunnelPeer) -> Bool {
        guard isInitiator, state == .established, peer.isCalledByUs, let host = remote.host.flatMap({ IPAddress($0) }),
            (established ?? 0) >= 10,
            children.allSatisfy({ ($0.trafficIn.lastUse ?? .max) >= 10 })
        else { return false }
        var addresses: [IPAddress] = []
        for place in peer.remote.hosts {
            switch place {
            case .address(let address): addresses.append(address)
            case .name(let name): addresses += HostNames.addresses(of: name)
            case .block: return false
            }
        }
        // A name that does not resolve at the moment tells nothing.
        return !addresses.isEmpty && !addresses.contains(host)
    }
}
