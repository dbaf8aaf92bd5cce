import NetworkModel
import ViaductCore

/// A machine in memory: kernel, charon, files and journal as values, on which steps do what they do on a real one.
///
/// It can be told to fail one call, or to die before or after it as if the process had been killed.
struct FakeHost: Host {
    var links: [Link] = []
    var addresses: [InterfaceAddress] = []
    var routes: [Route] = []
    var rules: [Rule] = []
    var sysctls: [SysctlKey: String] = [:]
    /// The firewall tables that lower the TCP MSS.
    var clamps: [MSSClampTable] = []
    /// charon's pools.
    var pools: Set<AddressPool> = []
    /// The moments at which hooks were run.
    var hooks: [Hook.Moment] = []
    /// Every file below swanctl's folder, of all tunnels.
    var files: [ConfigurationPath: Secret] = [:]
    /// charon; nil when it does not run.
    var charon: CharonState?
    /// The private keys that charon has, by their bytes.
    var keys: Set<Secret> = []
    /// The if_ids of policies that are not charon's.
    var foreignPolicyIDs: Set<UInt32> = []
    /// Whether the peer answers, so that SAs come about.
    var peerAnswers = true
    /// Whether a packet through the tunnel comes back.
    var probeIsAnswered = true

    /// Where secrets and certificates come from.
    var vault: [SecretReference: Secret] = [:]
    var sources: [FileSource: Secret] = [:]
    var underlay: Underlay?
    var siblings: [Observed.Sibling] = []
    /// The secrets that were read when the machine was last looked at.
    private var secrets: [SecretReference: Secret] = [:]
    private var formerSecrets: [SecretReference: Secret] = [:]
    /// The secrets of specs, while former ones are in use.
    private var wishes: [SecretReference: Secret] = [:]

    /// The journals by tunnel.
    var journal: [String: Record] = [:]

    /// Whether no journal can be written.
    var isDiskFull = false
    /// How often a journal can be written until the disk is full; nil for ever.
    var saves: Int?

    /// What goes wrong, and when.
    var fault: Fault?
    /// The number of calls since the fault was set: of `perform`, `save` and `forget`.
    private(set) var calls = 0
    /// The steps that were performed, in order.
    private(set) var performed: [Step] = []
    /// The steps that were last announced, in order.
    private(set) var announced: [Step] = []
    private var isDead = false

    /// A call that goes wrong.
    struct Fault {
        var kind: Kind
        /// Which call, from 1.
        var call: Int

        enum Kind: CaseIterable {
            /// The call throws and changes nothing.
            case failure
            /// The call does all, and then nobody knows of it.
            case doubt
            /// The process dies before the call does anything.
            case deathBefore
            /// The process dies when the call has done all.
            case deathAfter
        }
    }

    /// An error of the made-up machine.
    struct Failure: Error, Hashable {
        var text: String

        init(_ text: String) {
            self.text = text
        }
    }

    // MARK: - Host

    mutating func perform(_ step: Step) throws {
        try call { host in
            try host.change(step)
            host.performed.append(step)
        }
    }

    mutating func prepare(_ runs: [[Step]]) { announced = runs.flatMap(\.self) }

    mutating func beginUndo() { (secrets, wishes) = (formerSecrets, secrets) }

    mutating func endUndo() { secrets = wishes }

    func checkForInterruption() throws {
        if isDead { throw Failure("dead") }
    }

    mutating func save(_ record: Record) throws {
        if let left = saves { (saves, isDiskFull) = (left - 1, left <= 0) }
        guard !isDiskFull else { throw Failure("no space") }
        try call { $0.journal[record.tunnel] = record }
    }

    func claims(besides record: Record) -> [Step] {
        journal.filter { $0.key != record.tunnel }.sorted { $0.key < $1.key }.flatMap(\.value.claims)
    }

    mutating func forget(_ record: Record) throws {
        try call { $0.journal[record.tunnel] = nil }
    }

