public import NetworkModel

/// All that `check` knows of a tunnel and the machine it is on.
///
/// It is gathered once; what to make of it is `Checker`'s to say.
public struct CheckFacts: Sendable {
    /// The tunnel.
    public var name: TunnelName
    /// Its spec.
    public var spec: SpecReading
    /// The machine, as the planner sees it; of a tunnel that is up, with all addresses of the link's namespace.
    public var machine: Observed
    /// Why its secrets could not be read; nil when they were.
    public var secretProblem: SecretProblem?
    /// The policies of the namespace that IKE and ESP are in.
    public var policies: [XFRMPolicy] = []
    /// The states of that namespace.
    public var states: [XFRMState] = []
    /// What the kernel can do.
    public var kernel = KernelSupport()
    /// What charon is told by strongswan.conf; nil when charon does not run.
    public var daemon: DaemonFacts?
    /// Kernel settings, by path below /proc/sys, in the link's namespace.
    public var settings: [SysctlKey: String] = [:]
    /// Where packets to the tunnel's destinations go.
    public var lookups: [RouteLookup] = []
    /// The firewall of the namespace that IKE and ESP are in; nil when it could not be read.
    public var outerFirewall: FirewallRuleset?
    /// The firewall of the link's namespace; nil when it could not be read.
    public var innerFirewall: FirewallRuleset?
    /// The tables of the older iptables that have rules.
    public var legacyTables: [String] = []
    /// The numbers of the devices in the namespace that IKE and ESP are in.
    public var deviceNumbers: [InterfaceName: UInt32] = [:]
    /// The numbers of the devices in the link's namespace.
    public var innerNumbers: [InterfaceName: UInt32] = [:]
    /// The certificates that the spec names.
    public var certificates: [CertificateFact] = []
    /// The time of day, in seconds since 1970.
    public var now: Int64 = 0
    /// XFRM interfaces of other namespaces that were born in the one where the link is made.
    public var strangers: [Stranger] = []
    /// The probes that were sent.
    public var probes: [ProbeReport] = []
    /// Whether a packet as large as the link's MTU came back; nil when that was not tried.
    public var fullPacketPassed: Bool?
    /// What the kernel counted while it was watched.
    public var counters: [TransformCounter: UInt64] = [:]

    /// Begins with what the planner sees.
    public init(name: TunnelName, spec: SpecReading, machine: Observed, secretProblem: SecretProblem? = nil) {
        self.name = name
        self.spec = spec
        self.machine = machine
        self.secretProblem = secretProblem
    }

    /// Where a packet to a destination goes by the kernel's word.
    public struct RouteLookup: Sendable, Hashable {
        /// The prefix that the spec routes into the tunnel.
        public var prefix: IPPrefix
        /// The address in it that was asked for.
        public var address: IPAddress
        /// The device that it leaves by; nil when it is dropped, or has no route.
        public var device: InterfaceName?
        /// The table of the route; nil when there is none.
        public var table: UInt32?

        /// Makes a lookup.
        public init(prefix: IPPrefix, address: IPAddress, device: InterfaceName?, table: UInt32?) {
            self.prefix = prefix
            self.address = address
            self.device = device
            self.table = table
        }
    }

    /// An XFRM interface in another network namespace.
    public struct Stranger: Sendable, Hashable {
        /// The namespace that it is in.
        public var namespace: String
        /// Its name there.
        public var link: InterfaceName
        /// Its if_id.
        public var ifID: UInt32

        /// Makes the description.
        public init(namespace: String, link: InterfaceName, ifID: UInt32) {
            self.namespace = namespace
            self.link = link
            self.ifID = ifID
        }
    }

    /// A certificate and how long it is good for.
    public struct CertificateFact: Sendable, Hashable {
        /// The file.
        public var path: String
        /// From when to when it is valid; nil when it cannot be read.
        public var validity: CertificateValidity?

        /// Makes the description.
        public init(path: String, validity: CertificateValidity?) {
            self.path = path
            self.validity = validity
        }
    }

    /// What charon is told by strongswan.conf, with the words that change it.
    public struct DaemonFacts: Sendable, Hashable {
        /// How `install_routes` is turned off; nil when it is off.
        public var routesRemedy: String?
        /// How `install_routes_xfrmi` is turned off; nil when it is off.
        public var interfaceRoutesRemedy: String?

        /// Makes the description.
        public init(routesRemedy: String? = nil, interfaceRoutesRemedy: String? = nil) {
            self.routesRemedy = routesRemedy
            self.interfaceRoutesRemedy = interfaceRoutesRemedy
        }
    }

    /// What was tried of the kernel in a namespace that was thrown away.
    public struct KernelSupport: Sendable, Hashable {
        /// Why nothing could be tried; nil when it could.
        public var obstacle: String?
        /// Why a link of the wanted kind cannot be made; nil when it can.
        public var linkProblem: String?
        /// Why no ESP state can be made; nil when one can.
        public var espProblem: String?
        /// The suites that the kernel refused, with its words.
        public var refusedSuites: [TransformSuite: String] = [:]

        /// Begins with a kernel that refuses nothing.
        public init() {}
    }
}
