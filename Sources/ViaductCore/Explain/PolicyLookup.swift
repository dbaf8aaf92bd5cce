public import NetworkModel

/// The kernel's search for the policy of a packet (`xfrm_policy_lookup`), repeated.
public struct PolicyLookup: Sendable, Hashable {
    /// Which packets the policies look at.
    public var direction: XFRMDirection
    /// The packet; its mark is the one that the search uses, which a VTI replaces by its key.
    public var flow: Flow
    /// The if_id that is looked for: that of an XFRM interface, else 0.
    public var ifID: UInt32
    /// What came of it.
    public var outcome: Outcome
    /// The policies that were asked before the hit and did not match, with the reason; all of them when there is no hit.
    public var passedOver: [Passed]
    /// A policy that matches with the same priority, and would be taken if the other were not there.
    public var tie: XFRMPolicy?

    /// What a search comes to.
    public enum Outcome: Sendable, Hashable {
        /// A policy matches, and it is the first one.
        case hit(XFRMPolicy)
        /// None matches; without one a packet of this direction passes as it is.
        case none
        /// None matches, and by default that means to drop (`ip xfrm policy setdefault`).
        case blockedByDefault
        /// No policy is looked for, because of a setting.
        case exempt(SysctlKey)
        /// This process may not see the policies.
        case unseen
    }

    /// A policy that does not match.
    public struct Passed: Sendable, Hashable {
        /// The policy.
        public var policy: XFRMPolicy
        /// Why it does not match.
        public var reason: PolicyMismatch
    }

    /// The policy that was hit.
    public var policy: XFRMPolicy? { if case .hit(let policy) = outcome { policy } else { nil } }

    /// Searches.
    ///
    /// - Parameters:
    ///   - direction: which policies are asked.
    ///   - flow: the packet.
    ///   - ifID: the if_id that is looked for.
    ///   - transforms: what the kernel has; nil when it may not be seen.
    init(_ direction: XFRMDirection, _ flow: Flow, ifID: UInt32 = 0, in transforms: Transforms?) {
        self.direction = direction
        self.flow = flow
        self.ifID = ifID
        passedOver = []
        guard let transforms else {
            outcome = .unseen
            return
        }
        outcome = transforms.blocked.contains(direction) ? .blockedByDefault : .none
        let candidates = transforms.policies.filter {
            $0.direction == direction && $0.selector.destination.family == flow.family
        }
        let ordered = Self.ordered(candidates)
        for (number, policy) in ordered.enumerated() {
            if let reason = PolicyMismatch(policy, flow, ifID: ifID) {
                passedOver.append(Passed(policy: policy, reason: reason))
                continue
            }
            outcome = .hit(policy)
            tie = ordered[(number + 1)...].first {
                $0.priority == policy.priority && PolicyMismatch($0, flow, ifID: ifID) == nil
            }
            return
        }
    }

    /// The search that a setting spares the packet.
    init(_ direction: XFRMDirection, _ flow: Flow, ifID: UInt32 = 0, exemptBy key: SysctlKey) {
        self.direction = direction
        self.flow = flow
        self.ifID = ifID
        outcome = .exempt(key)
        passedOver = []
    }

    /// The order in which the kernel asks: sub policies first, then by priority, then the older one.
    ///
    /// Indexes grow, and a policy that is replaced keeps its own. Of equal priority, the kernel (before 6.12) takes a
    /// policy between two single addresses before all others but the very first of those.
    static func ordered(_ policies: [XFRMPolicy]) -> [XFRMPolicy] {
        let ordered = policies.sorted {
            ($0.isSubPolicy ? 0 : 1, $0.priority, $0.index) < ($1.isSubPolicy ? 0 : 1, $1.priority, $1.index)
        }
        var firstOfBin: [UInt32: UInt32] = [:]
        for policy in ordered where !policy.selector.isExact && !policy.isSubPolicy && firstOfBin[policy.ifID] == nil {
            firstOfBin[policy.ifID] = policy.index
        }
        func rank(_ policy: XFRMPolicy) -> Int {
            policy.selector.isExact ? 1 : firstOfBin[policy.ifID] == policy.index ? 0 : 2
        }
        return ordered.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.isSubPolicy ? 0 : 1, a.priority, rank(a), left.offset)
                < (b.isSubPolicy ? 0 : 1, b.priority, rank(b), right.offset)
        }.map(\.element)
    }
}

/// Why a policy does not match a packet.
public enum PolicyMismatch: Sendable, Hashable {
    /// Its selector does not.
    case selector(SelectorMismatch)
    /// It is for packets of another XFRM interface, or of none; the if_id it bears.
    case ifID(UInt32)
    /// It is for packets with another mark.
    case mark(Mark)

    /// Compares; nil when it matches (`xfrm_policy_match`).
    init?(_ policy: XFRMPolicy, _ flow: Flow, ifID: UInt32) {
        if let mismatch = policy.selector.mismatch(flow) {
            self = .selector(mismatch)
        } else if policy.ifID != ifID {
            self = .ifID(policy.ifID)
        } else if let mark = policy.mark, flow.mark & mark.mask != mark.value {
            self = .mark(mark)
        } else {
            return nil
        }
    }
}

extension XFRMSelector {
    /// Whether it is between two single addresses, which the kernel keeps in a table of their own.
    var isExact: Bool { source.isHost && destination.isHost }
}
