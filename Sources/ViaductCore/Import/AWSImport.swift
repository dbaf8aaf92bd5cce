public import NetworkModel

/// Turns the configuration of a customer gateway, as AWS Site-to-Site VPN hands it out in XML, into specs.
///
/// AWS has two tunnels for each connection. Each becomes a spec; the second one's routes have a greater metric, so that
/// it is the backup of the first.
public enum AWSImport {
    /// What is wished beside what the file says.
    public struct Options: Sendable {
        /// The specs' names begin so, with -1 and -2 behind it.
        public var name = "aws"
        /// What lies behind AWS; the file does not tell.
        public var routes: [IPPrefix] = []
        /// The IKE version: 1 or 2, which AWS both takes.
        public var version = 2

        /// Makes options.
        public init() {}
    }

    /// Imports a file.
    ///
    /// - Throws: `SettingsError` when it is no XML, `ImportError` with all that keeps a spec from being made.
    public static func specs(of file: SettingsFile, options: Options) throws -> ImportResult {
        let root = ForeignSection(try XMLReader.read(file), file: file.path)
        let report = ImportReport()
        guard root.name == "vpn_connection" else {
            throw ImportError(
                root.remark("is not what AWS calls a vpn_connection", "name its XML file (vendor Generic)"))
        }
        let connection = root.take("id")?.value ?? "without an id"
        for name in ["customer_gateway_id", "vpn_gateway_id", "transit_gateway_id", "vpn_connection_type"] {
            _ = root.take(name)
        }
        // Static routing: that there is no BGP the tunnels tell as well.
        if let attribute = root.take("vpn_connection_attributes"), attribute.value != "NoBGPVPNConnection" {
            report.warn(attribute.remark("has no counterpart", "it is left out"))
        }
        let tunnels = root.sections.filter { $0.name == "ipsec_tunnel" }
        let specs = tunnels.enumerated().compactMap { index, section in
            AWSTunnel(section: section, index: index, connection: connection, options: options, report: report).spec()
        }
        for section in [root] + root.sections.filter({ $0.name != "ipsec_tunnel" }) {
            for key in section.untaken { report.warn(key.remark("has no counterpart", "it is left out")) }
        }
        if let error = ImportError(report.problems) { throw error }
        guard !specs.isEmpty else { throw ImportError(root.remark("has no ipsec_tunnel")) }
        if options.routes.isEmpty {
            report.warn(
                root.remark(
                    "does not tell what lies behind AWS",
                    "say --route PREFIX for each network of the VPC, or run BGP over the tunnels"))
        }
        return ImportResult(specs: specs, warnings: report.warnings.inOrderOfPlaces)
    }
}

/// One tunnel of AWS.
private struct AWSTunnel {
    let section: ForeignSection
    let index: Int
    let connection: String
    let options: AWSImport.Options
    let report: ImportReport

    func spec() -> ImportedSpec? {
        let failures = report.problems.count
        let ours = outside("customer_gateway"), theirs = outside("vpn_gateway")
        let address = inside("customer_gateway"), neighbour = inside("vpn_gateway")
        let ike = ikeEntries(), (esp, segment, child, detection) = espEntries()
        let bgp = bgpLine(neighbour: neighbour)
        let secret = section.section("ike")?.take("pre_shared_key")
        tellUntaken(section)
        if secret == nil { report.fail(section.remark("has no pre_shared_key")) }
        guard report.problems.count == failures, let name = TunnelName("\(options.name)-\(index + 1)"), let ours,
            let theirs,
            let secret
        else {
            if TunnelName("\(options.name)-\(index + 1)") == nil {
                report.fail(ImportRemark("--name", "is no name that a tunnel can have", value: options.name))
            }
            return nil
        }
        let metric = options.routes.isEmpty ? nil : "\((index + 1) * 100)"
        let link: [SpecValue.Entry?] = [
            address.map { .init("addresses", .list([.text($0)])) }, segment.map { .init("mss", $0) },
            bgp == nil ? nil : .init("multicast", "true"),
        ]
        let document = SpecValue.mapping(
            // A gateway behind a NAT does not have the address that AWS knows; as an identity it serves in both cases.
            .init("local", .mapping(.init("id", ours))), .init("remote", theirs),
            .init("psk", .mapping(.init("file", "\(name).psk"))),
            .init("interface", .mapping(link.compactMap { $0 })),
            .init(
                "routes",
                .list(
                    options.routes.map { route in
                        .mapping(.init("to", "\(route.network)"), .init("metric", ifAny: metric.map { .text($0) }))
                    })),
            .init("ike", .mapping(ike + (detection.map { [.init("dpd", $0)] } ?? []))), .init("esp", .mapping(esp)),
            child.isEmpty ? nil : .init("swanctl", .mapping(.init("child", .mapping(child)))))
        return make(name: name, document: document, bgp: bgp, secret: secret)
    }

