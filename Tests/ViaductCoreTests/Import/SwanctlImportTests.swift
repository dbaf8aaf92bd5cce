import NetworkModel
import Testing

@testable import ViaductCore

@Suite("The import of swanctl.conf") struct SwanctlImportTests {
    @Test("makes the recorded specs and warnings", arguments: try GoldenImport.all("swanctl", ending: ".conf"))
    func golden(input: GoldenImport) throws {
        let tree = try input.tree()
        try input.expect { try SwanctlImport.specs(of: tree, options: .examples) }
    }

    @Test("with --any-to-any has one child, keeps the routes, and says that the peer has to agree")
    func anyToAny() throws {
        var options = ImportOptions.examples
        options.isAnyToAny = true
        let home = try #require(GoldenImport.all("swanctl", ending: "01-home.conf").first)
        let result = try SwanctlImport.specs(of: try home.tree(), options: options)
        let tunnel = try read(#require(result.specs.first))
        #expect(tunnel.children.count == 1)
        #expect(tunnel.children[0].remote == TrafficSelector.everything)
        let routed = tunnel.routes.map { "\($0.destination)" }
        for network in ["192.168.87.0/28", "192.168.88.0/24", "192.168.100.0/24"] { #expect(routed.contains(network)) }
        #expect(result.warnings.contains { $0.remedy?.contains("the peer has to agree") ?? false })
    }

    @Test("takes the connections that are named, and says which there are when one is not there")
    func selection() throws {
        let input = try #require(GoldenImport.all("swanctl", ending: "05-references.conf").first)
        var options = ImportOptions.examples
        options.connections = ["south"]
        let result = try SwanctlImport.specs(of: try input.tree(), options: options)
        #expect(result.specs.map(\.origin) == ["south"])
        options.connections = ["east"]
        let error = #expect(throws: ImportError.self) {
            try SwanctlImport.specs(of: try input.tree(), options: options)
        }
        #expect(try #require(error).description.contains("there are 'north', 'south'"))
    }

    @Test("takes the key that is named where two would do")
    func secret() throws {
        let input = try #require(GoldenImport.all("swanctl", ending: "10-two-different-secrets.conf").first)
        for (section, secret) in [("ike-local", "ours"), ("ike-remote", "theirs")] {
            var options = ImportOptions.examples
            options.secret = section
            let result = try SwanctlImport.specs(of: try input.tree(), options: options)
            #expect(result.specs[0].secrets.map { $0.secret.reveal { Array($0) } } == [Array(secret.utf8)])
        }
    }

    @Test("shows no secret, whatever is said about it")
    func secrecy() throws {
        let word = "open sesame"
        for text in ["\"\(word)\"", "0x6f70656e20736573616d65zz", "0sb3BlbiBzZXNhbWU", "\"\(word)\\n\""] {
            let tree = try SettingsParser.parseSnippet(SettingsFile(path: "a.conf", text: Self.small("", secret: text)))
            let shown =
                switch Result(catching: { () throws(ImportError) in
                    try SwanctlImport.specs(of: tree, options: .examples)
                }) {
                case .success(let result): "\(result)" + result.specs.map(\.text).joined() + "\(result.warnings)"
                case .failure(let error): "\(error)"
                }
            for part in [word, "6f70656e", "b3Blbi"] { #expect(!shown.contains(part), "\(shown)") }
        }
    }

    @Test("spec to swanctl.conf and back gives the same peers", arguments: 1...UInt64(200))
    func roundTrip(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        var tunnel = try generator.tunnel()
        tunnel.interface.id = .fixed(4242)
        var host = try FakeHost.gateway()
        let plan = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        let secret = Secret("round \"trip\" \\ 0x".utf8)
        let text = try #require(try plan.snippet { _ in secret })
        let tree = try SettingsParser.parseSnippet(SettingsFile(path: "viaduct-office.conf", text: text))
        var options = ImportOptions()
        options.key = "/etc/swanctl/private/viaduct-office+office+local.pem"
        let result = try SwanctlImport.specs(of: tree, options: options)
        var imported = try read(#require(result.specs.first))
        // The planner's own mark, which keeps ESP out of a route that holds the peer.
        for child in imported.peers[0].children.indices {
            imported.peers[0].children[child].extras.removeAll { $0.key == "set_mark_out" }
        }
        // What is not given is settled before it is written, and files are named as charon has them.
        var expected = tunnel.peers
        for index in expected.indices {
            expected[index].local.address = imported.peers[index].local.address
            expected[index].local.identity = expected[index].local.identity ?? "192.0.2.1"
            expected[index].remote.identity = expected[index].remote.identity ?? "198.51.100.2"
            expected[index].local.authentication = Self.renamed(expected[index].local.authentication)
            expected[index].remote.authentication = Self.renamed(expected[index].remote.authentication)
        }
        #expect(imported.peers == expected)
        #expect(imported.interface.kind == tunnel.interface.kind)
        #expect(imported.interface.id == .fixed(4242))
        for imported in result.specs.flatMap(\.secrets) { #expect(imported.secret == secret) }
    }

    /// Files as they are called when they have been to charon and back.
    private static func renamed(_ authentication: Authentication) -> Authentication {
        switch authentication {
        case .psk: .psk(.file("/etc/viaduct/office.psk"))
        case .certificate(var files):
            .certificate(
                {
                    let folder = "/etc/swanctl"
                    files.certificate = files.certificate.map { _ in
                        .file("\(folder)/x509/viaduct-office+office+local.pem")
                    }
                    files.key = files.key.map { _ in .file("\(folder)/private/viaduct-office+office+local.pem") }
                    files.authority = files.authority.map { _ in
                        .file("\(folder)/x509ca/viaduct-office+office+remote.pem")
                    }
                    return files
                }())
        }
    }

    private func read(_ spec: ImportedSpec) throws -> Tunnel {
        try SpecReader.read(text: spec.text, file: spec.fileName, name: spec.name, directory: "/etc/viaduct")
    }

    /// A small connection with something more in it.
    static func small(
        _ connection: String, local: String = "", remote: String = "", child: String = "", secret: String = "x"
    )
        -> String
    {
        """
        connections {
          office {
            version = 2
            local_addrs = 192.0.2.1
            remote_addrs = 198.51.100.7
        \(connection)
            local {
              auth = psk
        \(local)
            }
            remote {
              auth = psk
        \(remote)
            }
            children {
              office {
                local_ts = 10.1.0.0/16
                remote_ts = 10.2.0.0/16
        \(child)
              }
            }
          }
        }
        secrets {
          ike-office {
            secret = \(secret)
          }
        }
        """
    }
}

extension Plan {
    /// The text of the snippet that the plan writes, with its secrets.
    fileprivate func snippet(_ secret: (SecretReference) -> Secret) throws -> String? {
        for case .writeFile(let file, replacing: _) in steps where file.path.folder == .snippets {
            guard case .text(let pieces) = file.content else { continue }
            let secrets = Dictionary(uniqueKeysWithValues: pieces.references.map { ($0, secret($0)) })
            return String(decoding: try pieces.bytes(secrets: secrets).reveal { Array($0) }, as: UTF8.self)
        }
        return nil
    }
}
