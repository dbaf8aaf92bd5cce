public import NetworkModel

/// The parameters that a cloud provider documents for its VPN gateways.
public enum CloudPreset: String, Sendable, CaseIterable {
    /// Azure VPN Gateway, route-based, with its default policies
    /// (https://learn.microsoft.com/en-us/azure/vpn-gateway/vpn-gateway-about-vpn-devices, "Default IPsec/IKE parameters"):
    /// group 2 for IKE, GCM AES256 without PFS as the first offer for ESP, 28800 and 27000 seconds.
    case azure
    /// Google Cloud HA VPN with IKEv2, which wants one cipher for each role
    /// (https://cloud.google.com/network-connectivity/docs/vpn/concepts/supported-ike-ciphers): AES-GCM-16-256, group 14, PFS,
    /// 36000 and 10800 seconds.
    case google

    /// What is special to one tunnel.
    public struct Wishes: Sendable {
        /// The provider's gateway.
        public var remote: IPAddress
        /// Our public address, by which the provider knows us; nil takes the address that leads to the gateway.
        public var identity: IPAddress?
        /// The link's own address and length, as BGP needs; nil for none.
        public var inner: IPPrefix?
        /// The networks behind the gateway.
        public var routes: [IPPrefix] = []
        /// The pre-shared key.
        public var secret: Secret

        /// Gathers what has to be said.
        public init(remote: IPAddress, secret: Secret) {
            self.remote = remote
            self.secret = secret
        }
    }

    /// Makes a spec.
    ///
    /// - Throws: `SpecError` when the wishes do not fit together, `ImportError` when no file can hold the secret.
    public func spec(_ name: TunnelName, _ wishes: Wishes) throws -> ImportedSpec {
        if let fault = ImportedSecret.fault(of: wishes.secret) { throw ImportError(ImportRemark("secret", fault)) }
        let document = SpecValue.mapping(
            wishes.identity.map { .init("local", .mapping(.init("id", "\($0)"))) }, .init("remote", "\(wishes.remote)"),
            .init("psk", .mapping(.init("file", "\(name).psk"))),
            .init(
                "interface",
                .mapping(
                    .init("addresses", ifAny: wishes.inner.map { .list([.text("\($0)")]) }), .init("mtu", mtu),
                    .init("mss", .text(segmentSize)))),
            .init("routes", .list(wishes.routes.map { .text("\($0)") })),
            .init(
                "ike", .mapping(.init("proposals", .texts(proposals.ike)), .init("dpd", dpd), .init("rekey", life.ike))),
            .init("esp", .mapping(.init("proposals", .texts(proposals.esp)), .init("rekey", life.esp))))
        return try ImportedSpec(
            name: name, origin: rawValue,
            heading: ["Made for \(provider): compare the parameters with what it documents now."],
            document: document, secrets: [ImportedSecret(fileName: "\(name).psk", secret: wishes.secret)])
    }

    private var provider: String {
        switch self {
        case .azure: "Azure VPN Gateway"
        case .google: "Google Cloud HA VPN"
        }
    }

    /// The link's MTU in bytes: Azure's own advice; Google's payload MTU of AEAD ciphers between IPv4 addresses, 1406, less
    /// the 8 bytes of UDP, which a NAT asks for
    /// (https://cloud.google.com/network-connectivity/docs/vpn/concepts/mtu-considerations).
    private var mtu: String {
        switch self {
        case .azure: "1400"
        case .google: "1398"
        }
    }

    /// The greatest TCP segment: what Azure asks for, and what fits Google's MTU.
    private var segmentSize: String {
        switch self {
        case .azure: "1350"
        case .google: "clamp"
        }
    }

    private var dpd: String {
        switch self {
        case .azure: "45s"
        case .google: "20s"
        }
    }

    /// Keys are renewed when nine tenths of the documented lifetimes are over.
    private var life: (ike: String, esp: String) {
        switch self {
        case .azure: (ike: "25920s", esp: "24300s")
        case .google: (ike: "32400s", esp: "9720s")
        }
    }

    private var proposals: (ike: [String], esp: [String]) {
        switch self {
        case .azure: (ike: ["aes256-sha256-modp1024"], esp: ["aes256gcm16", "aes256-sha256"])
        case .google: (ike: ["aes256gcm16-prfsha256-modp2048"], esp: ["aes256gcm16-modp2048"])
        }
    }
}
