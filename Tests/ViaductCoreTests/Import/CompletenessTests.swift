import NetworkModel
import Testing
import ViaductCore

/// Every key of swanctl.conf, with a value that is not its default.
private enum Keys {
    static let connection = [
        "local_port": "4500", "remote_port": "4501", "proposals": "aes256-sha256-modp2048", "vips": "0.0.0.0",
        "aggressive": "yes", "pull": "no", "dscp": "101010", "encap": "yes", "mobike": "yes", "dpd_delay": "11s",
        "dpd_timeout": "12s", "fragmentation": "force", "childless": "force", "send_certreq": "no",
        "send_cert": "always", "ocsp": "never", "ppk_id": "ppk@example.org", "ppk_required": "yes", "keyingtries": "7",
        "unique": "replace", "reauth_time": "13h", "rekey_time": "14h", "over_time": "15m", "rand_time": "16m",
        "pools": "lost", "if_id_in": "17", "if_id_out": "18", "mediation": "yes", "mediated_by": "server",
        "mediation_peer": "peer", "unheard_of": "x",
    ]
    static let local = [
        "round": "1", "certs": "me.pem", "pubkeys": "me.pub", "id": "me@example.org", "eap_id": "eap", "aaa_id": "aaa",
        "xauth_id": "xauth", "unheard_of": "x",
    ]
    static let remote = [
        "round": "1", "id": "peer@example.org", "eap_id": "eap", "groups": "a, b", "cert_policy": "1.2.3",
        "certs": "peer.pem", "cacerts": "ca.pem", "ca_id": "CN=ca", "pubkeys": "peer.pub", "revocation": "strict",
        "unheard_of": "x",
    ]
    static let child = [
        "ah_proposals": "sha256", "esp_proposals": "aes256-sha256", "sha256_96": "yes", "rekey_time": "21m",
        "life_time": "22m", "rand_time": "1m", "rekey_bytes": "23", "life_bytes": "24", "rand_bytes": "25",
        "rekey_packets": "26", "life_packets": "27", "rand_packets": "28", "updown": "/bin/updown",
        "hostaccess": "yes", "mode": "transport", "policies": "no", "policies_fwd_out": "yes", "dpd_action": "restart",
        "ipcomp": "yes", "inactivity": "29s", "reqid": "30", "priority": "31", "interface": "eth7", "mark_in": "32",
        "mark_in_sa": "yes", "mark_out": "33", "set_mark_in": "34", "set_mark_out": "35", "if_id_in": "36",
        "if_id_out": "37", "label": "system_u", "label_mode": "simple", "tfc_padding": "38", "replay_window": "39",
        "per_cpu_sas": "yes", "hw_offload": "auto", "copy_df": "no", "copy_ecn": "no", "copy_dscp": "in", "icmp": "yes",
        "start_action": "trap", "close_action": "start", "unheard_of": "x",
    ]
    static let all =
        connection.map { Key(.connection, $0, $1) } + local.map { Key(.local, $0, $1) }
        + remote.map { Key(.remote, $0, $1) } + child.map { Key(.child, $0, $1) }

    /// Keys for which no spec can be made at all.
    static let refused: Set<String> = ["pools", "mediation", "mediated_by", "mediation_peer", "ah_proposals", "mode"]
}

/// A key with its place and value.
private struct Key: Hashable, Sendable, CustomTestStringConvertible {
    enum Place: Hashable, CaseIterable { case connection, local, remote, child }

    let place: Place
    let name: String
    let value: String

    init(_ place: Place, _ name: String, _ value: String) {
        (self.place, self.name, self.value) = (place, name, value)
    }

    var testDescription: String { "\(place).\(name)" }
}

@Suite("Nothing of swanctl.conf is dropped in silence") struct CompletenessTests {
    @Test("every key is in the spec, or told about with its line", arguments: Keys.all)
    private func each(key: Key) throws {
        let (with, line) = try outcome([key], besides: nil)
        let (without, _) = try outcome([], besides: nil)
        let isTold = with.remarks.contains { $0.position?.line == line && "\($0)".contains(key.name) }
        #expect(with.spec != without.spec || isTold, "\(with)")
        #expect(with.spec != nil || Keys.refused.contains(key.name), "\(with.remarks)")
    }

