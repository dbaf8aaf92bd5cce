/// All that is wrong with a spec.
public struct SpecError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The problems in the order of the text; never empty.
    public let problems: [SpecProblem]

    /// Makes an error of one problem.
    public init(_ problem: SpecProblem) {
        problems = [problem]
    }

    /// Makes an error of all problems found, without repetitions; nil when there are none.
    init?(_ found: [SpecProblem]) {
        var seen: Set<SpecProblem> = []
        let start = SpecPosition(line: 0, column: 0)
        let problems = found.filter { seen.insert($0).inserted }.enumerated().sorted { left, right in
            (left.element.position ?? start, left.offset) < (right.element.position ?? start, right.offset)
        }
        guard !problems.isEmpty else { return nil }
        self.problems = problems.map(\.element)
    }

    /// One line for each problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