    private func make(name: TunnelName, document: SpecValue, bgp: String?, secret: ForeignKey) -> ImportedSpec? {
        let value = Secret(secret.value.utf8)
        if let fault = ImportedSecret.fault(of: value) {
            report.fail(ImportRemark(secret.path, fault, at: secret.position))
            return nil
        }
        let file = secret.position.file
        do throws(SpecError) {
            return try ImportedSpec(
                name: name, origin: "\(connection), tunnel \(index + 1)",
                heading: ["Imported from \(file), tunnel \(index + 1) of \(connection)."] + (bgp.map { [$0] } ?? []),
                document: document, secrets: [ImportedSecret(fileName: "\(name).psk", secret: value)])
        } catch {
            for problem in error.problems {
                report.fail(section.remark("cannot be said in a spec: \(problem.path) \(problem.what)", problem.remedy))
            }
            return nil
        }
    }

    private func outside(_ end: String) -> String? {
        let key =
            section.section(end)?.section("tunnel_outside_address")?.take("ip_address")
            ?? section.section(end)?.take("tunnel_outside_address")
        guard let key, let address = IPAddress(key.value) else {
            report.fail(section.remark("has no tunnel_outside_address of the \(end)"))
            return nil
        }
        return "\(address)"
    }

    private func inside(_ end: String) -> String? {
        guard let inside = section.section(end)?.section("tunnel_inside_address") else { return nil }
        let length = inside.take("network_cidr")?.value ?? "30"
        _ = inside.take("network_mask")
        return inside.take("ip_address").map { "\($0.value)/\(length)" }
    }

    /// What a routing daemon has to know, as a line of the spec's heading; nil without BGP.
    private func bgpLine(neighbour: String?) -> String? {
        guard let ours = section.section("customer_gateway")?.section("bgp"),
            let theirs = section.section("vpn_gateway")?.section("bgp")
        else { return nil }
        let neighbour = neighbour.map { String($0.prefix { $0 != "/" }) } ?? "the far end"
        let hold = theirs.take("hold_time")?.value ?? "30"
        _ = ours.take("hold_time")
        let numbers = (ours.take("asn")?.value ?? "?", theirs.take("asn")?.value ?? "?")
        return "BGP: our AS \(numbers.0), neighbour \(neighbour), remote AS \(numbers.1), hold time \(hold) seconds."
    }

    private func ikeEntries() -> [SpecValue.Entry] {
        guard let ike = section.section("ike") else {
            report.fail(section.remark("has no section 'ike'"))
            return []
        }
        _ = ike.take("mode")
        let parts = [
            algorithm(ike.take("encryption_protocol")), algorithm(ike.take("authentication_protocol")),
            group(ike.take("perfect_forward_secrecy")),
        ]
        if parts.contains("modp1024") {
            report.warn(
                ike.remark(
                    "has the weakest algorithms that AWS takes",
                    "AWS takes better ones without any change on its side, such as 'proposals: aes256gcm16-prfsha384-ecp384'"
                ))
        }
        return [
            options.version == 1 ? .init("version", "1") : nil,
            .init("proposals", parts.compactMap { $0 }.joined(separator: "-")),
            .init("rekey", ifAny: renewal(ike.take("lifetime"))),
        ].compactMap { $0 }
    }

