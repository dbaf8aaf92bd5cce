internal import Glibc
internal import Netlink
internal import NetworkModel
public import ViaductCore
internal import Vici

/// This machine: the one place where a step meets the kernel, charon, a file or /proc/sys.
public struct LiveHost: ~Copyable, Host {
    let viciPath: String
    let journal: Journal
    /// The lock of the machine, held; nil when nothing is changed.
    let lock: MachineLock?
    /// How long to wait for SAs.
    let patience: Duration
    /// Called with lines for a person, as charon's log while it negotiates.
    let talk: (String) -> Void
    /// Called with what a person must know although all was done.
    let caution: (String) -> Void
    /// The secrets of the tunnels at hand; needed when their files and secrets are written.
    var secrets: [SecretReference: Secret] = [:]
    /// The tunnels' files as they were when the machine was first looked at.
    var former: FormerFiles?
    /// What processes that were killed have left of swanctl's files; nil until it matters.
    ///
    /// While the machine's lock is held there are no new ones.
    private var drafts: [TunnelName: [String]]?
    /// Whether what is done brings back what was there before.
    private var isUndoing = false
    /// The certificates and keys of the tunnels at hand, as far as they were read.
    var sources: [FileSource: Secret] = [:]

    /// The namespace of links and routes; nil means this process's.
    let namespace: NamespaceName?
    var routing: NetlinkSocket
    var interfaces = InterfaceTable()
    /// What was made ready to be sent, the next last.
    var ready: [Draft] = []
    var session: Session?
    var listener: EventStream?
    /// What the listener has told and nobody has looked at yet.
    var heard: [Vici.Event] = []
    var turns = NegotiationTurns()

    /// Opens the sockets to the kernel; charon's is opened when it is first needed.
    ///
    /// - Parameters:
    ///   - journal: where records go.
    ///   - lock: the lock of the machine, held, which is let go while a peer or a hook is waited for; nil when nothing is
    ///     to be changed.
    ///   - viciPath: charon's socket.
    ///   - patience: how long to wait for SAs.
    ///   - talk: called with lines for a person.
    ///   - caution: called with what a person must know although all was done.
    /// - Throws: `NetlinkError`.
    public init(
        journal: Journal, lock: MachineLock? = nil, viciPath: String = Self.usualViciPath,
        patience: Duration = .seconds(30), talk: @escaping (String) -> Void = { _ in },
        caution: @escaping (String) -> Void = { _ in }
    ) throws {
        try self.init(
            journal: journal, lock: lock, viciPath: viciPath, patience: patience, talk: talk, caution: caution,
            namespace: nil)
    }

    private init(
        journal: Journal, lock: MachineLock?, viciPath: String, patience: Duration, talk: @escaping (String) -> Void,
        caution: @escaping (String) -> Void, namespace: NamespaceName?
    ) throws {
        self.namespace = namespace
        self.journal = journal
        self.lock = lock
        self.viciPath = viciPath
        self.patience = patience
        self.talk = talk
        self.caution = caution
        routing = try NetlinkSocket(.route, in: namespace.map { .named($0.text) } ?? .current)
    }

    /// The same machine, with its links, addresses, routes, rules and settings taken from another namespace.
    func inside(_ namespace: NamespaceName) throws -> LiveHost {
        try LiveHost(
            journal: journal, lock: lock, viciPath: viciPath, patience: patience, talk: talk, caution: caution,
            namespace: namespace)
    }

    /// Where charon's socket is unless strongswan.conf says otherwise (`charon.plugins.vici.socket`).
    public static let usualViciPath = Session.defaultPath

