public import NetworkModel

/// What one spec file asks for: a route-based tunnel with its link, routes, rules and IKE connections.
///
/// A value of this type is sound: every field is in range and the fields fit together. What the spec leaves to Viaduct
/// is nil or `.automatic` here and is settled by `Planner`, which knows the machine.
public struct Tunnel: Sendable, Hashable {
    /// The tunnel's name: the spec file's name.
    public var name: TunnelName
    /// The link.
    public var interface: TunnelInterface
    /// What is routed through the link.
    public var routes: [TunnelRoute]
    /// Rules that choose among routing tables.
    public var rules: [TunnelRule]
    /// What becomes of routed packets when the tunnel cannot carry them.
    public var leak: LeakPolicy
    /// Whether packets are forwarded between the link and other interfaces.
    public var forwarding: Forwarding
    /// The peers behind the link, each an IKE connection; never empty.
    public var peers: [TunnelPeer]
    /// Programs of the administrator's that are run when the tunnel goes up and down.
    public var hooks: [Hook]
    /// Which address proves that the tunnel carries packets.
    public var probe: ProbeWish

    /// Makes a tunnel; `SpecReader` is the usual maker, which checks that all fits together.
    public init(
        name: TunnelName, interface: TunnelInterface, routes: [TunnelRoute] = [], rules: [TunnelRule] = [],
        leak: LeakPolicy = .block, forwarding: Forwarding = .automatic, peers: [TunnelPeer],
        hooks: [Hook] = [], probe: ProbeWish = .automatic
    ) {
        self.name = name
        self.interface = interface
        self.routes = routes
        self.rules = rules
        self.leak = leak
        self.forwarding = forwarding
        self.peers = peers
        self.hooks = hooks
        self.probe = probe
    }

    /// Makes a tunnel to a single peer, whose connection has the tunnel's name.
    public init(
        name: TunnelName, local: LocalEnd, remote: RemoteEnd, interface: TunnelInterface, routes: [TunnelRoute] = [],
        rules: [TunnelRule] = [], leak: LeakPolicy = .block, children: [TunnelChild],
        ike: IKESettings = IKESettings(), start: StartMode = .up, forwarding: Forwarding = .automatic,
        connectionExtras: [ExtraSetting] = []
    ) {
        let peer = TunnelPeer(
            connection: name, local: local, remote: remote, children: children, ike: ike, start: start,
            extras: connectionExtras)
        self.init(
            name: name, interface: interface, routes: routes, rules: rules, leak: leak, forwarding: forwarding,
            peers: [peer])
    }

    /// The children of all peers.
    public var children: [TunnelChild] { peers.flatMap(\.children) }
}

/// A program that is run when a tunnel goes up or down (spec key `hooks`).
public struct Hook: Sendable, Hashable, Codable {
    /// When it is run.
    public var moment: Moment
    /// The program's absolute path and its arguments; no shell reads them.
    public var words: [String]
    /// How many seconds it may take before it is killed and counts as failed.
    public var timeout: Int

    /// When a hook is run.
    public enum Moment: String, Sendable, Hashable, Codable, CaseIterable {
        /// Before anything is changed; its failure keeps the tunnel down.
        case preUp = "pre-up"
        /// When the tunnel is up; its failure takes the tunnel back.
        case postUp = "post-up"
        /// Before anything is taken away.
        case preDown = "pre-down"
        /// When all is taken away.
        case postDown = "post-down"
    }

    /// Makes a hook.
    public init(_ moment: Moment, _ words: [String], timeout: Int = 30) {
        self.moment = moment
        self.words = words
        self.timeout = timeout
    }
}

