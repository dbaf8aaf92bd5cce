import Foundation
import NetworkModel
import Testing
import ViaductCore

@Suite("The import of ipsec.conf") struct IPsecImportTests {
    @Test("makes the recorded specs and warnings", arguments: try GoldenImport.all("ipsec", ending: ".conf"))
    func golden(input: GoldenImport) throws {
        let secrets = input.path.dropLast("conf".count) + "secrets"
        let credentials = FileManager.default.contents(atPath: String(secrets)).map {
            SettingsFile(path: GoldenImport.bare(String(secrets)), bytes: Array($0))
        }
        let file = SettingsFile(path: GoldenImport.bare(input.path), text: try input.text())
        var options = ImportOptions.examples
        options.directory = "/etc/ipsec.d"
        options.keys = []
        options.localAddresses = [IPAddress("192.0.2.1")].compactMap { $0 }
        try input.expect {
            try IPsecImport.specs(of: file, secrets: credentials, options: options) { _, _ in [] }
        }
    }

    @Test("tells every key that has no counterpart, in either dialect")
    func completeness() throws {
        let known = """
            keyexchange type compress installpolicy aggressive eap_identity aaa_identity mobike forceencaps
            fragmentation ikedscp ikelifetime lifetime keylife rekeymargin margintime lifebytes marginbytes lifepackets
            marginpackets keyingtries rekeyfuzz rekey reauth ike esp dpddelay dpdtimeout dpdaction closeaction sha256_96
            inactivity modeconfig xauth xauth_identity reqid replay_window mark mark_in mark_out tfc leftikeport
            leftprotoport leftsourceip leftdns leftfirewall lefthostaccess leftallowany leftupdown leftauth leftid leftid2
            leftcert leftcert2 leftcertpolicy leftsendcert leftca leftca2 leftgroups leftgroups2 rightikeport
            rightprotoport rightdns rightfirewall righthostaccess rightallowany rightupdown rightauth rightcert2
            rightcertpolicy rightsendcert rightca rightca2 rightgroups rightgroups2 pfs pfsgroup leftnexthop rightnexthop
            wibble mtu metric narrowing encapsulation ikev2 salifetime phase2alg vti-interface leftvti ipsec-interface
            """.split(whereSeparator: \.isWhitespace).map(String.init)
        let values = [
            "keyexchange": "ikev1", "type": "drop", "compress": "yes", "installpolicy": "no",
            "mobike": "no", "forceencaps": "yes", "fragmentation": "force", "ikedscp": "101010",
            "ike": "aes256-sha1-modp2048",
            "esp": "aes256-sha1", "phase2alg": "aes256-sha1", "keyingtries": "7", "rekey": "no", "reauth": "yes",
            "dpdaction": "hold", "closeaction": "restart", "modeconfig": "push", "leftprotoport": "tcp/22",
            "rightprotoport": "udp/53", "leftsourceip": "%config", "leftid": "@me", "leftauth": "pubkey",
            "rightauth": "pubkey", "leftsendcert": "yes", "rightsendcert": "no", "encapsulation": "yes", "ikev2": "no",
        ]
        let base =
            "conn a\n left=192.0.2.1\n right=198.51.100.7\n leftsubnet=10.1.0.0/16\n rightsubnet=10.2.0.0/16\n auto=add\n authby=secret\n"
        for key in known {
            let with = try outcome(base + " \(key)=\(values[key] ?? "31")\n")
            let without = try outcome(base)
            #expect(with != without, "\(key) makes no difference")
        }
    }

    private func outcome(_ text: String) throws -> String {
        let file = SettingsFile(path: "ipsec.conf", text: text)
        var options = ImportOptions.examples
        options.localAddresses = []
        do {
            let secrets = SettingsFile(path: "ipsec.secrets", text: ": PSK \"x\"\n")
            return GoldenImport.listing(
                .success(try IPsecImport.specs(of: file, secrets: secrets, options: options) { _, _ in [] }))
        } catch let error as ImportError {
            return GoldenImport.listing(.failure(error))
        }
    }
}

@Suite("The import of AWS Site-to-Site VPN") struct AWSImportTests {
    @Test("makes the recorded specs and warnings", arguments: try GoldenImport.all("aws", ending: ".xml"))
    func golden(input: GoldenImport) throws {
        let file = SettingsFile(path: GoldenImport.bare(input.path), text: try input.text())
        var options = AWSImport.Options()
        if input.path.contains("static") { options.routes = [IPPrefix("10.20.0.0/16")].compactMap { $0 } }
        if input.path.contains("aggressive") { options.version = 1 }
        try input.expect { try AWSImport.specs(of: file, options: options) }
    }

    @Test("tells an attribute of the connection that it does not know")
    func attribute() throws {
        let input = try #require(GoldenImport.all("aws", ending: "24-static-attributes.xml").first)
        let text = try input.text().replacing("NoBGPVPNConnection", with: "AcceleratedVPNConnection")
        let result = try AWSImport.specs(of: SettingsFile(path: "a.xml", text: text), options: AWSImport.Options())
        #expect(result.warnings.contains { "\($0)".contains("AcceleratedVPNConnection") }, "\(result.warnings)")
    }

    @Test("has the second tunnel as the backup of the first")
    func backup() throws {
        let input = try #require(GoldenImport.all("aws", ending: "02-moto-static.xml").first)
        var options = AWSImport.Options()
        options.routes = [IPPrefix("10.20.0.0/16")].compactMap { $0 }
        let specs = try AWSImport.specs(of: SettingsFile(path: "a.xml", text: try input.text()), options: options).specs
        let metrics = try specs.map { spec in
            try SpecReader.read(text: spec.text, file: "a", name: spec.name, directory: "/etc/viaduct").routes.map(
                \.metric)
        }
        #expect(metrics == [[100], [200]])
    }
}
