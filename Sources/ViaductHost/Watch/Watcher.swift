internal import Glibc
internal import Netlink
internal import NetworkModel
public import ViaductCore
internal import Vici

/// Follows what happens on the machine, and makes tunnels again what `up` made them.
///
/// One thread waits for everything at once (poll(2)): the kernel's changes in each namespace that tunnels are in, charon's
/// events, files that come and go, the clock, and signals. What it hears only tells when to look; what is to be done the
/// planner finds out.
public final class Watcher {
    private let operations: Operations
    /// The tunnels to look after; nil for all.
    private let names: Set<TunnelName>?
    /// How often it looks although nothing happens.
    private let interval: Duration
    private let manager: ServiceManager
    private let say: (WatchNotice) -> Void

    private let signals: SignalSource
    private var clock: ClockSource
    private var folders: FolderSource
    private let transforms: KernelSource
    private var networks: [NamespaceName?: KernelSource]
    private var charon: EventStream?
    private var charonRetry: ContinuousClock.Instant?
    private var isCharonMissed = false

    private var tunnels: [TunnelName: Followed] = [:]
    private var gathering = Gathering()
    private var nextLook: ContinuousClock.Instant
    private var hasSlept = false

    /// Begins to listen, before anything is looked at.
    ///
    /// - Parameters:
    ///   - operations: the work, with `show` called for each step of a repair.
    ///   - names: the tunnels to look after, as far as they are up; nil for all.
    ///   - interval: how often to look although nothing happens.
    ///   - manager: the service manager.
    ///   - say: called with what a person is to be told.
    /// - Throws: `NetlinkError`, `FileError`, `Privilege.Missing`.
    public init(
        _ operations: Operations, names: Set<TunnelName>?, interval: Duration = .seconds(60),
        manager: ServiceManager = .current, say: @escaping (WatchNotice) -> Void
    ) throws {
        try Privilege.requireNetworkAdministration(for: "watch")
        self.operations = operations
        self.names = names
        self.interval = interval
        self.manager = manager
        self.say = say
        signals = try SignalSource([SIGINT, SIGTERM, SIGHUP])
        clock = try ClockSource()
        let snippets = "\(ConfigurationPath.root)/\(ConfigurationPath.Folder.snippets.rawValue)"
        // The last thing that `up` does is to write in the journal that the tunnel is up.
        folders = try FolderSource([snippets, operations.library.directory, Journal.defaultPath])
        transforms = try KernelSource(.xfrm)
        networks = [nil: try KernelSource(.route)]
        nextLook = .now
    }

    /// Works until SIGTERM or SIGINT comes; tunnels stay as they are then.
    ///
    /// - Throws: `NetlinkError` when a socket fails; `FileError` when the journal cannot be read.
    public func run() throws {
        connect()
        manager.tell("READY=1")
        defer { manager.tell("STOPPING=1") }
        while true {
            manager.tell("WATCHDOG=1")
            do {
                if try look() { continue }
            } catch let interruption as Interruption.Interrupted {
                guard interruption.signal == SIGHUP else { return }
                hurry()
                continue
            }
            try waitForEvents()
            while let signal = signals.next() {
                guard signal == SIGHUP else { return }
                hurry()
            }
        }
    }

    // MARK: - Looking

    /// Looks after the tunnels whose time has come.
    ///
    /// - Returns: whether there were any.
    private func look() throws -> Bool {
        let now = ContinuousClock.now
        let isNew = gathering.due.map { now >= $0 } ?? false
        let isDue = now >= nextLook
        guard isNew || isDue || tunnels.values.contains(where: { $0.retry.map { now >= $0 } ?? false }) else {
            return false
        }
        if isNew { gathering.clear() }
        if isDue { nextLook = now + interval }
        folders.attach()
        try follow(try Journal().records())
        let proves = hasSlept
        hasSlept = false
        for name in tunnels.keys.sorted() {
            guard var tunnel = tunnels[name] else { continue }
            if isNew || isDue { tunnel.isPending = true }
            let hasTime = tunnel.retry.map { now >= $0 } ?? false
            if tunnel.isPending || hasTime { try tend(&tunnel, isNew: isNew, proves: proves) }
            tunnels[name] = tunnel
        }
        let troubled = tunnels.values.count { !$0.isSound }
        let charonState = charon == nil ? ", charon does not answer" : ""
        manager.tell("STATUS=\(tunnels.count) followed, \(troubled) not as brought up\(charonState)")
        return true
    }

