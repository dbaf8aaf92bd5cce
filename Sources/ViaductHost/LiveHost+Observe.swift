internal import Glibc
internal import Netlink
internal import NetworkModel
public import ViaductCore
internal import Vici

extension LiveHost {
    /// What to look at beside the kernel's links, addresses, routes and rules.
    public struct Scope: Sendable, Hashable {
        /// Whether charon must answer.
        public var needsCharon: Bool
        /// Whether the secrets are read, as they must be before `perform`.
        public var readsSecrets: Bool
        /// Whether a tunnel is to be taken away, so that what may be there and is not ours to see is an error.
        public var isRemoval: Bool

        /// Makes a scope.
        public init(needsCharon: Bool, readsSecrets: Bool, isRemoval: Bool = false) {
            self.needsCharon = needsCharon
            self.readsSecrets = readsSecrets
            self.isRemoval = isRemoval
        }

        /// Whether swanctl's folders are taken for empty when they are not ours to see.
        ///
        /// - Parameter records: the journals of the tunnels in question; nil for one that has none.
        /// - Returns: whether they are.
        func mayOverlookFiles(of records: [Record?]) -> Bool {
            // A tunnel without IKE has no files.
            !readsSecrets && (!isRemoval || records.allSatisfy { $0?.connections.isEmpty ?? false })
        }
    }

