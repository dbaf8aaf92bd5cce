internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

// The wait for SAs, of one connection or of many at once.

extension LiveHost {
    /// A wait for the SAs of one connection.
    private struct Wait {
        var wanted: Establishment
        /// charon's log about it.
        var log: [LogLine] = []
        /// When charon is reminded of children that it has forgotten; nil when it has been.
        var reminder: ContinuousClock.Instant?
        /// When a refusal is taken for the last word; nil while there is none.
        var verdict: ContinuousClock.Instant?
        var result: Result<Void, any Error>?
    }

    /// Waits until charon has installed the children's SAs and the kernel shows them with the links' ids.
    ///
    /// - Parameter wanted: the connections, which are waited for together.
    /// - Returns: what came of each: `NegotiationError` when the peer refused, or did not answer in time.
    /// - Throws: `ViciError`, `NetlinkError`, `Interruption.Interrupted`.
    mutating func establish(_ wanted: [Establishment]) throws -> [Result<Void, any Error>] {
        if listener == nil || wanted.contains(where: \.initiates) { try listen() }
        for connection in wanted where connection.initiates {
            try awaitTurn(of: connection.connection, with: connection.peers)
            for child in connection.children {
                try charon().initiate(child: child, ike: connection.connection, patience: .none, deadline: Self.soon)
            }
        }
        defer {
            listener?.close()
            (listener, heard) = (nil, [])
        }
        let end = ContinuousClock.now + patience
        var waits = wanted.map { wanted in
            Wait(wanted: wanted, reminder: wanted.initiates ? nil : .now + forgetfulness)
        }
        for event in heard { take(event, into: &waits) }
        // While charon negotiates it is asked only when it tells of an SA, and now and then.
        var nextLook = ContinuousClock.now
        while true {
            try Interruption.check()
            var now = ContinuousClock.now
            if now >= nextLook {
                try noteInstalled(&waits)
                now = .now
                nextLook = now + .milliseconds(250)
            }
            for index in waits.indices where waits[index].result == nil {
                try look(at: &waits[index], now: now, end: end)
            }
            if waits.allSatisfy({ $0.result != nil }) { return waits.compactMap(\.result) }
            var deadline = min(end, nextLook)
            while let event = try listener?.next(deadline: deadline) {
                take(event, into: &waits)
                if event.logLine == nil { nextLook = now }
                // What has come by now needs no look of its own.
                deadline = .now
                if deadline >= now + .milliseconds(250) { break }
            }
        }
    }

    /// Ends the IKE_SAs of a connection with a CHILD_SA that charon has and the kernel has not.
    ///
    /// - Throws: `ViciError`, `NetlinkError`.
    mutating func endDead(of connection: String) throws {
        for sa in try dead(of: connection) {
            guard let id = sa.uniqueID else { continue }
            _ = try charon().terminate(.ikeID(id), force: true, patience: .upTo(.seconds(1)), deadline: Self.soon)
        }
    }

    private mutating func dead(of connection: String) throws -> [IKESA] {
        var dead: [IKESA] = []
        // Twice, as a rekeying may come between the look at charon and that at the kernel.
        for _ in 1...2 {
            let sas = try charon().sas(Session.SAFilter(ike: connection), deadline: Self.soon)
            let installed = sas.flatMap(\.children).filter { $0.state == .installed }
            guard !installed.isEmpty else { return [] }
            let kernel = try KernelTransforms()
            dead = sas.filter { sa in sa.children.contains { $0.state == .installed && !kernel.has($0) } }
            guard !dead.isEmpty else { return [] }
        }
        return dead
    }

    /// Ends a wait that has lasted long enough, and reminds charon of what it may have forgotten.
    private mutating func look(
        at wait: inout Wait, now: ContinuousClock.Instant, end: ContinuousClock.Instant
    ) throws {
        if let time = wait.reminder, now >= time {
            wait.reminder = nil
            try initiateForgotten(wait.wanted.children, of: wait.wanted.connection)
        }
        guard now >= end || wait.verdict.map({ now >= $0 }) ?? false else { return }
        wait.result = .failure(
            NegotiationError(
                wait.wanted, cause: NegotiationFailure(log: wait.log), waited: now >= end ? patience : nil))
    }

    private func take(_ event: Vici.Event, into waits: inout [Wait]) {
        guard let line = event.logLine else { return }
        // A line that names no connection belongs to the only one there is.
        for index in waits.indices
        where line.connection == waits[index].wanted.connection || (line.connection == nil && waits.count == 1) {
            waits[index].log.append(line)
            talk("\(line)")
            // charon does not try again after a refusal; the peer may still come by itself within a moment.
            if waits[index].verdict == nil, NegotiationFailure(log: [line]).isFinal {
                waits[index].verdict = .now + .seconds(1)
            }
        }
    }

    /// Ends the waits for SAs that are there.
    private mutating func noteInstalled(_ waits: inout [Wait]) throws {
        let open = waits.indices.filter { waits[$0].result == nil }
        guard !open.isEmpty else { return }
        let filter = open.count == 1 ? Session.SAFilter(ike: waits[open[0]].wanted.connection) : Session.SAFilter()
        let sas = try charon().sas(filter, deadline: Self.soon)
        let children = Dictionary(grouping: sas.flatMap { sa in sa.children.map { (sa.name, $0) } }, by: \.0)
        var complete: [(index: Int, children: [ChildSA])] = []
        for index in open {
            let wanted = waits[index].wanted
            let there = (children[wanted.connection] ?? []).map(\.1)
                .filter { $0.state == .installed && $0.binding == wanted.binding }
            guard wanted.children.allSatisfy({ child in there.contains { $0.name == child } }) else { continue }
            complete.append((index, there))
        }
        guard !complete.isEmpty else { return }
        // The id must be on policies both ways, and the states be there.
        let kernel = try KernelTransforms()
        for (index, there) in complete
        where kernel.hasPolicies(bearing: waits[index].wanted.binding) && kernel.hasStates(of: there) {
            waits[index].result = .success(())
        }
    }
}

/// charon could not establish a tunnel's SAs.
public struct NegotiationError: Error, Sendable, CustomStringConvertible {
    /// The connection.
    public let connection: String
    /// The peer's addresses or names; empty when it may be anywhere.
    public let peers: [String]
    /// Why, with charon's own line.
    public let reason: String
    /// How long it was waited for; nil when charon gave up before.
    public let waited: Duration?

    fileprivate init(_ wanted: Establishment, cause: NegotiationFailure, waited: Duration?) {
        connection = wanted.connection
        peers = wanted.peers
        reason = "\(cause)"
        self.waited = waited
    }

    /// One sentence for a person.
    public var description: String {
        let time = waited.map { " within \($0.components.seconds) s" } ?? ""
        let peer = peers.isEmpty ? "" : " with \(peers.joined(separator: ", "))"
        return "\(connection) was not established\(peer)\(time): \(reason)"
    }
}

extension NegotiationFailure {
    /// Whether charon gives up at this, so that waiting on is of no use.
    var isFinal: Bool {
        switch self {
        case .authenticationFailed, .noSharedKey, .macMismatch, .noProposalChosen, .trafficSelectorsUnacceptable: true
        case .peerSilent, .unresolvable, .alreadyEstablished, .other: false
        }
    }
}
