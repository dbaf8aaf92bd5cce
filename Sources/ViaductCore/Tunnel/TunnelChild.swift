public import NetworkModel

/// One pair of traffic selector lists and its CHILD_SA (spec key `children`, swanctl section `children`).
public struct TunnelChild: Sendable, Hashable {
    /// The child's name, of the same grammar as a tunnel's.
    public var name: TunnelName
    /// What lies behind us (swanctl `local_ts`), in the order of the spec; empty for the virtual address that the peer
    /// gives us, and for nothing else.
    public var local: [TrafficSelector]
    /// What lies behind the peer (swanctl `remote_ts`), in the order of the spec; empty for the address of a pool that it
    /// gets from us, and for nothing else.
    public var remote: [TrafficSelector]
    /// The CHILD_SA's settings.
    public var esp: ESPSettings
    /// Keys of swanctl.conf passed through to the child.
    public var extras: [ExtraSetting]

    /// Makes the description of a child.
    public init(
        name: TunnelName, local: [TrafficSelector] = TrafficSelector.everything,
        remote: [TrafficSelector] = TrafficSelector.everything, esp: ESPSettings = ESPSettings(),
        extras: [ExtraSetting] = []
    ) {
        self.name = name
        self.local = local
        self.remote = remote
        self.esp = esp
        self.extras = extras
    }
}

/// A traffic selector (RFC 7296 section 2.9; swanctl `local_ts`, `remote_ts`).
public struct TrafficSelector: Sendable, Hashable, CustomStringConvertible {
    /// The addresses, host bits clear; nil means `dynamic`: the virtual address, or the outer one.
    public var prefix: IPPrefix?
    /// Protocol and port as swanctl writes them inside the brackets, such as `tcp/443`; nil means all.
    public var service: String?

    /// Makes a selector.
    public init(_ prefix: IPPrefix?, service: String? = nil) {
        self.prefix = prefix
        self.service = service
    }

    /// Every address of both families.
    public static let everything = [
        TrafficSelector(.everything(.ipv4)), TrafficSelector(.everything(.ipv6)),
    ]

    /// The text that swanctl takes.
    public var description: String {
        (prefix.map { "\($0)" } ?? "dynamic") + (service.map { "[\($0)]" } ?? "")
    }
}

/// Settings of the IKE connection (spec key `ike`).
///
/// Defaults are written out to charon rather than left to its version, so that a restart or an upgrade changes nothing.
public struct IKESettings: Sendable, Hashable {
    /// The IKE version: 1 or 2 (swanctl `version`).
    public var version: Int
    /// The proposals in order of preference (swanctl `proposals`).
    public var proposals: [Proposal]
    /// Seconds between checks that the peer is alive (swanctl `dpd_delay`); 0 checks never.
    public var deadPeerDelay: Seconds
    /// Seconds until the IKE_SA's keys are renewed (swanctl `rekey_time`); 0 never.
    public var rekeyTime: Seconds
    /// Whether the SA may follow a change of addresses (swanctl `mobike`); it can move IKE into the tunnel.
    public var isMobile: Bool
    /// Whether UDP encapsulation is forced even without NAT (swanctl `encap`).
    public var isEncapsulated: Bool
    /// Whether IKE messages are fragmented (swanctl `fragmentation`): `yes`, `no`, `accept` or `force`.
    public var fragmentation: String
    /// How often a lost initiation is retried (swanctl `keyingtries`); 0 is for ever.
    public var keyingTries: Int
    /// Our IKE port (swanctl `local_port`); nil is the default, 500.
    public var localPort: Int?
    /// The peer's IKE port (swanctl `remote_port`); nil is the default, 500.
    public var remotePort: Int?

    /// Makes settings; every default is Viaduct's.
    public init(
        version: Int = 2, proposals: [Proposal] = Proposal.ikeDefaults, deadPeerDelay: Seconds = Seconds(30),
        rekeyTime: Seconds = Seconds(4 * 3600), isMobile: Bool = false, isEncapsulated: Bool = false,
        fragmentation: String = "yes", keyingTries: Int = 0, localPort: Int? = nil, remotePort: Int? = nil
    ) {
        self.version = version
        self.proposals = proposals
        self.deadPeerDelay = deadPeerDelay
        self.rekeyTime = rekeyTime
        self.isMobile = isMobile
        self.isEncapsulated = isEncapsulated
        self.fragmentation = fragmentation
        self.keyingTries = keyingTries
        self.localPort = localPort
        self.remotePort = remotePort
    }
}

/// Settings of a CHILD_SA (spec key `esp`).
public struct ESPSettings: Sendable, Hashable {
    /// The proposals in order of preference (swanctl `esp_proposals`).
    public var proposals: [Proposal]
    /// Seconds until the CHILD_SA's keys are renewed (swanctl `rekey_time`); 0 never.
    public var rekeyTime: Seconds
    /// The replay window in packets (swanctl `replay_window`); 0 turns the check off.
    public var replayWindow: Int

    /// Makes settings; every default is Viaduct's.
    public init(
        proposals: [Proposal] = Proposal.espDefaults, rekeyTime: Seconds = Seconds(3600), replayWindow: Int = 128
    ) {
        self.proposals = proposals
        self.rekeyTime = rekeyTime
        self.replayWindow = replayWindow
    }
}

/// A span of time in whole seconds, 0 or more.
public struct Seconds: Sendable, Hashable, CustomStringConvertible {
    /// The number of seconds.
    public let count: Int

    /// Makes a span of seconds.
    public init(_ count: Int) {
        self.count = count
    }

    /// The text that swanctl takes, such as `3600s`.
    public var description: String { "\(count)s" }
}
