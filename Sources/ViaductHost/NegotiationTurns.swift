internal import ViaductCore
internal import Vici

/// The negotiations that a command has begun, so that no peer is asked for more at once than it takes.
///
/// A charon that answers asks an address with three half-open IKE_SAs for cookies, which may go wrong for many at once
/// (strongswan.conf `charon.cookie_threshold_ip`), and drops what comes beyond five (`charon.block_threshold`); who began it
/// tries again only seconds later.
struct NegotiationTurns {
    /// How many may be under way with one peer.
    private static let limit = 3
    /// How long it is waited for a turn: longer than charon's first repetition takes to come (`charon.retransmit_timeout`, 4 s).
    static let patience = Duration.seconds(6)

    /// The connections whose IKE_SAs are not there yet, by the peer's addresses or names.
    private var underWay: [[String]: Set<String>] = [:]
    /// The peer of each of them.
    private var peers: [String: [String]] = [:]
    /// Peers that were waited for in vain.
    private var silent: Set<[String]> = []

    /// Whether another negotiation with a peer has to wait.
    func isFull(for peer: [String]) -> Bool {
        !silent.contains(peer) && (underWay[peer]?.count ?? 0) >= Self.limit
    }

    /// Notes that a negotiation begins; nothing of a peer that may be anywhere.
    mutating func begin(_ connection: String, with peer: [String]) {
        guard !peer.isEmpty else { return }
        peers[connection] = peer
        underWay[peer, default: []].insert(connection)
    }

    /// Notes that nothing comes of the negotiations with a peer: nobody waits for them until one comes to an end after all.
    mutating func giveUp(on peer: [String]) { silent.insert(peer) }

    /// Notes which negotiations have come to an end.
    mutating func note(_ event: Vici.Event) {
        if let line = event.logLine {
            if let connection = line.connection, NegotiationFailure(log: [line]).isFinal { end(connection) }
        } else {
            for sa in event.sas { end(sa.name) }
        }
    }

    private mutating func end(_ connection: String) {
        guard let peer = peers.removeValue(forKey: connection) else { return }
        underWay[peer]?.remove(connection)
        silent.remove(peer)
    }
}

extension LiveHost {
    /// Waits until a negotiation may begin, which is noted; a peer that does not answer is waited for once.
    ///
    /// What charon tells meanwhile is kept in `heard`.
    ///
    /// - Parameters:
    ///   - connection: the connection.
    ///   - peer: the peer's addresses or names.
    /// - Throws: `ViciError`, `Interruption.Interrupted`.
    mutating func awaitTurn(of connection: String, with peer: [String]) throws {
        let end = ContinuousClock.now + NegotiationTurns.patience
        while turns.isFull(for: peer) {
            try Interruption.check()
            let now = ContinuousClock.now
            guard now < end else {
                turns.giveUp(on: peer)
                break
            }
            guard let event = try listener?.next(deadline: min(end, now + .milliseconds(250))) else { continue }
            turns.note(event)
            heard.append(event)
        }
        turns.begin(connection, with: peer)
    }
}
