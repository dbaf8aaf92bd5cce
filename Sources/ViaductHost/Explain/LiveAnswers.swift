internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

/// The kernel and charon of this machine, to be asked about packets.
final class LiveAnswers: KernelAnswers {
    private let namespace: NamespaceName?
    private let viciPath: String
    private let here: Ground
    private var beneath: [Int32: Ground?] = [:]
    private var tables: [Place: [String: [Route]]] = [:]

    /// Looks at the machine.
    ///
    /// - Parameters:
    ///   - namespace: where packets start; nil means in this process's.
    ///   - viciPath: charon's socket.
    /// - Throws: `NetlinkError`.
    init(namespace: NamespaceName?, viciPath: String) throws {
        self.namespace = namespace
        self.viciPath = viciPath
        here = try Ground(namespace.map { .named($0.text) } ?? .current)
    }

    var now: UInt64 { UInt64(max(0, time(nil))) }

    func scene(of place: Place) throws -> Scene? { try ground(place)?.scene }

    func route(_ query: RouteQuery, in place: Place) throws -> RouteReply {
        try ground(place)?.route(query) ?? .none
    }

    func routes(table: UInt32, family: AddressFamily, in place: Place) throws -> [Route] {
        let key = "\(family) \(table)"
        if let known = tables[place]?[key] { return known }
        let routes = try ground(place)?.routes(table: table, family: family) ?? []
        tables[place, default: [:]][key] = routes
        return routes
    }

    func setting(_ key: SysctlKey, in place: Place) throws -> String? {
        // Of links whose outer side is elsewhere, only settings on this side matter.
        place == .here ? try Sysctl.value(of: key, in: namespace) : nil
    }

    func names() throws -> CharonNames? {
        do throws(ViciError) {
            let soon = ContinuousClock.now + .seconds(5)
            let session = try Session(path: viciPath, deadline: soon)
            let sas = try session.sas(skippingBusy: true, deadline: soon)
            let traps = try session.policies([.trap], deadline: soon).map { CharonNames.Installed($0, isTrap: true) }
            let shunts = try session.policies([.pass, .drop], deadline: soon)
            let connections = try session.connections(deadline: soon)
            return CharonNames(
                children: sas.flatMap { sa in
                    sa.children.compactMap { child in
                        child.reqID.map {
                            CharonNames.Child(connection: sa.name, child: child.name, requestID: $0)
                        }
                    }
                },
                installed: traps + shunts.map { CharonNames.Installed($0, isTrap: false) },
                connections: Dictionary(
                    connections.map { ($0.name, $0.children.map(\.name)) }, uniquingKeysWith: { $0 + $1 }))
        } catch {
            switch error {
            // Names are a help, not a need: what the kernel does is explained without them.
            case .notRunning, .notPermitted, .timedOut, .closedByDaemon: return nil
            default: throw error
            }
        }
    }

    private func ground(_ place: Place) throws -> Ground? {
        switch place {
        case .here: return here
        case .beneath(let id):
            if let known = beneath[id] { return known }
            let ground = try here.namespace(id: id).map { try Ground($0) }
            beneath[id] = .some(ground)
            return ground
        }
    }
}

extension CharonNames.Installed {
    /// Takes over what charon tells of a policy; selectors with protocols or ports are left out.
    fileprivate init(_ policy: InstalledPolicy, isTrap: Bool) {
        self.init(
            connection: policy.ike, child: policy.child, local: policy.localSelectors.compactMap { IPPrefix($0) },
            remote: policy.remoteSelectors.compactMap { IPPrefix($0) }, isTrap: isTrap)
    }
}
