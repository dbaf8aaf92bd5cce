import TestBed
import Testing

@Suite("A bad spec")
struct SpecProblemTests {
    @Test("that is not there is exit 65, and the message names the file", arguments: ["up", "plan", "commands"])
    func missing(command: String) async throws {
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run(command, "office", "--config-dir", folder.path)
            #expect(outcome.status == 65)
            #expect(
                outcome.stderr == "viaduct: office: cannot read \(folder.path)/office.yaml: No such file or directory\n"
            )
            #expect(outcome.stdout.isEmpty)
        }
    }

    @Test("says all that is wrong, each with file, line and column", arguments: ["up", "plan", "commands"])
    func problems(command: String) async throws {
        try await SpecFolder.with { folder in
            try folder.write(
                """
                remot: 198.51.100.7
                psk: { file: office.psk }
                routes: [192.168.88.1/24]
                interface: { mtu: 12 }

                """, to: "office.yaml")
            let outcome = try await Viaduct.run(command, "office", "--config-dir", folder.path)
            #expect(outcome.status == 65)
            #expect(outcome.stdout.isEmpty)
            let lines = outcome.stderr.split(separator: "\n")
            #expect(lines.count == 4)
            let file = "\(folder.path)/office.yaml"
            #expect(lines.contains("\(file):1:1: remot: is an unknown key; did you mean 'remote'?"))
            #expect(lines.contains { $0.hasPrefix("\(file):1:1: remote: is missing") })
            #expect(
                lines.contains("\(file):3:10: routes[0]: '192.168.88.1/24' has host bits set; write 192.168.88.0/24"))
            #expect(lines.contains { $0.hasPrefix("\(file):4:19: interface.mtu: '12' is not a number of 68...65535") })
        }
    }

    @Test("of several does not keep the others from being read")
    func several() async throws {
        try await SpecFolder.with { folder in
            try folder.write("remote: ]\n", to: "one.yaml")
            try folder.write("remote: 198.51.100.7\n", to: "two.yaml")
            let outcome = try await Viaduct.run("up", "--all", "--config-dir", folder.path)
            #expect(outcome.status == 65)
            #expect(outcome.stderr.contains("\(folder.path)/one.yaml:1:"))
            #expect(outcome.stderr.contains("\(folder.path)/two.yaml:1:"))
        }
    }

    @Test("that holds its secret is refused when others may read it, and the secret is not shown")
    func inlineSecret() async throws {
        try await SpecFolder.with { folder in
            let spec = "local: 192.0.2.1\nremote: 198.51.100.7\npsk: { value: hush-hush }\nroutes: [192.168.88.0/24]\n"
            try folder.write(spec, to: "office.yaml", mode: 0o644)
            let refused = try await Viaduct.run("commands", "office", "--config-dir", folder.path)
            #expect(refused.status == 65)
            let file = "\(folder.path)/office.yaml"
            #expect(refused.stderr.contains("\(file) may be used by others than its owner: chmod 600 \(file)"))
            #expect(refused.stdout.isEmpty)

            try folder.write(spec, to: "office.yaml", mode: 0o600)
            let accepted = try await Viaduct.run("commands", "office", "--config-dir", folder.path)
            #expect(accepted.status == 0)
            #expect(accepted.stdout.contains("${VIADUCT_SECRET:?"))
            #expect(!(refused.text + accepted.text).contains("hush"))
        }
    }

    /// What README lists as not done yet.
    @Test(
        "that asks for what is not done yet is told so", arguments: ["auth: { eap: {} }", "ike: { childless: true }"])
    func notYet(part: String) async throws {
        try await SpecFolder.with { folder in
            let secret = part.hasPrefix("auth:") ? [] : ["psk: { file: office.psk }"]
            let peer = part.hasPrefix("remote:") ? [] : ["remote: 198.51.100.7"]
            try folder.write((peer + secret + [part, ""]).joined(separator: "\n"), to: "office.yaml")
            let outcome = try await Viaduct.run("commands", "office", "--config-dir", folder.path)
            #expect(outcome.status == 65)
            #expect(outcome.stderr.contains("not supported yet"), "\(outcome)")
        }
    }
}