    @Test("of many keys together, each one shows when it is taken away", arguments: 1...UInt64(40))
    func together(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let keys = Keys.all.filter { !Keys.refused.contains($0.name) && Bool.random(using: &numbers) }
            .sorted { $0.testDescription < $1.testDescription }
        let all = try outcome(keys, besides: nil).outcome
        for key in keys {
            let others = try outcome(keys, besides: key).outcome
            #expect(others != all, "\(key.testDescription) makes no difference")
        }
    }

    @Test("secrets, pools and authorities that no spec has are told about")
    func others() throws {
        let sections = [
            "secrets": [
                "eap": ["secret", "id"], "xauth": ["secret", "id"], "ntlm": ["secret", "id"], "ppk": ["secret", "id"],
                "private": ["file", "secret"], "rsa": ["file", "secret"], "ecdsa": ["file", "secret"],
                "pkcs8": ["file", "secret"], "pkcs12": ["file", "secret"],
                "token": ["handle", "slot", "module", "pin"], "ike-other": ["secret", "id"],
            ],
            "pools": ["spare": ["addrs", "dns", "nbns", "dhcp", "netmask", "server", "subnet", "split_include", "7"]],
            "authorities": [
                "ca": ["cacert", "file", "handle", "slot", "module", "crl_uris", "ocsp_uris", "cert_uri_base"]
            ],
        ]
        var text = SwanctlImportTests.small("") + "\n"
        for (name, inner) in sections {
            text += "\(name) {\n"
            for (section, keys) in inner {
                text += "\(section) {\n" + keys.map { "\($0) = hidden\n" }.joined() + "}\n"
            }
            text += "}\n"
        }
        let tree = try SettingsParser.parseSnippet(SettingsFile(path: "a.conf", text: text))
        let warnings = try SwanctlImport.specs(of: tree, options: .examples).warnings
        for (name, inner) in sections {
            for (section, keys) in inner {
                for key in keys where section != "ike-other" {
                    #expect(
                        warnings.contains { $0.subject == "\(name).\(section).\(key)" }, "\(name).\(section).\(key)")
                }
                if name == "secrets" {
                    #expect(!warnings.contains { "\($0)".contains("hidden") && $0.subject.hasPrefix(name) })
                }
            }
        }
        #expect(warnings.contains { $0.subject == "secrets.ike-other" })
    }

    private struct Outcome: Equatable {
        var spec: String?
        var remarks: [ImportRemark]

        /// Lines move when a key is taken away, and what is said about others stays the same.
        static func == (left: Outcome, right: Outcome) -> Bool {
            left.spec == right.spec
                && left.remarks.map { [$0.subject, $0.value, $0.what, $0.remedy] }
                    == right.remarks.map { [$0.subject, $0.value, $0.what, $0.remedy] }
        }
    }

    private func outcome(_ keys: [Key], besides missing: Key?) throws -> (outcome: Outcome, line: Int?) {
        let lines = { (place: Key.Place) in
            keys.filter { $0.place == place && $0 != missing }.map { "\($0.name) = \($0.value)" }.joined(
                separator: "\n")
        }
        let text = SwanctlImportTests.small(
            lines(.connection), local: lines(.local), remote: lines(.remote), child: lines(.child))
        let line = keys.first.flatMap { key in
            text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
                $0 == "\(key.name) = \(key.value)"
            }
        }
        let tree = try SettingsParser.parseSnippet(SettingsFile(path: "a.conf", text: text))
        let outcome: Outcome =
            switch Result(catching: { () throws(ImportError) in try SwanctlImport.specs(of: tree, options: .examples) })
            {
            case .success(let result): Outcome(spec: result.specs[0].text, remarks: result.warnings)
            case .failure(let error): Outcome(spec: nil, remarks: error.problems)
            }
        return (outcome, line.map { $0 + 1 })
    }
}
