public import NetworkModel

/// How a tunnel is: what the machine and charon have of it, and what to make of that.
public struct TunnelStatus: Sendable, Hashable {
    /// The tunnel.
    public var name: TunnelName
    /// How it is, in one word.
    public var condition: TunnelCondition
    /// Why, in a few words for a person.
    public var reason: String
    /// Whether it has a spec that could be read.
    public var hasSpec: Bool
    /// The network namespace of its link; nil means this process's.
    public var namespace: NamespaceName?
    /// Its links: one, or two where the ids of the directions differ.
    public var links: [Link]
    /// The addresses on its links.
    public var addresses: [InterfaceAddress]
    /// Its routes but for the fences.
    public var routes: [Route]
    /// Its fences: what drops its packets when the link is gone.
    public var fences: [Route]
    /// Its rules.
    public var rules: [Rule]
    /// Its IKE connections.
    public var connections: [ConnectionStatus]
    /// What `up` would do, as commands; empty when all is as the spec asks, or when that is not known.
    public var differences: [String]

    /// The CHILD_SAs of all its connections.
    public var children: [ChildStatus] { connections.flatMap(\.sas).flatMap(\.children) }
}

/// An IKE connection of a tunnel.
public struct ConnectionStatus: Sendable, Hashable {
    /// Its name in charon.
    public var name: String
    /// Whether charon has its configuration.
    public var isLoaded: Bool
    /// Its IKE_SAs.
    public var sas: [IKEStatus]

    /// Makes the description of a connection.
    public init(name: String, isLoaded: Bool, sas: [IKEStatus]) {
        self.name = name
        self.isLoaded = isLoaded
        self.sas = sas
    }
}
