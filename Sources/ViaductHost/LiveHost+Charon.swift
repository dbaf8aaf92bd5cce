internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

/// How long charon may take for commands that need no peer.
private let answerTime = Duration.seconds(30)
/// After what time children that charon is not busy with are taken for forgotten.
let forgetfulness = Duration.seconds(3)

extension LiveHost {
    /// Until when charon has to have answered one command that is sent now.
    static var soon: ContinuousClock.Instant { .now + answerTime }

    /// The session with charon, opened when there is none.
    mutating func charon() throws(ViciError) -> Session {
        if let session, session.isOpen { return session }
        let opened = try Session(path: viciPath, deadline: Self.soon)
        session = opened
        return opened
    }

    /// Runs a removal from charon; when charon itself is gone, what it held is gone too.
    mutating func unlessGone(
        _ body: (inout LiveHost) throws -> Void, otherwise: (borrowing LiveHost) throws -> Void = { _ in }
    ) throws {
        do {
            do {
                try body(&self)
            } catch let error as ViciError where error.isBrokenOff {
                // Whether charon has ended, or only the connection to it, a new one tells.
                session = nil
                try body(&self)
            }
        } catch let error as ViciError {
            // One that breaks off a second connection, too, is on its way out.
            if case .notRunning = error {} else if !error.isBrokenOff { throw error }
            session = nil
            try otherwise(self)
        }
    }

    mutating func load(_ secret: ConnectionSecret) throws {
        switch secret {
        case .preshared(let name, let owners, let source):
            guard let key = restored?.sharedKey(named: name) ?? secrets[source] else {
                throw MissingSecret(reference: source)
            }
            var bytes = key.reveal { Array($0) }
            defer { bytes.wipe() }
            try charon().loadShared(id: name, type: .ike, data: bytes, owners: owners, deadline: Self.soon)
        case .privateKey(let path):
            _ = try charon().loadKey(data: try DiskFile(path: path).read(), deadline: Self.soon)
        }
    }

    mutating func unload(_ secret: ConnectionSecret) throws {
        switch secret {
        case .preshared(let name, _, _): try charon().unloadShared(id: name, deadline: Self.soon)
        case .privateKey(let path):
            // charon names keys by a hash that it alone computes: loading the key again tells it.
            let id = try charon().loadKey(data: try DiskFile(path: path).read(), deadline: Self.soon)
            try charon().unloadKey(id: id, deadline: Self.soon)
        }
    }

    mutating func load(_ pool: ViaductCore.AddressPool) throws {
        try charon().loadPool(
            pool.name, Message([("addrs", .text("\(pool.addresses)"))]), deadline: Self.soon)
    }

    mutating func unload(_ pool: ViaductCore.AddressPool) throws {
        guard try charon().pools(deadline: Self.soon).contains(where: { $0.name == pool.name }) else { return }
        try charon().unloadPool(pool.name, deadline: Self.soon)
    }

    /// Loads a connection, and sees to it that SAs of the one it replaces end.
    mutating func load(_ connection: ViaductCore.Connection, replacing old: ViaductCore.Connection?) throws {
        // Listening begins before, so that no line about the negotiation is missed.
        if listener == nil { try listen() }
        // What charon is negotiating would come on top of what it begins when the connection is replaced.
        if old != nil { try awaitRest(of: connection.name) }
        if old == nil, connection.startsByItself { try awaitTurn(of: connection.name, with: connection.peers) }
        let before = old == nil ? [] : try children(of: connection.name).compactMap(\.uniqueID)
        try charon().loadConnection(connection.name, try connection.tree.message(), deadline: Self.soon)
        if !before.isEmpty {
            if !connection.startsByItself { try terminate(connection.name) }
            // charon ends what it must by itself, a moment later; SAs that are still there then are not affected.
            let deadline = ContinuousClock.now + .seconds(2)
            while ContinuousClock.now < deadline {
                let now = Set(try children(of: connection.name).compactMap(\.uniqueID))
                if now.isDisjoint(with: before) { break }
                pause()
            }
        }
        // A connection that comes back was up, and nobody waits for its SAs any more.
        if old != nil, restored != nil, connection.startsByItself { try startAgain(connection) }
    }