    private func espEntries() -> ([SpecValue.Entry], SpecValue?, [SpecValue.Entry], String?) {
        guard let ipsec = section.section("ipsec") else {
            report.fail(section.remark("has no section 'ipsec'"))
            return ([], nil, [], nil)
        }
        for (name, only) in [("protocol", "esp"), ("mode", "tunnel")] {
            guard let key = ipsec.take(name), key.value != only else { continue }
            report.fail(key.remark("is not '\(only)'"))
        }
        // The link's MTU sees to it.
        _ = ipsec.take("fragmentation_before_encryption")
        let encryption = algorithm(ipsec.take("encryption_protocol"))
        let integrity = algorithm(ipsec.take("authentication_protocol"))
        let isCombined = encryption?.contains("gcm") ?? false
        let parts = [encryption, isCombined ? nil : integrity, group(ipsec.take("perfect_forward_secrecy"))]
        var child: [SpecValue.Entry] = []
        if ipsec.take("clear_df_bit")?.value == "true" { child.append(.init("copy_df", "no")) }
        let detection = ipsec.section("dead_peer_detection")
        if let retries = detection?.take("retries") {
            report.warn(
                retries.remark(
                    "is how often AWS would ask a dead peer", "charon has charon.retransmit_tries for all of its peers")
            )
        }
        let interval = detection?.take("interval").map { "\($0.value)s" }
        let esp = [
            SpecValue.Entry("proposals", parts.compactMap { $0 }.joined(separator: "-")),
            SpecValue.Entry("rekey", ifAny: renewal(ipsec.take("lifetime"))),
        ].compactMap { $0 }
        return (esp, ipsec.take("tcp_mss_adjustment").map { .text($0.value) }, child, interval)
    }

    /// Keys are renewed when nine tenths of their life are over.
    private func renewal(_ key: ForeignKey?) -> SpecValue? {
        key.flatMap { key in
            guard let life = Int(key.value), life > 0 else {
                report.warn(key.remark("is no lifetime", "it is left out"))
                return nil
            }
            return .text("\(life / 10 * 9)s")
        }
    }

    private func group(_ key: ForeignKey?) -> String? {
        let names = [
            "2": "modp1024", "5": "modp1536", "14": "modp2048", "15": "modp3072", "16": "modp4096", "17": "modp6144",
            "18": "modp8192", "19": "ecp256", "20": "ecp384", "21": "ecp521", "22": "modp1024s160",
            "23": "modp2048s224", "24": "modp2048s256",
        ]
        guard let key else { return nil }
        guard let name = names[key.value.lowercased().replacing("group", with: "")] else {
            report.fail(key.remark("is a group that is not known"))
            return nil
        }
        return name
    }

    private func algorithm(_ key: ForeignKey?) -> String? {
        let names = [
            "aes-128-cbc": "aes128", "aes-256-cbc": "aes256", "aes128": "aes128", "aes256": "aes256",
            "aes-128-gcm-16": "aes128gcm16", "aes-256-gcm-16": "aes256gcm16", "aes128-gcm-16": "aes128gcm16",
            "aes256-gcm-16": "aes256gcm16", "sha1": "sha1", "sha-1": "sha1", "hmac-sha1-96": "sha1",
            "sha2-256": "sha256",
            "sha256": "sha256", "sha-256": "sha256", "hmac-sha2-256-128": "sha256", "hmac-sha-256-128": "sha256",
            "sha2-384": "sha384", "sha384": "sha384", "hmac-sha2-384-192": "sha384", "sha2-512": "sha512",
            "sha512": "sha512", "hmac-sha2-512-256": "sha512",
        ]
        guard let key else { return nil }
        guard let name = names[key.value.lowercased()] else {
            report.fail(key.remark("is an algorithm that is not known"))
            return nil
        }
        return name
    }

    private func tellUntaken(_ section: ForeignSection) {
        for key in section.untaken { report.warn(key.remark("has no counterpart", "it is left out")) }
        for inner in section.sections { tellUntaken(inner) }
    }
}