    /// Looks at the machine for the planner.
    ///
    /// - Parameters:
    ///   - name: the tunnel that is to be planned.
    ///   - tunnel: its spec; nil when it is to be taken away.
    ///   - library: where the other specs are.
    ///   - scope: what to look at.
    ///   - record: the tunnel's journal, where it is known; nil reads it.
    /// - Returns: what was seen.
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`, `SecretError`.
    public mutating func observe(
        _ name: TunnelName, spec tunnel: Tunnel?, library: SpecLibrary, scope: Scope, record: Record? = nil
    ) throws -> Observed {
        var machine = Observed()
        machine.record = try record ?? self.record(of: name, scope: scope)
        let links = try routing.links()
        interfaces = InterfaceTable(links)
        machine.outerLinks = links.map(\.link)
        machine.kernel = Kernel.version
        machine.namespace = tunnel.map(\.interface.namespace) ?? machine.record?.namespace
        if let namespace = machine.namespace {
            try observeNetwork(in: namespace, &machine)
        } else {
            try observeNetwork(&machine, links: links)
        }
        machine.marks = Set(machine.rules.compactMap(\.mark?.value))
        try observeTransforms(&machine)
        try observeFiles(&machine, name: name, scope: scope)
        if former == nil { former = FormerFiles(machine.files) }
        if let tunnel, scope.readsSecrets {
            machine.secrets = try SecretFiles.secrets(of: tunnel)
            machine.sources = try SecretFiles.sources(of: tunnel)
            secrets = machine.secrets
            sources = machine.sources
        }
        if tunnel?.interface.kind == .automatic { machine.hasXFRMInterfaces = try hasXFRMInterfaces() }
        let connections = machine.connections(of: name, tunnel)
        let daemon = try observeCharon(&machine, connections: connections, isNeeded: scope.needsCharon)
        // What charon does with routes and addresses takes reading some fifty files.
        if let daemon, let tunnel, tunnel.minds(on: machine) {
            let outer = try machine.namespace == nil ? machine.routes : routing.routes(interfaces: interfaces)
            let settings = try CharonSettings(daemon: daemon)
            try machine.charon?.note(settings, link: tunnel.interface.name, routes: outer)
        }
        machine.note(claimsOfOthers: try journal.sharers(besides: name.text).flatMap(\.claims))
        guard let tunnel else { return machine }
        machine.siblings = try library.siblings(of: name)
        let mtus = Dictionary(links.map { ($0.link.name, $0.link.mtu ?? 1500) }) { first, _ in first }
        for peer in tunnel.peers { machine.underlays[peer.connection] = try underlay(by: Way(to: peer), mtus: mtus) }
        return machine
    }

    /// Looks at a namespace other than this process's; one that is gone has nothing in it.
    func observeNetwork(in namespace: NamespaceName, _ machine: inout Observed) throws {
        do {
            var inside = try inside(namespace)
            try inside.observeNetwork(&machine, links: inside.routing.links(), birthplace: interfaces)
        } catch let error as NetlinkError {
            guard error.operation == .open, error.code == ENOENT else { throw error }
            machine.isNamespaceMissing = true
        }
    }

    /// Looks at links, addresses, routes, rules and settings of this host's namespace.
    ///
    /// - Parameters:
    ///   - machine: gets what was seen.
    ///   - links: this namespace's links, just read.
    ///   - birthplace: knows the devices below links that were made elsewhere and moved here.
    /// - Throws: `NetlinkError`, `FileError`.
    mutating func observeNetwork(
        _ machine: inout Observed, links: [KernelLink], birthplace: InterfaceTable = InterfaceTable()
    ) throws {
        interfaces = InterfaceTable(links)
        machine.links = links.map { $0.link(madeAmong: birthplace) }
        machine.addresses = try routing.addresses(interfaces: interfaces).map(\.address)
        machine.routes = try routing.routes(interfaces: interfaces)
        machine.rules = try routing.rules()
        var keys = [SysctlKey.forwardingIPv4, .forwardingIPv6]
        for link in machine.links {
            guard case .vti = link.kind else { continue }
            keys += AddressFamily.allCases.map { .disablePolicy($0, link.name) }
        }
        do {
            machine.clamps = try firewall().mssClampTables()
        } catch {
            // Without the right, or without a firewall, none can be ours to know of.
            guard error.isOfWhatIsNotOurs else { throw error }
        }
        for key in keys { machine.sysctls[key] = try Sysctl.value(of: key, in: namespace) }
    }

    func observeFiles(_ machine: inout Observed, name: TunnelName, scope: Scope) throws {
        for path in try files(mayBeOverlooked: scope.mayOverlookFiles(of: [machine.record]))[name] ?? [] {
            machine.files[path] = try DiskFile(path: "\(path)").readSecret()
        }
    }

    /// The files below swanctl's folder that are ours, by tunnel.
    ///
    /// - Parameter mayBeOverlooked: whether a folder that is not ours to see is taken for empty.
    /// - Returns: their paths.
    /// - Throws: `FileError`.
    func files(mayBeOverlooked: Bool) throws -> [TunnelName: [ConfigurationPath]] {
        var files: [TunnelName: [ConfigurationPath]] = [:]
        for folder in ConfigurationPath.Folder.allCases {
            do {
                for file in try Folder(path: "\(ConfigurationPath.root)/\(folder.rawValue)").names() {
                    let path = ConfigurationPath(folder, file)
                    if let owner = Ownership.tunnel(ofFile: path) { files[owner, default: []].append(path) }
                }
            } catch let error as FileError where error.isMissing || (error.isNotPermitted && mayBeOverlooked) {
                continue
            }
        }
        return files
    }

    /// Asks the kernel by a request that it must refuse: for the id where it has XFRM interfaces, for the kind elsewhere.
    mutating func hasXFRMInterfaces() throws -> Bool {
        guard let name = InterfaceName("viaduct-probe") else { return true }
        let probe = Link(name: name, kind: .other("xfrm"))
        do throws(NetlinkError) {
            try routing.perform(Request.add(probe, interfaces: interfaces))
            // Kernels before 5.5 take an id of 0.
            interfaces = InterfaceTable(try routing.links())
            if let index = interfaces[name] { try routing.perform(Request.deleteLink(index: index, name: name)) }
            return true
        } catch {
            return !error.isNotSupported
        }
    }

    func record(of name: TunnelName, scope: Scope) throws -> Record? {
        do {
            return try journal.record(of: name)
        } catch let error as FileError where error.isNotPermitted && !scope.readsSecrets && !scope.isRemoval {
            return nil
        }
    }

    /// The ids and marks of policies and SAs; they are root's to see, and without them a plan is still a plan.
    func observeTransforms(_ machine: inout Observed) throws {
        do {
            let xfrm = try NetlinkSocket(.xfrm)
            let policies = try xfrm.policies()
            let states = try xfrm.states()
            machine.policyIDs = Set(policies.map(\.ifID) + states.map(\.ifID)).subtracting([0])
            machine.marks.formUnion((policies.map(\.mark) + states.map(\.mark)).compactMap { $0?.value })
        } catch {
            guard error.isOfWhatIsNotOurs else { throw error }
        }
    }

    /// Asks charon for SAs, and whether the kernel has what their CHILD_SAs consist of.
    ///
    /// - Parameter connections: whose SAs; nil for all.
    /// - Returns: the SAs, and what tells of one of their children.
    /// - Throws: `ViciError`, `NetlinkError`.
    private mutating func sas(
        of connections: [String]?
    ) throws -> (sas: [IKESA], isInKernel: (ChildSA) -> Bool) {
        var sas: [IKESA] = []
        var kernel: KernelTransforms?
        // Twice when something lacks, as a rekeying may come between the look at charon and that at the kernel.
        for _ in 1...2 {
            sas = []
            for filter in connections?.map({ Session.SAFilter(ike: $0) }) ?? [Session.SAFilter()] {
                sas += try charon().sas(filter, deadline: Self.soon)
            }
            let installed = sas.flatMap(\.children).filter { $0.state == .installed }
            guard !installed.isEmpty else { break }
            do {
                let seen = try KernelTransforms()
                kernel = seen
                if installed.allSatisfy(seen.has) { break }
            } catch {
                // Without the right to see the kernel's, charon's word has to do.
                guard error.isOfWhatIsNotOurs else { throw error }
                break
            }
        }
        return (sas, { child in kernel?.has(child) ?? true })
    }

    /// Asks charon.
    ///
    /// - Parameters:
    ///   - machine: gets what was seen.
    ///   - connections: those whose SAs matter; nil for all, with all that charon tells of them.
    ///   - isNeeded: whether charon must answer.
    /// - Returns: the daemon's name; nil when it does not answer and need not.
    /// - Throws: `ViciError`, `NetlinkError`.
    @discardableResult
    mutating func observeCharon(
        _ machine: inout Observed, connections: [String]?, isNeeded: Bool
    ) throws -> String? {
        do {
            let session = try charon()
            let (sas, isInKernel) = try sas(of: connections)
            let daemon = try session.version(deadline: Self.soon)
            var state = CharonState(
                version: daemon.version,
                connections: Set(try session.connectionNames(deadline: Self.soon)),
                secrets: Set(try session.sharedIDs(deadline: Self.soon)),
                children: sas.flatMap { sa in
                    sa.children.map {
                        CharonState.ChildState(
                            connection: sa.name, child: $0.name, isInstalled: $0.state == .installed,
                            isInKernel: isInKernel($0), binding: $0.binding, isEncapsulated: $0.isEncapsulated)
                    }
                })
            for sa in sas {
                state.virtualAddresses[sa.name, default: []] += sa.local.virtualAddresses.compactMap { IPAddress($0) }
            }
            if connections == nil { state.sas = sas.map { IKEStatus($0) } }
            state.plugins = Set(try session.statistics(deadline: Self.soon).plugins)
            machine.charon = state
            return daemon.daemon
        } catch let error as ViciError {
            switch error {
            case .notRunning where !isNeeded, .notPermitted where !isNeeded: return nil
            default: throw error
            }
        }
    }

    /// From where and to whom the packets of a tunnel go.
    struct Way: Hashable {
        /// Our address; nil is the one that the kernel chooses.
        let local: IPAddress?
        let hosts: [RemoteHost]

        init(to peer: TunnelPeer) {
            local = peer.local.address
            hosts = peer.remote.hosts
        }
    }

    /// The way to a peer: by the kernel's own routing decision.
    ///
    /// - Parameters:
    ///   - way: the peer.
    ///   - mtus: the MTUs of the devices of this namespace, in bytes.
    /// - Returns: the way; nil when there is none.
    /// - Throws: `NetlinkError`.
    mutating func underlay(by way: Way, mtus: [InterfaceName: UInt32]) throws -> Underlay? {
        let family = way.local?.family
        for host in way.hosts {
            let candidates: [IPAddress] =
                switch host {
                case .address(let address): [address]
                case .name(let name): HostNames.addresses(of: name)
                case .block: []
                }
            for remote in candidates where family == nil || remote.family == family {
                // As an IKE packet, which the rules of a tunnel that takes the peer's prefix let pass.
                let query = RouteQuery(
                    to: remote, from: way.local, ipProtocol: 17, sourcePort: 500, destinationPort: 500)
                guard case .found(let route) = try routing.route(query, interfaces: interfaces),
                    let device = route.nextHops.first?.device, let local = way.local ?? route.source
                else { continue }
                let mtu = route.mtu ?? mtus[device] ?? 1500
                let remotes = candidates.filter { $0.family == remote.family }
                return Underlay(remotes: remotes, local: local, device: device, mtu: mtu)
            }
        }
        return nil
    }
}

extension Observed {
    /// The names of the connections whose SAs matter: those of the spec, and those that are ours already.
    fileprivate func connections(of name: TunnelName, _ tunnel: Tunnel?) -> [String] {
        let wanted = tunnel?.peers.map(\.connection.text) ?? []
        return Set(wanted).union(connections(of: name)).sorted()
    }
}

/// Names of hosts, as the system resolves them.
enum HostNames {
    /// The addresses of a name in the system's order (getaddrinfo(3), RFC 6724); none when it does not resolve.
    static func addresses(of name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
                == 0
            {
                let word = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if let address = IPAddress(word) { addresses.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}

extension NetlinkError {
    /// Whether it tells that something is not there, or not ours to see; who has CAP_NET_ADMIN is refused nothing of that, so to
    /// them a refusal is a failure like any other.
    fileprivate var isOfWhatIsNotOurs: Bool {
        isNotSupported || (isNotPermitted && !Capabilities.effective.contains(.networkAdministration))
    }
}
