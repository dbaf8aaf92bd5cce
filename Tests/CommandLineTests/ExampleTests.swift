import Foundation
import TestBed
import Testing

/// Every page with examples; Docs/Spec.md has a test of its own beside the spec reader's.
private let pages = [
    "README.md", "Docs/Architecture.md", "Docs/Commands.md", "Docs/Troubleshooting.md", "Docs/Testing.md",
    "Docs/Scenarios.md", "Docs/Import.md",
    "Docs/Status.md", "Docs/Check.md", "Docs/Install.md", "Docs/Pair.md", "Docs/Export.md", "Docs/Paths.md",
    "Docs/Migration.md", "Docs/Alternatives.md",
]

/// What the pages show is what the program takes and says.
@Suite("The examples")
struct ExampleTests {
    @Test("in YAML are specs", arguments: try pages.flatMap { try Block.all("yaml", of: $0) })
    func specs(block: Block) async throws {
        try await SpecFolder.with { folder in
            try folder.write(block.text, to: "office.yaml")
            let outcome = try await Viaduct.run("commands", "office", "--config-dir", folder.path)
            #expect(outcome.status == 0, "\(outcome)")
        }
    }

    @Test("in shell can be read by a shell", arguments: try pages.flatMap { try Block.all("sh", of: $0) })
    func shell(block: Block) async throws {
        try await expectShell(block.text)
    }

    @Test("of `up` and `down` in README show the commands that the README's spec comes to")
    func output() async throws {
        let spec = try #require(try Block.all("yaml", of: "README.md").first)
        let shown = try Block.all("console", of: "README.md").map(\.text).joined()
        try await SpecFolder.with { folder in
            try folder.write(spec.text, to: "office.yaml")
            for (direction, options) in [("up", []), ("down", ["--down"])] {
                let arguments = ["commands", "office", "--json", "--config-dir", folder.path] + options
                let answer = try await Viaduct.run(arguments).checked().stdout
                let report = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
                let steps = try #require(report?["steps"] as? [[String: Any]])
                let lines = steps.compactMap { $0["line"] as? String }.map(Self.withoutMTU)
                let session = try #require(shown.range(of: "$ sudo viaduct \(direction) office\n")).upperBound
                let printed = shown[session...].split(separator: "\n").prefix { $0.hasPrefix("[#] ") }
                #expect(printed.map { Self.withoutMTU(String($0.dropFirst(4))) } == lines)
            }
        }
    }

    @Test("name no page that is not there", arguments: pages)
    func links(page: String) throws {
        let folder = page.contains("/") ? "Docs/" : ""
        for link in try TextFile.page(page).split(separator: "](").dropFirst() {
            let target = link.prefix { $0 != ")" && $0 != "#" }
            guard !target.isEmpty, !target.hasPrefix("http") else { continue }
            #expect(throws: Never.self, "\(page) links to \(target)") { try TextFile.page(folder + target) }
        }
    }

    /// A command less the MTU, which depends on the machine's own way to the peer.
    private static func withoutMTU(_ line: String) -> String {
        var words = line.split(separator: " ")
        if let index = words.firstIndex(of: "mtu") { words.removeSubrange(index...index + 1) }
        return words.joined(separator: " ")
    }
}