    /// Makes one change.
    ///
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`, `NegotiationError`, and `Interruption.Interrupted` while it waits
    ///   for SAs; in `InDoubt` when it may have been made all the same.
    public mutating func perform(_ step: Step) throws {
        do {
            try attempt(step)
        } catch {
            throw Self.leavesDoubt(error) ? InDoubt(error) : error
        }
    }

    /// Whether a change that failed so may have been made.
    static func leavesDoubt(_ error: any Error) -> Bool {
        switch error {
        case let error as NetlinkError: error.isUnanswered
        case let error as FileError: error.mayBeDone
        // Of what was asked of charon in several commands, the first ones may have been obeyed.
        case let error as ViciError: !error.isUnreachable
        default: false
        }
    }

    private mutating func attempt(_ step: Step) throws {
        switch step {
        case .within(let namespace, let step):
            var inside = try inside(namespace)
            try inside.perform(step)
        case .addLink(let link): try add(link)
        case .removeLink(let link):
            guard let namespace = link.namespace else { return try remove(link) }
            if try routing.links().contains(where: { link.isStray($0.link) }) { try remove(link) }
            var inside = try inside(namespace)
            try inside.remove(link)
        case .changeKind(let name, from: _, to: let kind):
            interfaces = InterfaceTable(try routing.links())
            guard let index = interfaces[name] else { throw FileError("change", name.text, code: ENODEV) }
            let link = Link(name: name, kind: kind)
            try routing.perform(Request.changeKind(ofLink: index, to: link, interfaces: interfaces))
        case .changeLink, .addAddress, .addRoute, .addRule: try routing.perform(try request(for: step))
        case .removeAddress, .removeRoute, .removeRule:
            try removing { host throws in try host.routing.perform(try host.request(for: step)) }
        case .setSysctl(let change): try Sysctl.set(change.key, to: change.to, in: namespace)
        case .writeFile(let file, replacing: _): try write(file)
        case .removeFile(let file): try DiskFile(path: "\(file.path)").remove()
        case .loadSecret(let secret): try load(secret)
        case .unloadSecret(let secret): try unlessGone { host throws in try host.unload(secret) }
        case .addClamp(let clamp): try firewall().perform(together: Request.adding(clamp))
        case .removeClamp(let clamp):
            try removing { host throws in
                try host.firewall().perform(together: [Request.delete(clamp.table)])
            }
        case .runHooks(let run):
            try aside { _ throws in
                for hook in run.hooks { try HookProgram.run(hook, assignments: run.assignments) }
            }
        case .loadPool(let pool): try load(pool)
        case .unloadPool(let pool): try unlessGone { host throws in try host.unload(pool) }
        case .loadConnection(let connection, let old): try load(connection, replacing: old)
        case .unloadConnection(let connection):
            try unlessGone({ host throws in try host.unload(connection) }, otherwise: { try $0.sweep(connection) })
        case .endSAs(of: let connection): try endDead(of: connection)
        case .establish(let wanted):
            try aside { host throws in try host.establish([wanted]).forEach { try $0.get() } }
        case .probe(let probe): try aside { host throws in try host.prove(probe) }
        }
    }

    /// From now on what is written and handed to charon is what was there when the machine was first looked at.
    public mutating func beginUndo() { isUndoing = true }

    /// From now on it is again what specs ask for.
    public mutating func endUndo() { isUndoing = false }

    /// What was there in the place of a file or secret, when it is to be brought back.
    var restored: FormerFiles? { isUndoing ? former : nil }

    /// Ends the work between two steps when a signal asks for it.
    ///
    /// - Throws: `Interruption.Interrupted`.
    public func checkForInterruption() throws { try Interruption.check() }

    /// Writes the journal.
    ///
    /// - Throws: `FileError`.
    public mutating func save(_ record: Record) throws { try journal.save(record) }

    /// What the journals of all other tunnels claim.
    ///
    /// - Throws: `FileError`.
    public func claims(besides record: Record) throws -> [Step] {
        try journal.sharers(besides: record.tunnel).flatMap(\.claims)
    }

    /// Removes a tunnel's journal, and the drafts of files that a process which was killed has left: there may be secrets in
    /// them.
    ///
    /// - Throws: `FileError`.
    public mutating func forget(_ record: Record) throws {
        if let tunnel = TunnelName(record.tunnel) {
            if drafts == nil { drafts = try Self.draftsOnDisk() }
            for draft in drafts?.removeValue(forKey: tunnel) ?? [] { try DiskFile(path: draft).discard() }
        }
        try journal.forget(record)
    }

    /// The drafts of swanctl's files that are there, by the tunnels whose they are.
    private static func draftsOnDisk() throws -> [TunnelName: [String]] {
        var drafts: [TunnelName: [String]] = [:]
        for folder in ConfigurationPath.Folder.allCases {
            let place = "\(ConfigurationPath.root)/\(folder.rawValue)"
            for draft in try Folder(path: place).names() where draft.hasPrefix(".") && draft.hasSuffix(".new") {
                let path = ConfigurationPath(folder, String(draft.dropFirst().dropLast(".new".count)))
                guard let tunnel = Ownership.tunnel(ofFile: path) else { continue }
                drafts[tunnel, default: []].append("\(place)/\(draft)")
            }
        }
        return drafts
    }

    /// Waits for somebody, a peer or a hook, while others may use the machine.
    mutating func aside(_ body: (inout LiveHost) throws -> Void) throws {
        guard let lock else { return try body(&self) }
        // Links may go and come meanwhile.
        defer { (interfaces, drafts) = (InterfaceTable(), nil) }
        try lock.withoutLock { try body(&self) }
    }

    /// A socket to the firewall of this host's namespace.
    func firewall() throws(NetlinkError) -> NetlinkSocket {
        try NetlinkSocket(.netfilter, in: namespace.map { .named($0.text) } ?? .current)
    }

    /// Makes a link, and moves it where it shall be.
    ///
    /// One that was made and could not be moved, or was left here by a process that was killed in between, is in doubt.
    private mutating func add(_ link: Link) throws {
        let links = try routing.links()
        interfaces = InterfaceTable(links)
        if !links.contains(where: { link.isStray($0.link) }) {
            try routing.perform(Request.add(link, interfaces: interfaces))
        }
        do {
            try place(link)
        } catch {
            throw InDoubt(error)
        }
    }

    /// Sees to it that a link which was made here is where it shall be.
    private mutating func place(_ link: Link) throws {
        interfaces = InterfaceTable(try routing.links())
        guard let namespace = link.namespace else { return }
        try NetworkNamespace.named(namespace.text).withDescriptor { (descriptor) throws(NetlinkError) in
            try routing.perform(Request.change(.name(link.name), Netlink.LinkChange(namespace: descriptor)))
        }
    }

    /// Removes a link, unless it has gone and somebody has made another of its name.
    private mutating func remove(_ link: Link) throws {
        let links = try routing.links()
        interfaces = InterfaceTable(links)
        guard let index = interfaces[link.name],
            links.contains(where: { $0.link.name == link.name && $0.link.kind.isSame(as: link.kind) })
        else { return }
        try removing { host throws in try host.routing.perform(Request.deleteLink(index: index, name: link.name)) }
        interfaces.remove(index: index)
    }

    /// Sees to it that an interface's index is known.
    mutating func know(_ name: InterfaceName?) throws {
        guard let name, interfaces[name] == nil else { return }
        interfaces = InterfaceTable(try routing.links())
    }

    /// Runs a removal; that the object is gone already is as good.
    private mutating func removing(_ body: (inout LiveHost) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as NetlinkError where error.isAlreadyGone || error.isMissingInterface {
            return
        }
    }

    private func write(_ file: ConfigurationFile) throws {
        let bytes: Secret
        let isText: Bool
        switch file.content {
        case .copy(of: let source):
            let copied = try restored?[file.path] ?? sources[source] ?? source.read(isSecret: file.path.folder == .keys)
            (bytes, isText) = (copied, false)
        case .text(let pieces):
            (bytes, isText) = (try restored?[file.path] ?? pieces.bytes(secrets: secrets), true)
        }
        let path = DiskFile(path: "\(file.path)")
        // A dot in front: swanctl's include of *.conf does not see it.
        try path.replace(with: bytes, temporary: ".\(file.path.name).new") {
            guard isText else { return }
            // A syntax error would make swanctl's next load unload every connection there is.
            _ = try SettingsParser.parseSnippet(SettingsFile(path: path.path, bytes: bytes.reveal { Array($0) }))
        }
    }
}

extension NetlinkError {
    /// Whether an object was to be deleted from an interface that is not there any more.
    var isMissingInterface: Bool { operation == .delete && code == ENODEV }
}

extension Netlink.LinkChange {
    private static func master(_ membership: LinkSettings.Membership) -> Master {
        switch membership {
        case .none: .none
        case .of(let name): .interface(name)
        }
    }

    /// The settings of a step as netlink takes them.
    init(_ settings: LinkSettings) {
        self.init(
            isUp: settings.isUp, isMulticast: settings.isMulticast, mtu: settings.mtu, alias: settings.alias,
            group: settings.group,
            master: settings.master.map(Self.master), addressGeneration: settings.addressGeneration)
    }
}
