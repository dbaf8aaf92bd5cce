internal import NetworkModel

// What several tunnels may need at once: kernel settings that are no link's, and rules with a priority from the spec.  Each
// tunnel's journal claims them, and the last one to go takes them back.

extension Observed {
    /// Takes in what other tunnels claim, as far as it can be needed by several, in the namespace that is looked at.
    public mutating func note(claimsOfOthers claims: [Step]) {
        for claim in claims where claim.place == namespace {
            if let change = claim.sharedSysctl { sharedSysctls[change.key] = change.from }
            if let rule = claim.addedRule { sharedRules.insert(rule) }
        }
    }
}

extension Step {
    /// The namespace that it is done in; nil when it is this process's.
    var place: NamespaceName? {
        if case .within(let namespace, _) = self { namespace } else { nil }
    }

    /// The change of a setting that is no link's.
    var sharedSysctl: SysctlChange? {
        guard case .setSysctl(let change) = unwrapped, change.key.isShared else { return nil }
        return change
    }

    /// Whether this step of an undoing takes away what other tunnels claim.
    func takes(fromOthers claims: [Step]) -> Bool {
        claims.contains { claim in
            guard claim.place == place else { return false }
            return switch unwrapped {
            case .removeRule(let rule): claim.addedRule == rule
            case .setSysctl(let change): claim.sharedSysctl?.key == change.key
            default: false
            }
        }
    }

    /// Whether several tunnels may need what this step of an undoing takes away.
    var mayTakeFromOthers: Bool {
        if case .removeRule = unwrapped { true } else { sharedSysctl != nil }
    }
}
