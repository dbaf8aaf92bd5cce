public import NetworkModel

/// The journal of one tunnel: what Viaduct has changed on the machine and not taken back.
///
/// It holds the net effect of every `up` and edit so far, so its inverse in reverse order is what `down` does. It is
/// written before each step, or before several that are done together, with them as `inProgress`, so after a crash at any
/// point nothing done is unknown.
public struct Record: Sendable, Hashable, Codable {
    /// The form of the file; another number is not read.
    public var format = Self.currentFormat
    /// The boot that it speaks of (/proc/sys/kernel/random/boot_id): links, routes and rules do not outlive it.
    public var bootID: String
    /// The tunnel.
    public var tunnel: String
    /// What was done, in order.
    public var steps: [Step] { list.steps }
    private var list = StepList()
    /// The steps that were being done when this was written, in order; each may have happened or not.
    public private(set) var inProgress: [Step] = []

    /// What the last `up` made it of; nil while that has not come to its end, and when `down` has begun.
    public var stamp: SpecStamp?

    /// The form that this version writes.
    public static let currentFormat = 2

    /// Makes a record.
    public init(tunnel: String, bootID: String, steps: [Step] = []) {
        self.tunnel = tunnel
        self.bootID = bootID
        for step in steps { note(step) }
    }

    private enum CodingKeys: String, CodingKey {
        case format, bootID, tunnel, list = "steps", inProgress, stamp
    }

    /// Whether nothing is left to take back.
    public var isEmpty: Bool { steps.isEmpty && inProgress.isEmpty }

    /// Everything that may have been done: the steps and the one in progress.
    public var claims: [Step] {
        var settled = self
        settled.settle()
        return settled.steps
    }

    /// Notes that a step is about to be performed.
    public mutating func begin(_ step: Step) { begin([step]) }

    /// Notes that steps are about to be performed.
    public mutating func begin(_ steps: [Step]) {
        settle()
        inProgress = steps
    }

    /// Takes in the steps that a crash has left in progress.
    ///
    /// Nobody knows whether they have happened. So what they make is claimed, and what they take away or replace stays
    /// claimed as well: claiming too much is found out from the machine, claiming too little is not.
    private mutating func settle() {
        let pending = inProgress
        inProgress = []
        for step in pending { settle(step) }
    }

    private mutating func settle(_ step: Step) {
        switch step.unwrapped {
        case .addLink, .changeLink, .addAddress, .addRoute, .addRule, .addClamp, .writeFile, .loadSecret, .loadPool,
            .runHooks:
            note(step)
        case .setSysctl(let change):
            if !steps.contains(where: { $0.sysctl?.key == change.key }) { note(step) }
        case .loadConnection(let connection, replacing: _):
            if !steps.contains(where: { $0.loadedConnection?.name == connection.name }) { note(step) }
        case .within, .removeLink, .changeKind, .removeAddress, .removeRoute, .removeRule, .removeClamp, .removeFile,
            .unloadSecret, .unloadPool, .unloadConnection, .endSAs, .establish, .probe:
            break
        }
    }

    /// Notes that the steps in progress have been performed.
    public mutating func finish() {
        let done = inProgress
        inProgress = []
        for step in done { note(step) }
    }

    /// Notes that the steps in progress have failed, or were not tried, and left nothing.
    public mutating func abandon() {
        inProgress = []
    }

    /// Notes what became of the steps in progress; the others have failed, or were not tried, and left nothing.
    ///
    /// - Parameters:
    ///   - done: those that have been performed.
    ///   - doubtful: those that may have been; they stay in progress.
    mutating func settle(done: [Step], doubtful: [Step] = []) {
        inProgress = done
        finish()
        inProgress = doubtful
    }

    /// Notes that the tunnel needs what another one has made.
    public mutating func join(_ step: Step) {
        settle()
        note(step)
    }

    /// Notes that the tunnel needs no more what others still do.
    public mutating func release(_ step: Step) {
        settle()
        list.removeAll { $0 == step || ($0.sharedSysctl != nil && $0.sharedSysctl?.key == step.sharedSysctl?.key) }
    }

    /// The connections that were handed to charon.
    public var connections: [Connection] { claims.compactMap(\.loadedConnection) }

    /// The network namespace that the tunnel's link is in; nil when it is this process's.
    public var namespace: NamespaceName? {
        for case .addLink(let link) in claims where link.namespace != nil { return link.namespace }
        return nil
    }