    /// Waits for a moment until charon has come to the end of what it is doing for a connection.
    private mutating func awaitRest(of connection: String) throws {
        let deadline = ContinuousClock.now + forgetfulness
        while try ContinuousClock.now < deadline && !isAtRest(connection) { pause() }
    }

    /// Whether charon is not busy with any IKE_SA of a connection.
    private mutating func isAtRest(_ connection: String) throws -> Bool {
        try charon().sas(Session.SAFilter(ike: connection), deadline: Self.soon).allSatisfy { sa in
            sa.state == .established && (sa.queuedTasks + sa.activeTasks + sa.passiveTasks).isEmpty
        }
    }

    /// Sees to it that the children of a connection which starts by itself come about.
    private mutating func startAgain(_ connection: ViaductCore.Connection) throws {
        let deadline = ContinuousClock.now + forgetfulness
        while ContinuousClock.now < deadline {
            let there = Set(try children(of: connection.name).filter { $0.state == .installed }.map(\.name))
            if there.isSuperset(of: connection.children) { return }
            pause()
        }
        try initiateForgotten(connection.children, of: connection.name)
    }

    /// Initiates children that charon has forgotten: it starts them by itself when their connection is loaded, and one that
    /// it starts while the SAs of an earlier form of the connection end may end with those.
    mutating func initiateForgotten(_ children: [String], of connection: String) throws {
        guard try isAtRest(connection) else { return }
        let there = Set(try self.children(of: connection).map(\.name))
        for child in children where !there.contains(child) {
            try charon().initiate(child: child, ike: connection, patience: .none, deadline: Self.soon)
        }
    }

    mutating func unload(_ connection: ViaductCore.Connection) throws {
        let session = try charon()
        if try session.connectionNames(deadline: Self.soon).contains(connection.name) {
            try session.unloadConnection(connection.name, deadline: Self.soon)
        }
        // Traps that a close or dead peer action installed are not charon's to remove with the connection.
        for trap in try session.policies([.trap], ike: connection.name, deadline: Self.soon) {
            do {
                try session.uninstall(child: trap.child, ike: connection.name, deadline: Self.soon)
            } catch .refused { continue }
        }
        try terminate(connection.name)
        try sweepUnused(connection)
    }

    /// Takes away what an earlier charon, which was killed, has left in the kernel for a link that none of this one's SAs uses.
    private mutating func sweepUnused(_ connection: ViaductCore.Connection) throws {
        let living = try charon().sas(deadline: Self.soon).flatMap(\.children)
        // Another peer of the tunnel may still use the link; the last one that goes leaves nothing.
        guard let binding = connection.binding, !living.contains(where: { $0.binding == binding }) else { return }
        try sweep(connection, sparing: Set(living.flatMap { [$0.spiIn, $0.spiOut] }.compactMap { $0 }))
    }

    /// Takes away what a charon that is gone has left in the kernel: policies and states that bear the link's id, and states
    /// that came with them.
    ///
    /// The id is the tunnel's alone, which the planner has made sure of, so nobody else's are touched.
    ///
    /// - Parameters:
    ///   - connection: the connection.
    ///   - living: the SPIs of the charon that runs now, after one that was killed.
    /// - Throws: `NetlinkError` when the kernel refuses.
    func sweep(_ connection: ViaductCore.Connection, sparing living: Set<UInt32> = []) throws {
        guard let binding = connection.binding else { return }
        let xfrm = try NetlinkSocket(.xfrm)
        var requests: [Request] = []
        for policy in try xfrm.policies() where policy.bears(binding) { requests.append(try .delete(policy)) }
        let states = try xfrm.states().filter { !living.contains($0.spi) }
        let own = states.filter { $0.bears(binding) }
        for state in states where state.bears(binding) || own.contains(where: { state.isUnmarkedReturn(of: $0) }) {
            requests.append(try .delete(state))
        }
        for case .failure(let error) in xfrm.perform(requests) where !error.isAlreadyGone { throw error }
    }

