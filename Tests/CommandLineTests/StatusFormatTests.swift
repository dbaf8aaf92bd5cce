import Foundation
import TestBed
import Testing

/// What `status` and `check` answer where nothing can be up: with a charon that is not there.
@Suite("`status` and `check`")
struct StatusFormatTests {
    private func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            try folder.write("correct horse battery staple\n", to: "office.psk", mode: 0o600)
            try folder.write("remote: 1.2.3\n", to: "broken.yaml")
            return try await Viaduct.run(
                arguments + ["--config-dir", folder.path, "--vici", "\(folder.path)/no.vici"], environment: environment)
        }
    }

    @Test("metrics have a help, a type and samples side by side, each once", .enabled(if: geteuid() == 0))
    func metrics() async throws {
        let text = try await run("status", "--prometheus").checked().stdout
        var family: Substring = ""
        var series: Set<Substring> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if words.starts(with: ["#", "HELP"]) {
                family = words[2]
                #expect(words.count == 4)
            } else if words.starts(with: ["#", "TYPE"]) {
                #expect(words[2] == family && ["gauge", "counter"].contains(words[3]))
                #expect((words[3] == "counter") == family.hasSuffix("_total"))
            } else {
                let sample = try #require(line.wholeMatch(of: #/([a-z_]+)\{([a-z]+="[^"]*",?)+\} -?[0-9]+/#), "\(line)")
                #expect(sample.1 == family)
                #expect(series.insert(line.prefix { $0 != " " }).inserted, "twice: \(line)")
            }
        }
        #expect(series.contains("viaduct_tunnel_state{tunnel=\"broken\",state=\"blocked\"}"))
    }

    @Test(
        "metrics are what Prometheus's own client library reads", .enabled(if: geteuid() == 0),
        .enabled("python3-prometheus-client is not there") { try await hasParser() })
    func metricsAreParsed() async throws {
        let text = try await run("status", "--prometheus").checked().stdout
        let program = """
            import sys
            from prometheus_client.parser import text_string_to_metric_families as families
            for family in families(sys.stdin.read()):
                for sample in family.samples: print(family.type, sample.name, sorted(sample.labels.items()), sample.value)
            """
        let read = try await Self.python(program, input: text).checked().stdout.split(separator: "\n")
        #expect(read.count == text.split(separator: "\n").count { !$0.hasPrefix("#") }, "\(read)")
        #expect(read.allSatisfy { $0.hasPrefix("gauge ") || $0.hasPrefix("counter ") }, "\(read)")
        let blocked = "gauge viaduct_tunnel_state [('state', 'blocked'), ('tunnel', 'broken')] 1.0"
        #expect(read.contains { $0 == blocked }, "\(read)")
    }

    private static func python(_ program: String, input: String = "") async throws -> Outcome {
        try await Program(["/usr/bin/python3", "-c", program], input: input, timeout: .seconds(60)).outcome()
    }

    private static func hasParser() async throws -> Bool {
        try await python("import prometheus_client.parser").succeeded
    }

    @Test("a spec with errors is one tunnel among others, and its first error is told", .enabled(if: geteuid() == 0))
    func problems() async throws {
        let outcome = try await run("status", environment: ["NO_COLOR": "1"]).checked()
        #expect(outcome.stdout.contains("broken: blocked, its spec cannot be read: "), "\(outcome)")
        #expect(outcome.stdout.contains("broken.yaml:1:"), "\(outcome)")
        #expect(outcome.stdout.contains("office: blocked, charon does not answer"), "\(outcome)")
        #expect(!outcome.text.contains("horse") && !outcome.text.contains("\u{1b}"))
    }

    @Test("check exits 2, with the cause and its fix", .enabled(if: geteuid() == 0))
    func check() async throws {
        let outcome = try await run("check", "broken", "--json")
        #expect(outcome.status == 2, "\(outcome)")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["kind"] as? String == "spec-unreadable" && $0["tunnel"] as? String == "broken" })
        #expect(findings.contains { $0["kind"] as? String == "charon-absent" && $0["tunnel"] == nil })
    }

    @Test("a tunnel that nobody knows is a bad spec", .enabled(if: geteuid() == 0), arguments: ["status", "check"])
    func unknown(command: String) async throws {
        let outcome = try await run(command, "nosuch")
        #expect(outcome.status == 65)
        #expect(outcome.stderr.contains("nosuch.yaml, and nothing of the tunnel is on this machine"), "\(outcome)")
    }

    @Test(
        "options that do not go together are refused",
        arguments: [
            ["--interval", "2s"], ["--count", "2"], ["--prometheus", "--json"], ["--prometheus", "--watch"],
            ["--watch", "--count", "0"],
        ])
    func options(arguments: [String]) async throws {
        #expect(try await Viaduct.run(["status"] + arguments).status == 64)
    }

    @Test("without the right the answer is 77", arguments: ["status", "check"])
    func privilege(command: String) async throws {
        let outcome = try await Viaduct.run([command], isPrivileged: false)
        #expect(outcome.status == 77, "\(outcome)")
        #expect(outcome.stderr.contains("CAP_NET_ADMIN"))
    }
}