    /// Looks after one tunnel, unless it has to wait after an attempt.
    private func tend(_ tunnel: inout Followed, isNew: Bool, proves: Bool) throws {
        let now = ContinuousClock.now
        if let next = tunnel.next(isNew: isNew), next > now {
            tunnel.retry = next
            return
        }
        (tunnel.isPending, tunnel.retry) = (false, nil)
        manager.tell("WATCHDOG=1")
        let scope = RepairScope(
            hasCharon: charon != nil, negotiates: tunnel.negotiates(at: now, isNew: isNew), proves: proves)
        do {
            let outcome = try operations.repair(tunnel.name, scope: scope)
            let end = ContinuousClock.now
            switch outcome {
            // The list of records tells that it is gone.
            case .released: gathering.note(at: end)
            case .busy: tunnel.noteBusy(at: end)
            case .edited(let path): tunnel.noteEdit(path).forEach(say)
            case .looked(let repair): tunnel.note(repair, at: end).forEach(say)
            }
        } catch let interruption as Interruption.Interrupted {
            throw interruption
        } catch {
            tunnel.note(error, at: .now).forEach(say)
        }
    }

    /// Takes up the tunnels that are up, and lets go of those that are not any more.
    private func follow(_ records: [Record]) throws {
        var places: Set<NamespaceName?> = [nil]
        var present: Set<TunnelName> = []
        for record in records where record.stamp != nil && !record.isEmpty {
            guard let name = TunnelName(record.tunnel), names?.contains(name) ?? true else { continue }
            present.insert(name)
            places.insert(record.namespace)
            if tunnels[name] == nil {
                tunnels[name] = Followed(name)
                say(.following(name))
            }
            tunnels[name]?.connections = Set(record.connections.map(\.name))
        }
        for name in tunnels.keys.sorted() where !present.contains(name) {
            tunnels[name] = nil
            say(.released(name))
        }
        networks = networks.filter { places.contains($0.key) }
        for place in places.compactMap(\.self) where networks[place] == nil {
            do throws(NetlinkError) {
                networks[place] = try KernelSource(.route, in: .named(place.text))
            } catch {
                // When it is gone, the look at the tunnel says so.
                guard error.code == ENOENT else { throw error }
            }
        }
    }

    private func hurry() {
        for name in tunnels.keys { tunnels[name]?.hurry() }
        nextLook = .now
    }

    // MARK: - charon

    /// Begins to listen to charon; when it does not answer, that is tried again and again.
    private func connect() {
        do {
            let stream = try EventStream(
                path: operations.viciPath, events: [.ikeUpDown, .childUpDown, .log], deadline: .now + .seconds(5))
            charon = stream
            charonRetry = nil
            if isCharonMissed { say(.charonBack) }
            isCharonMissed = false
            gathering.note(at: .now)
        } catch {
            charonRetry = .now + .milliseconds(500)
            miss()
        }
    }

    private func miss() {
        charon = nil
        if !isCharonMissed { say(.charonGone) }
        isCharonMissed = true
    }

