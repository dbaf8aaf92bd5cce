public import NetworkModel

/// What the planner knows of the machine: one consistent look at the kernel, charon, files and the journal.
public struct Observed: Sendable {
    /// The namespace that the tunnel's link is in, whose links, addresses, routes, rules and settings these are; nil means
    /// this process's.
    public var namespace: NamespaceName?
    /// Whether that namespace does not exist.
    public var isNamespaceMissing = false
    /// Every link of the namespace that the tunnel's link is in.
    public var links: [Link] = []
    /// Every link of the namespace that IKE and ESP are in: the same one, unless the spec says otherwise.
    public var outerLinks: [Link] = []
    /// The kernel's version; nil when it is not known.
    public var kernel: KernelVersion?
    /// Whether the kernel has XFRM interfaces.
    public var hasXFRMInterfaces = true
    /// Every address.
    public var addresses: [InterfaceAddress] = []
    /// Every route of every table and both families.
    public var routes: [Route] = []
    /// Every rule of both families.
    public var rules: [Rule] = []
    /// The firewall tables that lower the TCP MSS, as far as they are ours.
    public var clamps: [MSSClampTable] = []
    /// The kernel settings that a tunnel may want to change.
    public var sysctls: [SysctlKey: String] = [:]
    /// The if_ids that XFRM policies and states bear.
    public var policyIDs: Set<UInt32> = []
    /// The marks that XFRM policies, states and rules bear.
    public var marks: Set<UInt32> = []
    /// The tunnel's files below swanctl's folder, with their bytes.
    public var files: [ConfigurationPath: Secret] = [:]
    /// charon; nil when it does not answer.
    public var charon: CharonState?
    /// The connections whose ESP is known to travel in UDP, whether or not `charon` has their SAs.
    public var encapsulated: Set<String> = []
    /// The ways to the peers, by connection; a peer that may be anywhere, or that is not to be reached, has none.
    public var underlays: [TunnelName: Underlay] = [:]
    /// What was done for this tunnel before; nil when nothing is recorded.
    public var record: Record?
    /// Shared settings that other tunnels changed, with the value from before the first change.
    public var sharedSysctls: [SysctlKey: String] = [:]
    /// The rules that other tunnels need, whether or not this one does, too.
    public var sharedRules: Set<Rule> = []
    /// The other specs beside this one.
    public var siblings: [Sibling] = []
    /// The id that the tunnel's name gives it among all others, worked out beforehand; nil leaves it to the planner.
    public var nameID: UInt32?
    /// The secrets that the tunnel's spec refers to; empty when they were not read.
    public var secrets: [SecretReference: Secret] = [:]
    /// The contents of the certificates and keys that the spec names.
    public var sources: [FileSource: Secret] = [:]

    /// Makes an empty look: a machine with nothing on it.
    public init() {}

    /// Another spec, as far as ids are concerned.
    public struct Sibling: Sendable, Hashable {
        /// The tunnel's name.
        public var name: TunnelName
        /// Its id.
        public var id: TunnelID

        /// Makes a sibling.
        public init(name: TunnelName, id: TunnelID) {
            self.name = name
            self.id = id
        }
    }
}

/// What charon says of itself.
public struct CharonState: Sendable, Hashable {
    /// The version as it gives it, such as `5.9.8`.
    public var version: String
    /// The names of the connections loaded over VICI.
    public var connections: Set<String>
    /// The names of the shared secrets loaded over VICI.
    public var secrets: Set<String>
    /// The CHILD_SAs.
    public var children: [ChildState]
    /// The IKE_SAs with all that charon tells of them; empty when only the planner looks.
    public var sas: [IKEStatus] = []
    /// The virtual addresses that peers gave us, by connection.
    public var virtualAddresses: [String: [IPAddress]] = [:]
    /// The plugins that run (VICI `stats`).
    public var plugins: Set<String> = []
    /// Why charon may install routes of its own for policies without an if_id; nil when it does not.
    public var routeInstallation: RouteInstallation?
    /// How the plugin bypass-lan is told to leave the tunnel's link out; nil when it does, or does not run.
    public var bypassRemedy: String?
    /// Why charon may put virtual addresses on a link of its own choice, with the remedy; nil when it does not.
    public var addressInstallation: String?

    /// A CHILD_SA.
    public struct ChildState: Sendable, Hashable {
        /// The connection's name.
        public var connection: String
        /// The child's name.
        public var child: String
        /// Whether it is INSTALLED.
        public var isInstalled: Bool
        /// Whether the kernel has its policies and states, as far as they can be seen; charon does not notice when they go.
        public var isInKernel: Bool
        /// What its policies bear; nil when neither if_ids nor marks.
        public var binding: Binding?
        /// Whether its packets go in UDP.
        public var isEncapsulated: Bool

        /// Makes the description of a CHILD_SA.
        public init(
            connection: String, child: String, isInstalled: Bool, isInKernel: Bool = true, binding: Binding?,
            isEncapsulated: Bool
        ) {
            self.connection = connection
            self.child = child
            self.isInstalled = isInstalled
            self.isInKernel = isInKernel
            self.binding = binding
            self.isEncapsulated = isEncapsulated
        }
    }

    /// Makes the description.
    public init(
        version: String, connections: Set<String> = [], secrets: Set<String> = [], children: [ChildState] = []
    ) {
        self.version = version
        self.connections = connections
        self.secrets = secrets
        self.children = children
    }

    /// Whether it knows `trap|start` as a start action (5.9.6 and later).
    public var knowsTrapAndStart: Bool {
        let numbers = version.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([5, 9, 6])
    }
}

/// The way that IKE and ESP packets take to the peer.
public struct Underlay: Sendable, Hashable {
    /// The peer's addresses, of one family; the first is the one in use.
    public var remotes: [IPAddress]
    /// The address that the kernel would send from.
    public var local: IPAddress
    /// The device that they leave by.
    public var device: InterfaceName
    /// The path MTU in bytes: the route's, or the device's.
    public var mtu: UInt32

    /// Makes the description.
    public init(remotes: [IPAddress], local: IPAddress, device: InterfaceName, mtu: UInt32) {
        self.remotes = remotes
        self.local = local
        self.device = device
        self.mtu = mtu
    }
}
