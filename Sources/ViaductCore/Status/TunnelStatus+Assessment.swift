internal import NetworkModel

extension TunnelStatus {
    /// Finds out how a tunnel is.
    ///
    /// - Parameters:
    ///   - name: the tunnel.
    ///   - spec: its spec.
    ///   - machine: what was seen of the machine.
    ///   - secretProblem: why its secrets could not be read, so that its snippet cannot be compared; nil when they were.
    public init(of name: TunnelName, spec: SpecReading, on machine: Observed, secretProblem: SecretProblem? = nil) {
        self.name = name
        namespace = machine.namespace
        hasSpec = spec.tunnel != nil
        links = machine.links(of: name)
        let interfaces = Set(links.map(\.name))
        addresses = machine.addresses.filter { interfaces.contains($0.interface) && $0.isGiven }
        let own = machine.routes(of: name)
        routes = own.filter { $0.type != .unreachable }
        fences = own.filter { $0.type == .unreachable }
        rules = machine.rules(of: name)
        let wanted = spec.tunnel?.peers.map(\.connection.text) ?? []
        let present = machine.connections(of: name)
        connections = (wanted + present.subtracting(wanted).sorted()).map { connection in
            ConnectionStatus(
                name: connection,
                isLoaded: present.contains(connection)
                    && machine.charon?.connections.contains(connection) ?? false,
                sas: (machine.charon?.sas ?? []).filter { $0.connection == connection })
        }
        differences = []
        (condition, reason) = (.down, "nothing of it is there")
        switch spec {
        case .read(let tunnel): assess(tunnel, on: machine, secretProblem: secretProblem)
        case .none:
            guard machine.hasTraces(of: name) else { return }
            (condition, reason) = heldBack ?? (.drifted, "it has no spec any more: viaduct down \(name)")
        case .unreadable(let problem):
            condition = machine.hasTraces(of: name) ? .drifted : .blocked
            reason = "its spec cannot be read: \(problem.firstLine)"
        }
    }

    private mutating func assess(_ tunnel: Tunnel, on machine: Observed, secretProblem: SecretProblem?) {
        let isKnown = secretProblem == nil
        do throws(PlanError) {
            let options = Planner.Options(withIKE: isKnown, waits: false, standby: .tolerated)
            let steps = try Planner.up(tunnel, on: machine, options: options).steps.filter {
                !$0.isProof && !$0.isHookRun
            }
            differences = Script.commands(steps).map(\.line)
        } catch {
            let more = error.obstacles.count - 1
            condition = .blocked
            reason = (error.obstacles.first?.description ?? "") + (more > 0 ? " (and \(more) more)" : "")
            return
        }
        let hint = secretProblem.map { "; its snippet was not compared, as \($0)" } ?? ""
        guard differences.isEmpty else {
            guard machine.hasTraces(of: name) else { return }
            let count = differences.count == 1 ? "1 difference" : "\(differences.count) differences"
            (condition, reason) = heldBack ?? (.drifted, "\(count) from its spec, the first: \(differences[0])")
            return
        }
        let missing = tunnel.peers.compactMap { peer in absence(of: peer, on: machine) }
        let isCarried = children.contains(where: \.isInstalled)
        if let urgent = missing.first(where: \.isUrgent) ?? (isCarried ? nil : missing.first) {
            (condition, reason) = (.waiting, urgent.reason + hint)
        } else {
            (condition, reason) = (.up, upReason + hint)
        }
    }

    /// The state of a tunnel whose packets end at the fence; nil when they do not.
    private var heldBack: (TunnelCondition, String)? {
        guard !fences.isEmpty else { return nil }
        if links.isEmpty { return (.blocked, "its link is gone, and the fence holds its packets back") }
        guard let link = links.first(where: { !$0.isUp }) else { return nil }
        return (.blocked, "its link \(link.name) is set down, and the fence holds its packets back")
    }

    private var upReason: String {
        let installed = children.filter(\.isInstalled)
        guard !installed.isEmpty else { return "as its spec asks" }
        let used = installed.compactMap(\.input.idle).min()
        let count = installed.count == 1 ? "1 CHILD_SA" : "\(installed.count) CHILD_SAs"
        return count + (used.map { ", last packet in \($0) s ago" } ?? ", no packet in yet")
    }

    /// What a peer lacks in SAs, and whether that has to be said; nil when they are there.
    private func absence(of peer: TunnelPeer, on machine: Observed) -> (reason: String, isUrgent: Bool)? {
        let sas = (machine.charon?.sas ?? []).filter { $0.connection == peer.connection.text }
        let missing = peer.children.filter { child in
            !sas.flatMap(\.children).contains { $0.name == child.name.text && $0.isInstalled }
        }
        guard !missing.isEmpty else { return nil }
        let names = missing.map(\.name.text).joined(separator: ", ")
        let isEstablished = sas.contains(where: \.isEstablished)
        switch peer.start {
        case .up:
            if isEstablished { return ("the IKE_SA is there, but no CHILD_SA of \(names)", true) }
            if let sa = sas.first {
                let host = sa.remote.host ?? peer.remote.hosts.first?.description ?? "the peer"
                return ("no SA: charon negotiates with \(host) (\(sa.state))", true)
            }
            return ("no SA of \(names), and charon is not negotiating: viaduct up \(name)", true)
        case .onDemand: return ("no SA yet: the first packet brings it", false)
        case .listen: return ("no SA yet: the peer has to call", false)
        }
    }
}

extension Observed {
    /// Whether anything of a tunnel is on the machine.
    func hasTraces(of tunnel: TunnelName) -> Bool {
        !links(of: tunnel).isEmpty || !routes(of: tunnel).isEmpty || !rules(of: tunnel).isEmpty || !files.isEmpty
            || !(record?.isEmpty ?? true) || !connections(of: tunnel).isDisjoint(with: charon?.connections ?? [])
    }
}

extension Step {
    var isHookRun: Bool {
        if case .runHooks = self { true } else { false }
    }
}

extension String {
    /// The text up to its first line end.
    var firstLine: String { String(prefix { !$0.isNewline }) }
}