/// A peer behind a tunnel's link, with the IKE connection to it.
public struct TunnelPeer: Sendable, Hashable {
    /// The connection's name in charon: the tunnel's, or `TUNNEL-PEER` where there are several.
    public var connection: TunnelName
    /// Our end of the IKE connection.
    public var local: LocalEnd
    /// The peer's end.
    public var remote: RemoteEnd
    /// The pairs of traffic selectors, each a CHILD_SA; never empty.
    public var children: [TunnelChild]
    /// The IKE connection's settings.
    public var ike: IKESettings
    /// When the tunnel is established.
    public var start: StartMode
    /// Addresses that this end hands out to the peer (swanctl `pools`), each a block; empty for none.
    public var pools: [IPPrefix]
    /// The families of which this end asks the peer for a virtual address (swanctl `vips`); empty for none.
    public var virtualAddresses: [AddressFamily]
    /// Keys of swanctl.conf passed through to the connection, in the order of the spec.
    public var extras: [ExtraSetting]
    /// Keys passed through to the connection's section `local`.
    public var localExtras: [ExtraSetting]
    /// Keys passed through to the connection's section `remote`.
    public var remoteExtras: [ExtraSetting]

    /// Makes a peer.
    public init(
        connection: TunnelName, local: LocalEnd, remote: RemoteEnd, children: [TunnelChild],
        ike: IKESettings = IKESettings(), start: StartMode = .up, pools: [IPPrefix] = [],
        virtualAddresses: [AddressFamily] = [], extras: [ExtraSetting] = [], localExtras: [ExtraSetting] = [],
        remoteExtras: [ExtraSetting] = []
    ) {
        self.connection = connection
        self.local = local
        self.remote = remote
        self.children = children
        self.ike = ike
        self.start = start
        self.pools = pools
        self.virtualAddresses = virtualAddresses
        self.extras = extras
        self.localExtras = localExtras
        self.remoteExtras = remoteExtras
    }
}

/// The name of a tunnel: 1...60 of `A-Z a-z 0-9 _ -`, not beginning with `-`, and not `include`, as a section of
/// swanctl.conf with that name would be taken for the inclusion of a file.
///
/// The set is what names a section of swanctl.conf, a file and a systemd instance without any quoting.
public struct TunnelName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// Makes a name if it fits the grammar.
    public init?(_ text: some StringProtocol) {
        let isWord = text.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2d: true
            default: false
            }
        }
        guard (1...60).contains(text.utf8.count), isWord, !text.hasPrefix("-"), text != "include" else {
            return nil
        }
        self.text = String(text)
    }

    /// The name's text.
    public var description: String { text }

    /// Sorts by the bytes of the name.
    public static func < (left: TunnelName, right: TunnelName) -> Bool { left.text < right.text }
}

/// What becomes of packets for the routed prefixes when the tunnel cannot carry them (spec key `leak`).
public enum LeakPolicy: String, Sendable, Hashable, CaseIterable {
    /// They are dropped as unreachable; the default.
    case block
    /// They follow whatever other route there is, in clear.
    case allow
}

/// When the tunnel is established (spec key `start`, swanctl `start_action`).
public enum StartMode: String, Sendable, Hashable, CaseIterable {
    /// At once, by us, and again whenever it is lost; the default.
    case up
    /// When the first packet wants to pass (`trap`).
    case onDemand = "on-demand"
    /// When the peer asks (`none`).
    case listen
}

/// Whether this machine forwards packets between the tunnel and others (spec key `forwarding`).
public enum Forwarding: String, Sendable, Hashable, CaseIterable {
    /// Left as it is; a site that forwards has it on already.
    case automatic = "auto"
    /// Turned on, and back off by the last tunnel that wanted it.
    case on = "true"
    /// Never touched.
    case off = "false"
}

/// A key of swanctl.conf that Viaduct passes on without knowing it (spec section `swanctl`).
public struct ExtraSetting: Sendable, Hashable {
    /// The key, such as `copy_dscp`.
    public var key: String
    /// The value.
    public var value: Value

    /// A value, one text or a list.
    public enum Value: Sendable, Hashable {
        /// One text.
        case text(String)
        /// A list, whose items hold no comma.
        case list([String])
    }

    /// Makes a setting.
    public init(_ key: String, _ value: Value) {
        self.key = key
        self.value = value
    }
}
