/// A counter of packets that IPsec dropped (/proc/net/xfrm_stat; Documentation/networking/xfrm_proc.rst of the kernel).
public enum TransformCounter: String, Sendable, Hashable, CaseIterable {
    /// Any other error inbound.
    case inError = "XfrmInError"
    /// No memory inbound.
    case inBufferError = "XfrmInBufferError"
    /// A header that is none.
    case inHeaderError = "XfrmInHdrError"
    /// No state.
    case inNoStates = "XfrmInNoStates"
    /// The state's protocol failed.
    case inStateProtocolError = "XfrmInStateProtoError"
    /// The state's mode failed.
    case inStateModeError = "XfrmInStateModeError"
    /// The sequence number is outside of the window.
    case inStateSequenceError = "XfrmInStateSeqError"
    /// The state has expired.
    case inStateExpired = "XfrmInStateExpired"
    /// The state's options do not match.
    case inStateMismatch = "XfrmInStateMismatch"
    /// The state is not valid.
    case inStateInvalid = "XfrmInStateInvalid"
    /// The policy's template does not match.
    case inTemplateMismatch = "XfrmInTmplMismatch"
    /// No policy.
    case inNoPolicies = "XfrmInNoPols"
    /// A policy that blocks.
    case inPolicyBlock = "XfrmInPolBlock"
    /// A policy that fails.
    case inPolicyError = "XfrmInPolError"
    /// Any other error outbound.
    case outError = "XfrmOutError"
    /// A bundle cannot be made.
    case outBundleGenerationError = "XfrmOutBundleGenError"
    /// A bundle is not valid.
    case outBundleCheckError = "XfrmOutBundleCheckError"
    /// No state.
    case outNoStates = "XfrmOutNoStates"
    /// The state's protocol failed.
    case outStateProtocolError = "XfrmOutStateProtoError"
    /// The state's mode failed.
    case outStateModeError = "XfrmOutStateModeError"
    /// The sequence numbers are used up.
    case outStateSequenceError = "XfrmOutStateSeqError"
    /// The state has expired.
    case outStateExpired = "XfrmOutStateExpired"
    /// A policy that blocks.
    case outPolicyBlock = "XfrmOutPolBlock"
    /// A dead policy.
    case outPolicyDead = "XfrmOutPolDead"
    /// A policy that fails.
    case outPolicyError = "XfrmOutPolError"
    /// Forwarding refused.
    case forwardHeaderError = "XfrmFwdHdrError"
    /// The state is not valid.
    case outStateInvalid = "XfrmOutStateInvalid"
    /// The state is being negotiated.
    case acquireError = "XfrmAcquireError"
    /// The direction of the state is not that of the packet.
    case outStateDirectionError = "XfrmOutStateDirError"
    /// The direction of the state is not that of the packet.
    case inStateDirectionError = "XfrmInStateDirError"

    /// What it counts, in words.
    public var meaning: String {
        switch self {
        case .inError: "packets in: any other error"
        case .inBufferError: "packets in: no memory"
        case .inHeaderError: "packets in: the header is no ESP or AH"
        case .inNoStates: "packets in: no SA has this SPI, address and mark"
        case .inStateProtocolError: "packets in: decryption or the integrity check failed, as with different keys"
        case .inStateModeError: "packets in: not of the SA's mode or family"
        case .inStateSequenceError: "packets in: replayed, or too far behind the replay window"
        case .inStateExpired: "packets in: the SA has expired"
        case .inStateMismatch: "packets in: UDP encapsulation or another option is not the SA's"
        case .inStateInvalid: "packets in: the SA is not ready or is going"
        case .inTemplateMismatch:
            "packets in: decrypted by another SA than the policy asks for, or not encrypted at all"
        case .inNoPolicies: "packets in: decrypted, but no inbound or forward policy allows them"
        case .inPolicyBlock: "packets in: a policy blocks them"
        case .inPolicyError: "packets in: the policy could not be looked up"
        case .outError: "packets out: any other error"
        case .outBundleGenerationError: "packets out: no way to the peer for them"
        case .outBundleCheckError: "packets out: the way to the peer is not valid any more"
        case .outNoStates: "packets out: a policy wants an SA, and there is none"
        case .outStateProtocolError: "packets out: encryption failed"
        case .outStateModeError: "packets out: too large, or not of the SA's mode or family"
        case .outStateSequenceError: "packets out: the sequence numbers are used up"
        case .outStateExpired: "packets out: the SA has expired"
        case .outPolicyBlock: "packets out: a policy blocks them"
        case .outPolicyDead: "packets out: their policy is gone"
        case .outPolicyError: "packets out: the policy could not be looked up"
        case .forwardHeaderError: "packets passed on: they could not be routed"
        case .outStateInvalid: "packets out: the SA is not ready or is going"
        case .acquireError: "packets out: charon has been asked for an SA, and it is not there yet"
        case .outStateDirectionError: "packets out: the SA is for the other direction"
        case .inStateDirectionError: "packets in: the SA is for the other direction"
        }
    }

    /// Reads the counters.
    ///
    /// - Parameter text: what stands in /proc/net/xfrm_stat: a name and a number on each line.
    /// - Returns: the counters that are known here; names of newer kernels are left out.
    public static func read(_ text: String) -> [TransformCounter: UInt64] {
        var counters: [TransformCounter: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let counter = TransformCounter(rawValue: String(words[0])),
                let value = UInt64(words[1])
            else { continue }
            counters[counter] = value
        }
        return counters
    }

    /// What grew between two readings.
    public static func growth(
        from old: [TransformCounter: UInt64], to new: [TransformCounter: UInt64]
    ) -> [TransformCounter: UInt64] {
        new.filter { $0.value > old[$0.key] ?? 0 }
            .reduce(into: [:]) { $0[$1.key] = $1.value - (old[$1.key] ?? 0) }
    }
}