    private mutating func call(_ body: (inout FakeHost) throws -> Void) throws {
        guard !isDead else { throw Failure("dead") }
        calls += 1
        guard let fault, fault.call == calls else { return try body(&self) }
        switch fault.kind {
        case .failure: throw Failure("told to fail")
        case .doubt:
            try body(&self)
            throw InDoubt(Failure("told to fail"))
        case .deathBefore: break
        case .deathAfter: try body(&self)
        }
        isDead = true
        throw Failure("dead")
    }

    /// The machine with another process on it: alive, and with another fault or none.
    func revived(_ fault: Fault? = nil) -> FakeHost {
        var host = self
        host.fault = fault
        host.calls = 0
        host.performed = []
        host.isDead = false
        return host
    }

    // MARK: - Files and secrets

    /// Looks at the machine as the real host does.
    mutating func observe(_ name: TunnelName, spec tunnel: Tunnel?) -> Observed {
        var machine = Observed()
        machine.links = links
        machine.addresses = addresses
        machine.routes = routes
        machine.rules = rules
        machine.marks = Set(rules.compactMap(\.mark?.value))
        machine.outerLinks = links
        machine.clamps = clamps
        machine.policyIDs = foreignPolicyIDs.union((charon?.children ?? []).compactMap(\.binding?.number))
        machine.sysctls = sysctls
        machine.files = files.filter { Ownership.tunnel(ofFile: $0.key) == name }
        machine.charon = charon
        machine.charon?.children.removeAll { $0.connection != name.text }
        machine.record = journal[name.text]
        machine.note(claimsOfOthers: claims(besides: machine.record ?? Record(tunnel: name.text, bootID: "boot")))
        guard let tunnel else { return machine }
        machine.siblings = siblings.filter { $0.name != name }
        for peer in tunnel.peers { machine.underlays[peer.connection] = underlay }
        for authentication in tunnel.peers.flatMap({ [$0.local.authentication, $0.remote.authentication] }) {
            switch authentication {
            case .psk(let source):
                let reference = source.reference(tunnel: name)
                if case .inline(let secret) = source { vault[reference] = secret }
                machine.secrets[reference] = vault[reference]
            case .certificate(let files):
                for source in [files.certificate, files.key, files.authority].compactMap({ $0 }) {
                    machine.sources[source] = sources[source]
                }
            }
        }
        // What was written before is known from the files, whatever the spec has now.
        formerSecrets = secrets.merging(machine.secrets) { _, new in new }
        secrets = machine.secrets
        return machine
    }

    /// Looks at the machine for several tunnels at once, as the real host does.
    ///
    /// - Returns: the landscape, and what is each tunnel's alone.
    mutating func landscape(of tunnels: [Tunnel]) -> (landscape: Landscape, own: [TunnelName: Observed]) {
        var own: [TunnelName: Observed] = [:]
        var known: [SecretReference: Secret] = [:]
        for tunnel in tunnels {
            own[tunnel.name] = observe(tunnel.name, spec: tunnel)
            known.merge(secrets) { $1 }
        }
        (secrets, formerSecrets) = (known, known)
        var whole = Observed()
        (whole.links, whole.outerLinks, whole.addresses) = (links, links, addresses)
        (whole.routes, whole.rules, whole.clamps) = (routes, rules, clamps)
        whole.sysctls = sysctls
        whole.marks = Set(rules.compactMap(\.mark?.value))
        whole.policyIDs = foreignPolicyIDs.union((charon?.children ?? []).compactMap(\.binding?.number))
        whole.charon = charon
        let records = journal.sorted { $0.key < $1.key }.map(\.value)
        return (Landscape(whole, siblings: siblings, records: records), own)
    }

    mutating func write(_ file: ConfigurationFile) throws {
        switch file.content {
        case .copy(of: let source):
            guard let bytes = sources[source] else { throw Failure("ENOENT \(source)") }
            files[file.path] = bytes
        case .text(let pieces): files[file.path] = try pieces.bytes(secrets: secrets)
        }
    }

    func requireSecret(_ reference: SecretReference) throws {
        guard secrets[reference] != nil else { throw MissingSecret(reference: reference) }
    }
}
