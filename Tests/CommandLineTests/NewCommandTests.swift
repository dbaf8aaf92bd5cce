import Glibc
import TestBed
import Testing

@Suite("`new`")
struct NewCommandTests {
    @Test("writes a spec that no command takes before its placeholders are replaced, and then does")
    func placeholders() async throws {
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run("new", "office", "--output", folder.path)
            #expect(outcome.stdout == "wrote \(folder.path)/office.yaml\n", "\(outcome)")
            let refused = try await Viaduct.run("commands", "office", "--config-dir", folder.path)
            #expect(refused.status == 65 && refused.stderr.contains("'<PEER>'"), "\(refused)")
            let text = try TextFile.read("\(folder.path)/office.yaml")
            try folder.write(
                text.replacing("<PEER>", with: "198.51.100.7").replacing("<NETWORK>", with: "192.168.88.0/24")
                    .replacing("#local: { address: 203.0.113.10, id: gw1.example.org }", with: "local: 192.0.2.1"),
                to: "office.yaml")
            let script = try await Viaduct.run("commands", "office", "--config-dir", folder.path).checked().stdout
            #expect(script.contains("route add 192.168.88.0/24 dev office"))
        }
    }

    @Test("says what was said, makes a secret, and names the schema")
    func values() async throws {
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run(
                "new", "office", "--local", "192.0.2.1", "--remote", "198.51.100.7", "--route", "10.2.0.0/16",
                "--inner",
                "10.9.0.1/30", "--start", "listen", "--new-psk", "--output", folder.path)
            #expect(
                outcome.stdout == "wrote \(folder.path)/office.yaml\nwrote \(folder.path)/office.psk\n", "\(outcome)")
            let key = try TextFile.read("\(folder.path)/office.psk")
            #expect(key.utf8.count == 45 && !outcome.text.contains(key.dropLast()))
            let text = try TextFile.read("\(folder.path)/office.yaml")
            #expect(text.hasPrefix("# yaml-language-server: $schema=/usr/local/share/viaduct/spec.schema.json\n"))
            let script = try await Viaduct.run("commands", "office", "--config-dir", folder.path).checked().stdout
            #expect(script.contains("address add 10.9.0.1/30 dev office"))
        }
    }

    @Test(
        "of what does not go together is exit 64",
        arguments: [
            (["--preset", "azure"], "--preset needs --remote"), (["--preset", "azure", "--remote", "a.b"], "--remote"),
            (["--new-psk", "--psk-file", "a"], "either --new-psk or --psk-file"),
            (["--start", "soon"], "'soon' is invalid"),
        ])
    func usage(arguments: [String], message: String) async throws {
        let outcome = try await Viaduct.run(["new", "office", "--dry-run"] + arguments)
        #expect(outcome.status == 64 && outcome.stderr.contains(message), "\(outcome)")
    }

    @Test("of a peer that is none is exit 65 with the spec's own words")
    func badPeer() async throws {
        let outcome = try await Viaduct.run(
            "new", "office", "--dry-run", "--remote", "1.2.3", "--route", "10.0.0.0/8")
        #expect(outcome.status == 65 && outcome.stderr.contains("remote: '1.2.3' is neither"), "\(outcome)")
    }
}
