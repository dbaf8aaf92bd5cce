import Testing
import ViaductCore

/// A spec with marked places, and what is to be said about each, in the order of the text.
struct FaultySpec: Sendable, CustomTestStringConvertible {
    let marked: String
    let expected: [String]

    init(_ marked: String, _ expected: String...) {
        self.marked = marked
        self.expected = expected
    }

    /// A spec that is whole but for the lines given.
    static func whole(_ marked: String, _ expected: String...) -> FaultySpec {
        FaultySpec(marked: "remote: 192.0.2.2\npsk: { file: a.psk }\n" + marked, expected: expected)
    }

    private init(marked: String, expected: [String]) {
        self.marked = marked
        self.expected = expected
    }

    var testDescription: String { expected.first ?? marked }

    /// Compares what is said about the spec, and where, with what is expected.
    func check() throws {
        let marked = MarkedText(marked)
        let found = try specProblems(marked.text).map(\.description)
        #expect(marked.positions.count == expected.count, "a mark for each expectation")
        let wanted = zip(marked.positions, expected).map { "office.yaml:\($0):\($1.isEmpty ? "" : " ")\($1)" }
        #expect(found == wanted)
    }
}
