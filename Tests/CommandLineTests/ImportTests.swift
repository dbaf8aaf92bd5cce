import Foundation
import Glibc
import TestBed
import Testing

@Suite("`import`")
struct ImportTests {
    @Test("writes a spec and its secret for the owner alone, and `commands` takes them")
    func writes() async throws {
        try await SpecFolder.with { folder in
            try folder.write(Self.swanctl(), to: "swanctl.conf")
            let output = "\(folder.path)/specs"
            let outcome = try await Viaduct.run(
                "import", "swanctl", "\(folder.path)/swanctl.conf", "--output", output)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.stdout == "wrote \(output)/office.yaml\nwrote \(output)/office.psk\n")
            for name in ["office.yaml", "office.psk"] {
                var status = stat()
                #expect(stat("\(output)/\(name)", &status) == 0 && status.st_mode & 0o777 == 0o600)
            }
            #expect(try TextFile.read("\(output)/office.psk") == "open sesame\n")
            #expect(!outcome.stdout.contains("sesame") && !outcome.stderr.contains("sesame"))
            let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
            #expect(names == ["office.psk", "office.yaml"])
            let script = try await Viaduct.run("commands", "office", "--config-dir", output).checked().stdout
            #expect(script.contains("route add 10.2.0.0/16 dev office"))
        }
    }

    @Test("replaces nothing without --force", arguments: ["office.yaml", "office.psk"])
    func force(present: String) async throws {
        try await SpecFolder.with { folder in
            try folder.write(Self.swanctl(), to: "swanctl.conf")
            try folder.write("mine\n", to: present)
            let arguments = ["import", "swanctl", "\(folder.path)/swanctl.conf", "--output", folder.path]
            let refused = try await Viaduct.run(arguments)
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("\(folder.path)/\(present) exists; say --force"), "\(refused)")
            #expect(try TextFile.read("\(folder.path)/\(present)") == "mine\n")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(names == ["swanctl.conf", present].sorted())
            _ = try await Viaduct.run(arguments + ["--force"]).checked()
            #expect(try TextFile.read("\(folder.path)/office.psk") == "open sesame\n")
        }
    }

    @Test("writes nothing when one of two specs cannot be made")
    func allOrNothing() async throws {
        try await SpecFolder.with { folder in
            try folder.write(Self.swanctl() + Self.swanctl(name: "eap", auth: "eap"), to: "swanctl.conf")
            let arguments = ["import", "swanctl", "\(folder.path)/swanctl.conf", "--output", "\(folder.path)/specs"]
            let refused = try await Viaduct.run(arguments)
            #expect(refused.status == 65)
            #expect(
                refused.stderr.contains("swanctl.conf:30: connections.eap.local.auth: 'eap' is a way"), "\(refused)")
            #expect(access("\(folder.path)/specs", F_OK) != 0)
            _ = try await Viaduct.run(arguments + ["--connection", "office"]).checked()
        }
    }

    @Test("prints specs, and no secret, with --dry-run and --output -", arguments: [["--dry-run"], ["--output", "-"]])
    func prints(options: [String]) async throws {
        try await SpecFolder.with { folder in
            try folder.write(Self.swanctl(), to: "swanctl.conf")
            let outcome = try await Viaduct.run(["import", "swanctl", "\(folder.path)/swanctl.conf"] + options)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.stdout.contains("remote: 198.51.100.7\npsk: { file: office.psk }\n"))
            #expect(!outcome.stdout.contains("sesame"))
        }
    }

    @Test("answers in JSON with places, values and remedies")
    func json() async throws {
        try await SpecFolder.with { folder in
            try folder.write(Self.swanctl(more: "keyingtries = %forever"), to: "swanctl.conf")
            let outcome = try await Viaduct.run(
                "import", "swanctl", "\(folder.path)/swanctl.conf", "--dry-run", "--json")
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any], "\(outcome)")
            #expect(answer["result"] as? String == "planned")
            let warning = try #require((answer["warnings"] as? [[String: Any]])?.first)
            #expect(warning["line"] as? Int == 6)
            #expect(warning["value"] as? String == "%forever")
            #expect(outcome.stderr.isEmpty)
            #expect(!outcome.stdout.contains("sesame"))
        }
    }

    @Test("makes of the example in Docs/Import.md what stands below it")
    func example() async throws {
        let before = try #require(try Block.all("text", of: "Docs/Import.md").first)
        let after = try #require(try Block.all("yaml", of: "Docs/Import.md").first)
        try await SpecFolder.with { folder in
            try folder.write(before.text, to: "home.conf")
            let arguments = ["import", "swanctl", "home.conf", "--output", "."]
            let outcome = try await Viaduct.run(arguments, in: folder.path)
            #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome)")
            #expect(try TextFile.read("\(folder.path)/home.yaml") == after.text)
        }
    }

    @Test("names the line of a file that is no swanctl.conf")
    func syntax() async throws {
        try await SpecFolder.with { folder in
            try folder.write("connections {\n  a b\n}\n", to: "swanctl.conf")
            let outcome = try await Viaduct.run("import", "swanctl", "\(folder.path)/swanctl.conf", "--dry-run")
            #expect(outcome.status == 65)
            #expect(outcome.stderr.hasPrefix("\(folder.path)/swanctl.conf:2: "), "\(outcome)")
        }
    }

    private static func swanctl(name: String = "office", auth: String = "psk", more: String = "") -> String {
        """
        connections {
          \(name) {
            version = 2
            local_addrs = 192.0.2.1
            remote_addrs = 198.51.100.7
            \(more)
            local { auth = \(auth)
            }
            remote { auth = psk
            }
            children {
              \(name) {
                local_ts = 10.1.0.0/16
                remote_ts = 10.2.0.0/16
              }
            }
          }
        }
        secrets {
          ike-\(name) {
            secret = "open sesame"
          }
        }

        """
    }
}
