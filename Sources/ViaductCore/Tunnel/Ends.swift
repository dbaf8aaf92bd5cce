public import NetworkModel

/// Our end of the IKE connection (spec key `local`, swanctl `local_addrs` and section `local`).
public struct LocalEnd: Sendable, Hashable {
    /// Our underlay address; nil means the one the kernel would use towards the peer.
    public var address: IPAddress?
    /// Our identity (swanctl `id`); nil means the address.
    public var identity: String?
    /// How we prove who we are.
    public var authentication: Authentication

    /// Makes a local end.
    public init(address: IPAddress? = nil, identity: String? = nil, authentication: Authentication) {
        self.address = address
        self.identity = identity
        self.authentication = authentication
    }
}

/// The peer (spec key `remote`, swanctl `remote_addrs` and section `remote`).
public struct RemoteEnd: Sendable, Hashable {
    /// Where it is, in order of preference; empty means anywhere (spec word `any`).
    public var hosts: [RemoteHost]
    /// Its identity (swanctl `id`); nil means its first host's text.
    public var identity: String?
    /// How it proves who it is.
    public var authentication: Authentication

    /// Makes a remote end.
    public init(hosts: [RemoteHost], identity: String? = nil, authentication: Authentication) {
        self.hosts = hosts
        self.identity = identity
        self.authentication = authentication
    }
}

/// One place where the peer may be.
public enum RemoteHost: Sendable, Hashable, CustomStringConvertible {
    /// An address.
    case address(IPAddress)
    /// A DNS name, which charon resolves when it initiates.
    case name(String)
    /// An address block that the peer may come from; it cannot be initiated to.
    case block(IPPrefix)

    /// The text that swanctl takes.
    public var description: String {
        switch self {
        case .address(let address): "\(address)"
        case .name(let name): name
        case .block(let prefix): "\(prefix)"
        }
    }
}

/// How one end proves who it is (spec key `psk` or `auth`).
public enum Authentication: Sendable, Hashable {
    /// By a pre-shared key.
    case psk(SecretSource)
    /// By a certificate. For our end `certificate` and `key` are given; for the peer's, `ca` or a pinned certificate.
    case certificate(CertificateSources)
}

/// Where a secret comes from.
///
/// The secret itself is read only when it is needed.
public enum SecretSource: Sendable, Hashable {
    /// A file, by its absolute path; closing line ends do not count.
    case file(String)
    /// An environment variable, by its name.
    case environment(String)
    /// A credential of the systemd unit that runs Viaduct; closing line ends do not count.
    case credential(CredentialName)
    /// The spec itself.
    case inline(Secret)
}

/// The files of certificate authentication, PEM or DER.
public struct CertificateSources: Sendable, Hashable {
    /// The end's certificate; nil for a peer known by its CA.
    public var certificate: FileSource?
    /// Our private key, not encrypted; nil for the peer.
    public var key: FileSource?
    /// The CA certificate that the end's certificate must chain to; nil when it is in charon's store already.
    public var authority: FileSource?

    /// Makes the description.
    public init(certificate: FileSource? = nil, key: FileSource? = nil, authority: FileSource? = nil) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }
}
