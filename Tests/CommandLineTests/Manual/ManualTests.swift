import Foundation
import TestBed
import Testing

/// The man pages are what the program and Docs/Spec.md say, and can be read.
@Suite("The man pages")
struct ManualTests {
    static let pages = ["Docs/Manual/viaduct.8", "Docs/Manual/viaduct.yaml.5"]

    @Test("say what the help and the page on specs say", arguments: pages)
    func areTrue(page: String) async throws {
        let rendered = try await Self.render(page)
        if isRecording {
            try TextFile.write(rendered, to: "\(TextFile.repository)/\(page)")
            Issue.record("\(page) was written anew; run again without VIADUCT_RECORD")
        } else {
            #expect(try TextFile.page(page) == rendered, "\(page) is stale: make man")
        }
    }

    /// What finds fault with a page, and says so on either output.
    static let critics = [
        ["mandoc", "-T", "lint", "-W", "warning"], ["groff", "-man", "-Tutf8", "-ww", "-z", "-rHY=0"],
        ["man", "--warnings", "-E", "UTF-8", "-l", "-P", "true"],
    ]

    @Test("are well-formed", arguments: pages, critics)
    func wellFormed(page: String, critic: [String]) async throws {
        try await requireInstalled(critic[0])
        let path = "\(TextFile.repository)/\(page)"
        let outcome = try await Program(
            critic + [path], environment: ["LC_ALL": "C.UTF-8", "MANWIDTH": "80"], timeout: .seconds(30)
        ).outcome()
        #expect(outcome.succeeded && outcome.stderr.isEmpty, "\(outcome)")
        if critic[0] == "mandoc" { #expect(outcome.stdout.isEmpty, "\(outcome)") }
    }

    @Test("have every command, and every key of a spec, as a person reads them")
    func complete() async throws {
        try await requireInstalled("mandoc")
        let commands = try await Self.read("Docs/Manual/viaduct.8")
        for command in ["viaduct up", "viaduct import swanctl", "--no-wait", "EXIT STATUS", "/etc/viaduct/NAME.yaml"] {
            #expect(commands.contains(command))
        }
        let spec = try await Self.read("Docs/Manual/viaduct.yaml.5")
        for key in [
            "local.address", "interface", "mtu", "suppress_prefixlength", "hooks.MOMENT[].timeout", "MARK/MASK",
        ] {
            #expect(spec.contains(key))
        }
        // No mark of Markdown is left over.
        #expect(!spec.contains("**") && !spec.contains("```") && !spec.contains("](") && !spec.contains("\n|"))
    }

    @Test("are of the version that the program has")
    func version() async throws {
        let version = try await Viaduct.run("--version").checked().stdout.trimmingCharacters(in: .newlines)
        #expect(try Release.newest().version == version, "debian/changelog and Viaduct.swift")
    }

    private static func render(_ page: String) async throws -> String {
        let release = try Release.newest()
        guard page.hasSuffix(".8") else { return SpecManual.text(try TextFile.page("Docs/Spec.md"), release: release) }
        let dump = try await Viaduct.run("--experimental-dump-help").checked().stdout
        return try CommandManual.text(JSONDecoder().decode(HelpDump.self, from: Data(dump.utf8)), release: release)
    }

    /// A page as a terminal shows it, without its emphasis.
    private static func read(_ page: String) async throws -> String {
        let command = "mandoc -T utf8 -O width=200 '\(TextFile.repository)/\(page)' | col -b"
        return try await Program(["sh", "-c", command], timeout: .seconds(30)).outcome().checked().stdout
    }
}
