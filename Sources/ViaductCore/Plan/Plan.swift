internal import NetworkModel

/// What has to be done, in order; when it is empty, all is as it should be.
public struct Plan: Sendable, Hashable {
    /// The steps.
    public var steps: [Step]
    /// What other tunnels have made and this one needs as well, as the steps that made it; only the journal changes.
    public var joined: [Step]
    /// What this tunnel needs no more and other tunnels still do; only the journal changes.
    public var released: [Step]
    /// What may disturb the tunnel although all steps succeed.
    public var warnings: [PlanWarning]

    /// Makes a plan.
    public init(
        _ steps: [Step] = [], joined: [Step] = [], released: [Step] = [], warnings: [PlanWarning] = []
    ) {
        self.steps = steps
        self.joined = joined
        self.released = released
        self.warnings = warnings
    }

    /// Whether there is nothing to do on the machine.
    public var isEmpty: Bool { steps.isEmpty }

    /// Whether not even the journal changes.
    public var changesNothing: Bool { steps.isEmpty && joined.isEmpty && released.isEmpty }

    /// The plan that takes this one back: its steps' inverses in reverse order, less those that come for free when a
    /// link goes.
    ///
    /// The snippet alone goes before charon is told, as it came before: what is on disk decides what swanctl loads.
    public var inverse: Plan {
        var gone: Set<InterfaceName> = []
        // What is done before a link was made, and so undone behind its removal, is about another one of its name: the one
        // that was replaced.
        let needed = steps.compactMap(\.inverse).filter { step in
            if let link = step.removedLink { gone.insert(link) }
            return !gone.contains { step.restoresOnly($0) }
        }.reversed()
        return Plan(needed.filter(\.removesSnippet) + needed.filter { !$0.removesSnippet })
    }
}

extension Step {
    fileprivate var removedLink: InterfaceName? {
        if case .removeLink(let link) = self { link.name } else { nil }
    }

    fileprivate var removesSnippet: Bool {
        if case .removeFile(let file) = self { file.path.folder == .snippets } else { false }
    }

    /// Whether deleting a link makes this step of an inverse plan needless.
    fileprivate func restoresOnly(_ link: InterfaceName) -> Bool {
        guard let original = inverse else { return false }
        return original.diesWith(link)
    }
}