    /// Takes what charon has told, and tells whether it may concern a tunnel.
    private func drainCharon() -> Bool {
        let connections = tunnels.values.reduce(into: Set<String>()) { $0.formUnion($1.connections) }
        var isRelevant = false
        do {
            while let event = try charon?.next(deadline: .now) {
                if let line = event.logLine {
                    // So charon tells that its connections change, for which it has no event.
                    isRelevant =
                        isRelevant
                        || ["added", "updated", "replaced", "removed"].contains { word in
                            line.text.hasPrefix("\(word) vici connection")
                        }
                } else {
                    isRelevant = isRelevant || event.sas.contains { connections.contains($0.name) }
                }
            }
            return isRelevant
        } catch {
            miss()
            charonRetry = .now + .milliseconds(100)
            return true
        }
    }

    // MARK: - Waiting

    /// Waits until something happens or a time has come, and notes what may concern a tunnel.
    private func waitForEvents() throws {
        let sources = networks.values.map { $0 }
        var entries = [signals.descriptor, clock.descriptor, folders.descriptor, transforms.descriptor].map(Self.entry)
        entries += sources.map { Self.entry($0.descriptor) }
        // A negative descriptor is passed over.
        entries.append(Self.entry(charon?.descriptor ?? -1))
        let count = poll(&entries, nfds_t(entries.count), milliseconds(until: wakeUp))
        guard count >= 0 || errno == EINTR else { throw FileError("wait for", "events") }
        if let charonRetry, ContinuousClock.now >= charonRetry { connect() }
        guard count > 0 else { return }
        let ready = entries.map { $0.revents != 0 }
        var isRelevant = false
        if ready[1] { isRelevant = noteClock() || isRelevant }
        if ready[2] {
            let isOurs = { (name: String) in
                name.hasPrefix("viaduct-") || name.hasSuffix(".yaml") || name.hasSuffix(".json")
            }
            isRelevant = folders.names().contains(where: isOurs) || isRelevant
        }
        let peers = tunnels.values.reduce(into: Set<IPAddress>()) { $0.formUnion($1.peers) }
        if ready[3] { isRelevant = try transforms.drain { $0.mayConcern(peers) } || isRelevant }
        for (source, isReady) in zip(sources, ready[4...]) where isReady {
            isRelevant = try source.drain { $0.mayConcern(peers) } || isRelevant
        }
        if ready[ready.count - 1] { isRelevant = drainCharon() || isRelevant }
        if isRelevant { gathering.note(at: .now) }
    }

    private func noteClock() -> Bool {
        let wasSet = clock.wasSet()
        guard let sleep = clock.slept() else { return wasSet }
        hasSlept = true
        say(.resumed(sleep))
        hurry()
        return true
    }

    /// When there is something to do although nothing happens.
    private var wakeUp: ContinuousClock.Instant {
        var times = [nextLook] + [gathering.due, charonRetry].compactMap(\.self)
        times += tunnels.values.compactMap(\.retry)
        if let watchdog = manager.watchdog { times.append(.now + watchdog) }
        return times.min() ?? nextLook
    }

    private static func entry(_ descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    /// The time left for poll(2), rounded up.
    private func milliseconds(until time: ContinuousClock.Instant) -> Int32 {
        let left = max(.zero, ContinuousClock.now.duration(to: time))
        return Int32(min(left, .seconds(3600)) / .milliseconds(1)) + 1
    }
}

extension Netlink.Event {
    /// Whether the change may concern a tunnel whose peers are there.
    ///
    /// A machine may have a hundred thousand routes, of which a routing daemon changes some every moment: only ours count,
    /// and those that lead to peers.
    fileprivate func mayConcern(_ peers: Set<IPAddress>) -> Bool {
        switch self {
        case .link(let link, _): link.link.name.text != "viaduct-probe"
        case .address, .rule, .flushed, .lost: true
        case .route(let route, _):
            route.origin == Ownership.origin || peers.contains { route.destination.contains($0) }
        case .policy(let policy, let change): change == .removed && (policy.ifID != 0 || policy.mark != nil)
        case .stateExpired(_, let isHard): isHard
        case .state, .stateWanted: false
        }
    }
}
