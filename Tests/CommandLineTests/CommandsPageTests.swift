import Foundation
import TestBed
import Testing

/// Docs/Commands.md is what the program says of itself.
@Suite("Docs/Commands.md")
struct CommandsPageTests {
    @Test("says what --help says")
    func isTrue() async throws {
        let page = "Docs/Commands.md"
        let rendered = try await Self.render()
        if isRecording {
            try TextFile.write(rendered, to: "\(TextFile.repository)/\(page)")
            Issue.record("\(page) was written anew; run again without VIADUCT_RECORD")
        } else {
            #expect(try TextFile.page(page) == rendered, "\(page) is stale: VIADUCT_RECORD=1 writes it")
        }
    }

    @Test("lists every exit status")
    func statuses() async throws {
        let rows = try await Self.statuses(in: help([]))
        #expect(rows.map(\.code) == ["0", "1", "2", "64", "65", "69", "77"])
    }

    private static func render() async throws -> String {
        var page = """
            # Commands

            <!-- Written by the test CommandsPageTests from the help of the program; do not edit. -->

            Answers go to standard output, all else to standard error. With `--json` an answer is one JSON object for each
            tunnel, one after the other, with the keys `format` (1), `tunnel`, `result` (`changed`, `unchanged`, `confirmed` or
            `planned`) and `steps`; a step has a `line`, and either a `command` (its words) or a `file` (that is written).
            The answer of `explain` is described in [Explain](Explain.md).
            The answers of `status` and `check` are in [Status](Status.md) and [Check](Check.md).

            | command | what it does |
            |---|---|

            """
        let commands = try await commands()
        for command in commands {
            page += "| [`\(command.name)`](#viaduct-\(command.name)) | \(command.abstract) |\n"
        }
        page += "\n## Exit status\n\n| status | meaning |\n|---|---|\n"
        for row in try await statuses(in: help([])) { page += "| \(row.code) | \(row.meaning) |\n" }
        for command in [""] + commands.map(\.name) {
            let words = command.isEmpty ? [] : [command]
            page += "\n## \((["viaduct"] + words).joined(separator: " "))\n\n```text\n\(try await help(words))```\n"
        }
        return page
    }

    private static func help(_ command: [String]) async throws -> String {
        let text = try await Viaduct.run(command + ["--help"]).checked().stdout
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.last == " " ? String(line.reversed().drop { $0 == " " }.reversed()) : String(line)
        }
        return lines.joined(separator: "\n").trimmingCharacters(in: .newlines) + "\n"
    }

    private func help(_ command: [String]) async throws -> String { try await Self.help(command) }

    /// The subcommands in order, with a sentence on each.
    private static func commands() async throws -> [(name: String, abstract: String)] {
        let dump = try await Viaduct.run("--experimental-dump-help").checked().stdout
        let top = try #require(try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any])
        let root = try #require(top["command"] as? [String: Any])
        return try #require(root["subcommands"] as? [[String: Any]]).compactMap { command in
            guard let name = command["commandName"] as? String, name != "help",
                command["shouldDisplay"] as? Bool != false
            else { return nil }
            return (name, command["abstract"] as? String ?? "")
        }
    }

    /// The rows of the table EXIT STATUS.
    private static func statuses(in help: String) throws -> [(code: Substring, meaning: String)] {
        let table = try #require(help.range(of: "EXIT STATUS:\n")).upperBound
        return help[table...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("  ") }
            .map { line in
                let code = line.drop { $0 == " " }.prefix { $0 != " " }
                return (code, line[code.endIndex...].trimmingCharacters(in: .whitespaces))
            }
    }
}
