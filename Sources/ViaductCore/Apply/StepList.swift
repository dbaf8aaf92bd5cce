/// Steps in order, each once; there may be tens of thousands, so that an array alone would be too slow to ask.
struct StepList: Sendable {
    private(set) var steps: [Step] = []
    private var known: Set<Step> = []

    /// Adds a step at the end, unless it is there.
    mutating func append(_ step: Step) {
        if known.insert(step).inserted { steps.append(step) }
    }

    /// Takes out what fits.
    mutating func removeAll(where fits: (Step) -> Bool) {
        guard steps.contains(where: fits) else { return }
        steps.removeAll(where: fits)
        known = Set(steps)
    }

    /// Puts another step in the place of one, or nothing.
    mutating func replace(at index: Int, by step: Step?) {
        known.remove(steps[index])
        if let step, known.insert(step).inserted { steps[index] = step } else { steps.remove(at: index) }
    }
}

extension StepList: Hashable {
    static func == (one: StepList, other: StepList) -> Bool { one.steps == other.steps }

    func hash(into hasher: inout Hasher) { hasher.combine(steps) }
}

extension StepList: Codable {
    init(from decoder: any Decoder) throws {
        for step in try [Step](from: decoder) { append(step) }
    }

    func encode(to encoder: any Encoder) throws { try steps.encode(to: encoder) }
}