    /// Ends every IKE_SA of a connection: with a word to the peer, and without when it does not answer.
    private mutating func terminate(_ name: String) throws {
        let filter = Session.SAFilter(ike: name)
        guard try !charon().sas(filter, deadline: Self.soon).isEmpty else { return }
        var refusal: ViciError?
        do {
            try charon().terminate(.ike(name), force: true, patience: .upTo(.seconds(3)), deadline: Self.soon)
        } catch let error {
            // So says charon when the peer did not confirm in time; it then forgets the SA by itself, a moment later.
            guard case .refused = error else { throw error }
            refusal = error
        }
        let deadline = ContinuousClock.now + .seconds(refusal == nil ? 2 : 10)
        while ContinuousClock.now < deadline {
            if try charon().sas(filter, deadline: Self.soon).isEmpty { return }
            pause()
        }
        if let refusal { throw refusal }
    }

    private mutating func children(of name: String) throws(ViciError) -> [ChildSA] {
        try charon().sas(Session.SAFilter(ike: name), deadline: Self.soon).flatMap(\.children)
    }

    private func pause() { usleep(50_000) }

    /// Begins to listen to charon's log and to the coming and going of SAs.
    mutating func listen() throws(ViciError) {
        listener?.close()
        // Of the negotiations before, nobody is told any more when they end.
        turns = NegotiationTurns()
        listener = try EventStream(path: viciPath, events: [.log, .childUpDown, .ikeUpDown], deadline: Self.soon)
    }
}

extension ChildSA {
    /// What its policies bear, as charon tells; nil when neither if_ids nor marks.
    var binding: Binding? {
        if let ifIDIn, let ifIDOut { return .interfaceIDs(input: ifIDIn, output: ifIDOut) }
        guard let markIn, let markOut else { return nil }
        return .marks(
            input: NetworkModel.Mark(markIn.value, mask: markIn.mask),
            output: NetworkModel.Mark(markOut.value, mask: markOut.mask))
    }
}

extension XFRMState {
    /// Whether the state belongs to a link; a VTI's inbound state bears no mark, so only the outbound one tells.
    fileprivate func bears(_ binding: Binding) -> Bool {
        switch binding {
        case .interfaceIDs(let input, let output): ifID == input || ifID == output
        case .marks(_, let output): mark == output
        }
    }

    /// Whether the state is the inbound one of a VTI, and the other the outbound one of the same CHILD_SA: charon gives both
    /// the same reqid.
    fileprivate func isUnmarkedReturn(of other: XFRMState) -> Bool {
        mark == nil && ifID == 0 && other.mark != nil && requestID == other.requestID && source == other.destination
            && destination == other.source
    }
}

extension XFRMPolicy {
    /// Whether the policy belongs to a link.
    func bears(_ binding: Binding) -> Bool {
        switch (binding, direction) {
        case (.interfaceIDs(_, let output), .output): ifID == output
        case (.interfaceIDs(let input, _), _): ifID == input
        case (.marks(_, let output), .output): mark == output
        case (.marks(let input, _), _): mark == input
        }
    }
}

extension SwanctlTree {
    /// The tree as charon takes it over VICI.
    ///
    /// - Throws: `FileError` when a certificate cannot be read.
    fileprivate func message() throws -> Message {
        var message = Message()
        for entry in entries {
            switch entry.node {
            case .text(let text): message.append(.text(text), named: entry.name)
            case .list(let items): message.append(.texts(items), named: entry.name)
            case .section(let tree): message.append(.section(try tree.message()), named: entry.name)
            case .certificates(let paths):
                let contents = try paths.map { try DiskFile(path: "\($0)").read() }
                message.append(.list(contents), named: entry.name)
            case .secret: continue
            }
        }
        return message
    }
}
