/// Why a negotiation failed, found in charon's log of it.
///
/// Each case keeps charon's own line.
public enum NegotiationFailure: Error, Sendable, Equatable {
    /// The peer did not accept our key, certificate or identity ("received AUTHENTICATION_FAILED").
    case authenticationFailed(line: String)
    /// There is no key here for the two identities, as `'a' - 'b'` ("no shared key found for").
    case noSharedKey(identities: String, line: String)
    /// The peer proved another key than ours ("MAC mismatched").
    ///
    /// In IKEv1 the key also encrypts, so there it shows as "decryption failed?".
    case macMismatch(line: String)
    /// No common algorithms, or the peer has no connection for us ("NO_PROPOSAL_CHOSEN").
    case noProposalChosen(line: String)
    /// The peer accepts none of our traffic selectors ("TS_UNACCEPTABLE").
    case trafficSelectorsUnacceptable(line: String)
    /// An equal CHILD_SA is up, so charon makes no other ("due to existing duplicate").
    case alreadyEstablished(line: String)
    /// The peer does not answer ("peer not responding", or requests that were only retransmitted).
    case peerSilent(line: String)
    /// The peer's name has no address ("unable to resolve").
    case unresolvable(name: String, line: String)
    /// Something else; the last line of the log, empty when there was none.
    case other(line: String)

    /// Finds the cause in the lines that `Session.initiate` handed out, oldest first.
    ///
    /// The last line with a known cause counts. That the peer is silent counts only when no other cause is known and
    /// nothing was received after it, since retransmissions also precede answers.
    public init(log: [LogLine]) {
        self.init(lines: log.map(\.text))
    }

    /// Finds the cause in lines of text, oldest first.
    init(lines: [String]) {
        let causes = lines.compactMap(Self.cause)
        let sinceAnswer = lines.suffix(from: lines.lastIndex { $0.contains("received packet: ") } ?? 0)
        let silence = sinceAnswer.last { line in
            ["peer not responding", "giving up after ", "retransmit "].contains { line.contains($0) }
        }
        if let cause = causes.last {
            self = cause
        } else if let silence {
            self = .peerSilent(line: silence)
        } else {
            self = .other(line: lines.last ?? "")
        }
    }

    /// Charon's line, with control characters escaped.
    public var line: String {
        switch self {
        case .authenticationFailed(let line), .noSharedKey(_, let line), .macMismatch(let line),
            .noProposalChosen(let line), .trafficSelectorsUnacceptable(let line), .peerSilent(let line),
            .alreadyEstablished(let line), .unresolvable(_, let line), .other(let line):
            line
        }
    }

    private static func cause(in line: String) -> NegotiationFailure? {
        if let identities = line.text(after: "no shared key found for ") {
            return .noSharedKey(identities: identities, line: line)
        }
        if let rest = line.text(after: "unable to resolve ") {
            return .unresolvable(name: String(rest.prefix { $0 != "," }), line: line)
        }
        // IKEv1 derives its encryption from the key, so a wrong one shows as text that cannot be read.
        if line.contains("MAC mismatched") || line.contains("decryption failed?") { return .macMismatch(line: line) }
        if line.contains("due to existing duplicate") { return .alreadyEstablished(line: line) }
        // IKEv1 says "error notify" where IKEv2 says "notify error".
        if line.contains("received AUTHENTICATION_FAILED") { return .authenticationFailed(line: line) }
        if line.contains("NO_PROPOSAL_CHOSEN") || line.contains("no acceptable proposal found") {
            return .noProposalChosen(line: line)
        }
        // IKEv1 has no word of its own for selectors.
        let selectors = ["TS_UNACCEPTABLE", "INVALID_ID_INFORMATION", "no acceptable traffic selectors found"]
        if selectors.contains(where: { line.contains($0) }) { return .trafficSelectorsUnacceptable(line: line) }
        return nil
    }
}

extension NegotiationFailure: CustomStringConvertible {
    /// The cause in words for people, with charon's line.
    public var description: String {
        switch self {
        case .authenticationFailed:
            "the peer did not accept our key, certificate or identity (charon: \(line))"
        case .noSharedKey(let identities, _):
            "there is no pre-shared key for \(identities) (charon: \(line))"
        case .macMismatch:
            "the peer's pre-shared key is not ours (charon: \(line))"
        case .noProposalChosen:
            "the peer accepts none of our proposals, or has no connection for us (charon: \(line))"
        case .trafficSelectorsUnacceptable:
            "the peer accepts none of our traffic selectors (charon: \(line))"
        case .alreadyEstablished:
            "an equal CHILD_SA is already up (charon: \(line))"
        case .peerSilent:
            "the peer does not answer (charon: \(line))"
        case .unresolvable(let name, _):
            "the name \(name) has no address (charon: \(line))"
        case .other(let line):
            line.isEmpty ? "charon gave no cause" : "charon: \(line)"
        }
    }
}

extension String {
    /// What follows the first occurrence of a text; nil when it does not occur.
    fileprivate func text(after mark: String) -> String? {
        firstRange(of: mark).map { String(self[$0.upperBound...]) }
    }
}
