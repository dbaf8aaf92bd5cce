internal import NetworkModel

/// Turns ipsec.conf, of strongSwan's starter or of libreswan, into specs.
///
/// It is first made to look like swanctl.conf, as strongSwan's own guide for that change has it, and goes on from there;
/// what is said about a key names it as ipsec.conf has it.
public enum IPsecImport {
    /// Imports the connections of a file.
    ///
    /// - Parameters:
    ///   - file: ipsec.conf.
    ///   - secrets: ipsec.secrets; nil when there is none.
    ///   - options: what is wished, and what the machine knows; `directory` is the folder ipsec.d.
    ///   - include: finds the files that a pattern in a file means.
    /// - Returns: the specs.
    /// - Throws: `SettingsError` when the file is none, `ImportError`.
    public static func specs(
        of file: SettingsFile, secrets: SettingsFile?, options: ImportOptions,
        include: (_ pattern: String, _ includingFile: String) throws(SettingsError) -> [SettingsFile]
    ) throws -> ImportResult {
        let conf = try IPsecConf(file, include: include)
        let report = ImportReport()
        var options = options
        let (credentials, keys) =
            secrets.map { IPsecSecrets.section($0, folder: options.directory) }
            ?? (ForeignSection("secrets", path: "secrets", position: nil), [])
        options.keys += keys
        for remark in conf.lostReferences { report.warn(remark) }
        let connections = connections(of: conf, options: options, report: report)
        let root = ForeignSection(
            "", path: file.path, position: SettingsPosition(file: file.path, line: 1),
            sections: [
                ForeignSection("connections", path: "connections", position: nil, sections: connections.sections),
                credentials, ForeignSection("pools", path: "pools", position: nil, sections: connections.pools),
            ])
        return try SwanctlImport.specs(of: root, options: options, report: report)
    }

    private static func connections(
        of conf: IPsecConf, options: ImportOptions, report: ImportReport
    ) -> (sections: [ForeignSection], pools: [ForeignSection]) {
        let dialect = IPsecDialect(conf)
        var merged: [IPsecConnection] = []
        for section in conf.sections where section.kind == .setup {
            for key in section.keys where key.name != "uniqueids" {
                report.warn(key.remark("is for the whole daemon", "it is left out"))
            }
        }
        for section in conf.sections where section.kind == .authority {
            for key in conf.keys(of: section) where section.name != "%default" {
                report.warn(
                    key.remark("is not carried into a spec", "put the CA's certificate into /etc/swanctl/x509ca"))
            }
        }
        for section in conf.sections where section.kind == .connection && section.name != "%default" {
            let keys = conf.keys(of: section)
            let auto = keys.first { $0.name == "auto" }
            let isLoaded = auto.map { $0.value.lowercased() != "ignore" } ?? false
            guard isLoaded || options.connections.contains(section.name) else {
                if !conf.templates.contains(section.name) {
                    report.warn(
                        ImportRemark(
                            "conn \(section.name)", "is never loaded, without 'auto' or with 'auto=ignore'",
                            "it is left out; say --connection \(section.name) to have it", at: section.position))
                }
                continue
            }
            var connection = IPsecConnection(
                section: section, keys: keys, setup: conf.sections.first { $0.kind == .setup }, dialect: dialect,
                localAddresses: options.localAddresses, report: report)
            connection.translate()
            // Connections to one peer share an IKE_SA, and each is a child of it.
            if let index = merged.firstIndex(where: { $0.isSamePeer(as: connection) }) {
                merged[index].children += connection.children
            } else {
                merged.append(connection)
            }
        }
        return (merged.map(\.foreign), merged.flatMap(\.pools))
    }
}

/// Whose ipsec.conf it is.
enum IPsecDialect {
    case strongSwan, libreswan

    /// Keys that only libreswan has.
    private static let libreswanKeys: Set<String> = [
        "ikev2", "phase2", "phase2alg", "salifetime", "leftsubnets", "rightsubnets", "sareftrack", "virtual-private",
        "virtual_private", "protostack", "plutodebug", "logfile", "ipsec-interface", "vti-interface", "vti-routing",
        "vti-shared", "leftvti", "rightvti", "encapsulation", "nic-offload", "retransmit-timeout", "dpdtimeout2",
        "leftxauthserver", "rightxauthclient", "narrowing", "sha2-truncbug", "ms-dh-downgrade", "aggrmode",
        "intermediate",
    ]

    init(_ conf: IPsecConf) {
        let names = conf.sections.flatMap(\.keys).map(\.name)
        self = names.contains { Self.libreswanKeys.contains($0) } ? .libreswan : .strongSwan
    }
}
