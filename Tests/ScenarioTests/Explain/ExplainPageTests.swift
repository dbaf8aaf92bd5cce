import FoundationEssentials
import TestBed
import Testing

/// Docs/Explain.md shows what the program says.
@Suite(.testBed) struct ExplainPageTests {
    @Test func `the ladders of the page are those of the machine that the page sets up`() async throws {
        let blocks = try Self.blocks()
        let setup = try #require(blocks.first { $0.kind == "sh" && $0.text.contains("ip xfrm") })
        let answers = blocks.filter { $0.kind == "console" }
        #expect(answers.count == 2)
        let net = try await ExplainNet()
        try await net.a.run("sh", "-e", input: setup.text)
        for block in answers {
            let line = try #require(block.text.split(separator: "\n").first)
            #expect(line.hasPrefix("$ viaduct explain "))
            let words = line.split(separator: " ").dropFirst(2).map(String.init)
            let outcome = try await net.a.attempt([Host.viaductBinary] + words).checked()
            #expect(Self.ageless(outcome.stdout) == Self.ageless(String(block.text.dropFirst(line.count + 1))))
        }
    }

    /// The fenced blocks of the page.
    private static func blocks() throws -> [(kind: String, text: String)] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Docs/Explain.md")
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        var blocks: [(kind: String, text: String)] = []
        for (number, part) in text.split(separator: "```", omittingEmptySubsequences: false).enumerated() {
            guard number % 2 == 1, let end = part.firstIndex(of: "\n") else { continue }
            blocks.append((String(part[..<end]), String(part[part.index(after: end)...])))
        }
        return blocks
    }

    /// A ladder without the ages of SAs.
    private static func ageless(_ text: String) -> String {
        text.replacing(/[0-9dhms]+ old/, with: "some time old")
    }
}