    /// Folds a step into the net effect.
    private mutating func note(_ step: Step) {
        // A tunnel is in one namespace at a time, so what is done there is told apart well enough by its object.
        switch step.unwrapped {
        case .endSAs, .establish, .probe: return
        case .runHooks(let run):
            list.removeAll { $0 == .runHooks(run.inverse) }
            if !run.moment.isUp { return }
        case .changeLink(let change):
            if let index = steps.firstIndex(where: { $0.changedLink == change.name && $0.settingsOverlap(change) }),
                case .changeLink(let earlier) = steps[index].unwrapped
            {
                let merged = LinkChange(change.name, from: earlier.from, to: change.to)
                let isUndone = earlier.from == change.to
                list.replace(at: index, by: isUndone ? nil : steps[index].rewrapped(.changeLink(merged)))
                return
            }
        case .setSysctl(let change):
            if let index = steps.firstIndex(where: { $0.sysctl?.key == change.key }), let earlier = steps[index].sysctl
            {
                let merged = SysctlChange(change.key, from: earlier.from, to: change.to)
                let isUndone = earlier.from == change.to
                list.replace(at: index, by: isUndone ? nil : steps[index].rewrapped(.setSysctl(merged)))
                return
            }
        case .writeFile(let file, replacing: _):
            list.removeAll { $0.writtenFile?.path == file.path }
            list.append(.writeFile(file, replacing: nil))
            return
        case .loadConnection(let connection, replacing: _):
            list.removeAll { $0.loadedConnection?.name == connection.name }
            list.append(.loadConnection(connection, replacing: nil))
            return
        case .removeFile(let file):
            list.removeAll { $0.writtenFile?.path == file.path }
            return
        case .unloadConnection(let connection):
            list.removeAll { $0.loadedConnection?.name == connection.name }
            return
        case .changeKind(let name, from: _, to: let kind):
            guard let index = steps.firstIndex(where: { $0.addedLink?.name == name }), var link = steps[index].addedLink
            else { return }
            link.kind = kind
            list.replace(at: index, by: .addLink(link))
            return
        case .removeLink(let link):
            // Its addresses, routes and settings went with it.
            list.removeAll { $0.diesWith(link.name) || $0.addedLink?.name == link.name }
            return
        // The kernel shows some of what it was asked for in other words, so these need not be equal to be the same.
        case .removeAddress(let address):
            list.removeAll { $0.addedAddress?.isSame(as: address) ?? false }
            return
        case .removeRoute(let route):
            list.removeAll { $0.addedRoute?.isSame(as: route) ?? false }
            return
        case .removeRule, .removeClamp, .unloadSecret, .unloadPool:
            if let undone = step.inverse { list.removeAll { $0 == undone } }
            return
        case .within, .addLink, .addAddress, .addRoute, .addRule, .addClamp, .loadSecret, .loadPool: break
        }
        list.append(step)
    }
}

extension Step {
    /// The step without the namespace that it is done in.
    var unwrapped: Step {
        if case .within(_, let step) = self { step.unwrapped } else { self }
    }

    /// Another step in the same namespace as this one.
    func rewrapped(_ step: Step) -> Step {
        if case .within(let namespace, _) = self { .within(namespace, step) } else { step }
    }

    /// Whether it takes away an object of the kernel or a file, so that it can be done twice.
    public var isRemoval: Bool {
        switch unwrapped {
        case .removeLink, .removeAddress, .removeRoute, .removeRule, .removeClamp, .removeFile: true
        case .within, .addLink, .changeKind, .changeLink, .addAddress, .addRoute, .addRule, .setSysctl, .addClamp,
            .writeFile, .loadSecret, .unloadSecret, .loadPool, .unloadPool, .loadConnection, .unloadConnection,
            .endSAs, .establish, .probe, .runHooks:
            false
        }
    }

    var addedLink: Link? {
        if case .addLink(let link) = self { link } else { nil }
    }

    var writtenFile: ConfigurationFile? {
        if case .writeFile(let file, replacing: _) = self { file } else { nil }
    }

    var loadedConnection: Connection? {
        if case .loadConnection(let connection, replacing: _) = self { connection } else { nil }
    }

    var sysctl: SysctlChange? {
        if case .setSysctl(let change) = unwrapped { change } else { nil }
    }

    var changedLink: InterfaceName? {
        if case .changeLink(let change) = unwrapped { change.name } else { nil }
    }

    fileprivate func settingsOverlap(_ other: LinkChange) -> Bool {
        guard case .changeLink(let own) = unwrapped else { return false }
        return own.to.fields == other.to.fields
    }

    /// Whether deleting a link takes back what this step did, too.
    func diesWith(_ link: InterfaceName) -> Bool {
        switch unwrapped {
        case .changeLink(let change): change.name == link
        case .setSysctl(let change): change.key.link == link.text
        case .addAddress(let address): address.interface == link
        case .addRoute(let route): route.nextHops.contains { $0.device == link }
        default: false
        }
    }
}

extension LinkSettings {
    /// Which settings are given, as a set of names.
    fileprivate var fields: [String] {
        [
            mtu.map { _ in "mtu" }, alias.map { _ in "alias" }, isUp.map { _ in "up" },
            isMulticast.map { _ in "multicast" }, addressGeneration.map { _ in "addrgenmode" },
            master.map { _ in "master" }, group.map { _ in "group" },
        ].compactMap { $0 }
    }
}
