import Foundation
import TestBed
import Testing

@Suite("`commands`")
struct CommandsTests {
    @Test("prints a script that a shell takes and that holds no secret", arguments: [[], ["--down"]])
    func script(options: [String]) async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            try folder.write("correct horse battery staple\n", to: "office.psk")
            let outcome = try await Viaduct.run(["commands", "office", "--config-dir", folder.path] + options)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.stderr.isEmpty)
            #expect(outcome.stdout.hasPrefix("#!/bin/sh\n"))
            #expect(!outcome.stdout.contains("horse"))
            try await expectShell(outcome.stdout)
        }
    }

    @Test("names what is made and how the secret is read")
    func up() async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let script = try await Viaduct.run("commands", "office", "--config-dir", folder.path).checked().stdout
            for line in [
                "ip link add name office mtu ", "ip link set dev office alias viaduct:office",
                "ip -4 route add 192.168.88.0/24 dev office proto 222",
                "ip -6 route add unreachable fd00:88::/64 metric ", "\(folder.path)/office.psk",
                "/etc/swanctl/conf.d/viaduct-office.conf", "swanctl --load-conns",
            ] {
                #expect(script.contains(line), "\(line)")
            }
        }
    }

    @Test("the way down deletes the link, the fence and the snippet")
    func down() async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let script = try await Viaduct.run("commands", "office", "--down", "--config-dir", folder.path)
                .checked().stdout
            for line in [
                "rm -f /etc/swanctl/conf.d/viaduct-office.conf", "ip link delete dev office",
                "ip -4 route delete unreachable 192.168.88.0/24 metric ",
                "ip -6 route delete unreachable fd00:88::/64 metric ",
            ] {
                #expect(script.contains(line), "\(line)")
            }
            #expect(!script.contains(" add "))
        }
    }

    @Test("answers in JSON with the very commands of the script", arguments: [["--json"], ["--format", "json"]])
    func json(options: [String]) async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let arguments = ["commands", "office", "--config-dir", folder.path]
            let answer = try await Viaduct.run(arguments + options).checked().stdout
            let script = try await Viaduct.run(arguments).checked().stdout
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
            #expect(report["format"] as? Int == 1)
            #expect(report["tunnel"] as? String == "office")
            #expect(report["result"] as? String == "planned")
            let steps = try #require(report["steps"] as? [[String: Any]])
            #expect(steps.count > 8)
            for step in steps {
                let line = try #require(step["line"] as? String)
                #expect(script.contains(line), "\(line)")
                #expect((step["command"] == nil) != (step["file"] == nil), "\(line)")
            }
        }
    }

    @Test("finds specs by --config-dir, else by VIADUCT_CONFIG_DIR")
    func folders() async throws {
        try await SpecFolder.with { given in
            try await SpecFolder.with { other in
                try given.write(officeSpec, to: "office.yaml")
                let arguments = ["commands", "office"]
                let byVariable = try await Viaduct.run(arguments, environment: ["VIADUCT_CONFIG_DIR": given.path])
                #expect(byVariable.status == 0)
                #expect(byVariable.stdout.contains("\(given.path)/office.psk"))
                let byOption = try await Viaduct.run(
                    arguments + ["--config-dir", given.path], environment: ["VIADUCT_CONFIG_DIR": other.path])
                #expect(byOption.stdout == byVariable.stdout)
                let wrong = try await Viaduct.run(
                    arguments + ["--config-dir", other.path], environment: ["VIADUCT_CONFIG_DIR": given.path])
                #expect(wrong.status == 65)
                #expect(wrong.stderr.contains("\(other.path)/office.yaml"))
            }
        }
    }

    @Test("takes a file by its path, and names the tunnel after it", arguments: ["./office.yaml", "office.yaml"])
    func path(argument: String) async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let script = try await Viaduct.run(["commands", argument], in: folder.path).checked().stdout
            #expect(script.contains("`viaduct up office`"))
            #expect(script.contains("/office.psk"))
            #expect(script.contains("alias viaduct:office"))
        }
    }

    @Test("needs neither a network nor charon when both addresses are given")
    func withoutNetwork() async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let outcome = try await Viaduct.run(
                ["commands", "office", "--config-dir", folder.path, "--vici", "\(folder.path)/no.vici"])
            #expect(outcome.status == 0)
            #expect(outcome.stdout.contains("local_addrs = \"192.0.2.1\""))
        }
    }

    @Test("the same spec gives the same if_id every time")
    func stableID() async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let first = try await Viaduct.run("commands", "office", "--config-dir", folder.path).checked().stdout
            try folder.write(officeSpec, to: "branch.yaml")
            let second = try await Viaduct.run("commands", "office", "--config-dir", folder.path).checked().stdout
            #expect(first == second)
        }
    }
}

/// Expects that a POSIX shell can read a text.
func expectShell(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let outcome = try await Program(["sh", "-n"], input: text, timeout: .seconds(10)).outcome()
    #expect(outcome.succeeded && outcome.stderr.isEmpty, "\(outcome)", sourceLocation: sourceLocation)
}
