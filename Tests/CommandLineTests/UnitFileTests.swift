import TestBed
import Testing

/// systemd's units, as `make install` installs them.
@Suite("Unit files", .enabled("systemd-analyze is not there") { try await Analyzer.isThere() })
struct UnitFileTests {
    /// The units, with a name that systemd can check: of a template an instance.
    static let units = ["viaduct@.service": "viaduct@office.service", "viaduct-watch.service": "viaduct-watch.service"]

    @Test("systemd finds nothing wrong with a unit", arguments: units)
    func verified(file: String, instance: String) async throws {
        try await SpecFolder.with { folder in
            let text = try TextFile.page("systemd/\(file)")
            #expect(text.contains("=/usr/local/bin/viaduct "), "what make install replaces by PREFIX")
            try folder.write(
                text.replacing("/usr/local/bin/viaduct ", with: "\(Host.viaductBinary) "), to: instance, mode: 0o644)
            let outcome = try await Program(
                ["systemd-analyze", "verify", "--man=no", "\(folder.path)/\(instance)"], timeout: .seconds(60)
            ).outcome()
            // Of other units on this machine it complains too.
            let complaints = outcome.text.split(separator: "\n").filter { $0.contains("viaduct") }
            #expect(complaints.isEmpty, "\(outcome)")
        }
    }

    @Test("a unit is exposed no more than what it does needs, by systemd's own measure", arguments: units)
    func exposure(file: String, instance: String) async throws {
        try await SpecFolder.with { folder in
            try folder.write(try TextFile.page("systemd/\(file)"), to: instance, mode: 0o644)
            // From 0 to 100; what is left is named in Docs/Security.md.
            let outcome = try await Program(
                [
                    "systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=25",
                    "\(folder.path)/\(instance)",
                ], timeout: .seconds(60)
            ).outcome()
            #expect(outcome.succeeded, "\(outcome)")
        }
    }

    @Test("every command of a unit is one that viaduct has", arguments: units.keys)
    func commands(file: String) async throws {
        for line in try TextFile.page("systemd/\(file)").split(separator: "\n") where line.contains("/bin/viaduct ") {
            let words = line.split(separator: " ").dropFirst().filter { $0 != "%i" }.map(String.init)
            let outcome = try await Viaduct.run(words + ["--help"])
            #expect(outcome.succeeded && outcome.stdout.contains("USAGE: viaduct \(words[0])"), "\(outcome)")
        }
    }
}

private enum Analyzer {
    static func isThere() async throws -> Bool {
        try await Program(["sh", "-c", "command -v systemd-analyze"], timeout: .seconds(10)).outcome().succeeded
    }
}
