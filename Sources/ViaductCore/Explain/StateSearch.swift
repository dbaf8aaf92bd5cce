public import NetworkModel

/// The kernel's search for the SA that a template asks for (`xfrm_state_find`), repeated.
public struct StateSearch: Sendable, Hashable {
    /// The template.
    public var template: XFRMTemplate
    /// Our end, which the kernel chooses where the template leaves it open.
    public var source: IPAddress
    /// The other end.
    public var destination: IPAddress
    /// What came of it.
    public var outcome: Outcome
    /// The states towards the same end that were passed over, with the reason.
    public var passedOver: [Passed]

    /// What a search comes to.
    public enum Outcome: Sendable, Hashable {
        /// This SA is used.
        case found(XFRMState)
        /// The SA is used, and the kernel drops the packet since its lifetime is over.
        case spent(XFRMState)
        /// There is none yet; the key exchange has been asked for it.
        case pending(XFRMState)
        /// There is none; the key exchange is asked for one.
        case none
    }

    /// A state that was passed over.
    public struct Passed: Sendable, Hashable {
        /// The state.
        public var state: XFRMState
        /// Why it was.
        public var reason: StateMismatch
    }

    /// The states that were passed over for another reason than that they belong to another policy, else all.
    public var nearest: [Passed] {
        let near = passedOver.filter { if case .requestID = $0.reason { false } else { true } }
        return near.isEmpty ? passedOver : near
    }

    /// The SA, when there is one.
    public var state: XFRMState? {
        switch outcome {
        case .found(let state), .spent(let state): state
        case .pending, .none: nil
        }
    }

    /// Searches.
    ///
    /// - Parameters:
    ///   - template: what is asked for.
    ///   - policy: whose template it is.
    ///   - flow: the inner packet.
    ///   - source: our end.
    ///   - destination: the other end.
    ///   - states: the kernel's states, newest first.
    ///   - now: seconds since 1970.
    init(
        _ template: XFRMTemplate, of policy: XFRMPolicy, flow: Flow, from source: IPAddress,
        to destination: IPAddress, in states: [XFRMState], now: UInt64
    ) {
        self.template = template
        self.source = source
        self.destination = destination
        passedOver = []
        var best: XFRMState?
        var larval: XFRMState?
        for state in states where state.destination == destination && state.ipProtocol == template.ipProtocol {
            if let reason = StateMismatch(state, template, policy, flow, from: source) {
                passedOver.append(Passed(state: state, reason: reason))
            } else if state.isLarval {
                larval = larval ?? state
            } else if best.map({ $0.addTime < state.addTime }) ?? true {
                best = state
            }
        }
        if let best {
            outcome = best.isSpent(at: now) ? .spent(best) : .found(best)
        } else if let larval {
            outcome = .pending(larval)
        } else {
            outcome = .none
        }
    }
}

/// Why a state does not serve a template.
public enum StateMismatch: Sendable, Hashable {
    /// It belongs to another policy; its request id.
    case requestID(UInt32)
    /// It belongs to another XFRM interface, or to none: its if_id, and the policy's; 0 for none.
    case ifID(UInt32, wanted: UInt32)
    /// The policy's mark does not fit its own.
    case mark(Mark)
    /// It is from another address of ours.
    case source(IPAddress)
    /// It is of another mode.
    case mode(UInt8)
    /// The template asks for another SPI, this one.
    case spi(UInt32)
    /// It only takes packets in.
    case inbound
    /// It is for other inner packets.
    case selector

    /// Compares; nil when it serves.
    init?(
        _ state: XFRMState, _ template: XFRMTemplate, _ policy: XFRMPolicy, _ flow: Flow, from source: IPAddress
    ) {
        let mark = policy.mark.map { $0.value & $0.mask } ?? 0
        if state.source != source, !state.source.isAny, !source.isAny {
            self = .source(state.source)
        } else if state.requestID != template.requestID {
            self = .requestID(state.requestID)
        } else if state.ifID != policy.ifID {
            self = .ifID(state.ifID, wanted: policy.ifID)
        } else if let own = state.mark, mark & own.mask != own.value {
            self = .mark(own)
        } else if state.mode != template.mode {
            self = .mode(state.mode)
        } else if template.spi != 0, template.spi != state.spi {
            self = .spi(template.spi)
        } else if state.flags.contains(.wildcardReceive) {
            self = .inbound
        } else if !state.isLarval, let selector = state.selector, selector.mismatch(flow) != nil {
            self = .selector
        } else {
            return nil
        }
    }
}

extension XFRMState {
    /// Whether its lifetime is over, so that the kernel drops what comes next, and the state with it.
    func isSpent(at now: UInt64) -> Bool {
        if let limit = hardByteLimit, byteCount >= limit { return true }
        if let limit = hardPacketLimit, packetCount >= limit { return true }
        return hardAddExpiry != 0 && addTime + hardAddExpiry <= now
    }
}
