public import NetworkModel

/// What a person wishes of an import, and what only the machine knows.
public struct ImportOptions {
    /// The connections to import; empty for all.
    public var connections: [String] = []
    /// Whether one child from any to any address takes the place of a connection's children.
    public var isAnyToAny = false
    /// The section of the pre-shared key to take where there are several; nil leaves it to what charon would do.
    public var secret: String?
    /// The file of our private key, where the input does not tell; nil looks for it among `keys`.
    public var key: String?
    /// swanctl's folder, which certificates and keys are looked for in.
    public var directory = ConfigurationPath.root
    /// The paths of the private keys in swanctl's folder.
    public var keys: [String] = []
    /// This machine's own addresses.
    public var localAddresses: [IPAddress] = []
    /// Finds the addresses of a host name, in order of preference; none when it has none.
    public var resolve: (String) -> [IPAddress] = { _ in [] }

    /// Makes options: everything is imported as it stands.
    public init() {}
}
