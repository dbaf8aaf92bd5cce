internal import NetworkModel

/// What became of a probe: what was sent, what moved, and what came back.
public struct ProbeReport: Sendable, Hashable {
    /// The probe.
    public var probe: Probe
    /// How many echo requests were handed to the kernel.
    public var sent: Int
    /// Why the kernel refused to send, in its words; nil when it did not.
    public var refusal: String?
    /// How many packets the outbound SAs took while it lasted.
    public var outbound: UInt64
    /// How many packets the inbound SAs gave while it lasted.
    public var inbound: UInt64
    /// Whether the echo reply came.
    public var isAnswered: Bool
    /// Who answered with an ICMP error in its place, and which; nil when nobody did.
    public var objection: String?
    /// The counters of /proc/net/xfrm_stat that grew meanwhile.
    public var counters: [TransformCounter: UInt64]

    /// Makes a report.
    public init(
        _ probe: Probe, sent: Int, refusal: String? = nil, outbound: UInt64 = 0, inbound: UInt64 = 0,
        isAnswered: Bool = false, objection: String? = nil, counters: [TransformCounter: UInt64] = [:]
    ) {
        self.probe = probe
        self.sent = sent
        self.refusal = refusal
        self.outbound = outbound
        self.inbound = inbound
        self.isAnswered = isAnswered
        self.objection = objection
        self.counters = counters
    }

    /// Where the packet got to.
    public enum Verdict: Sendable, Hashable {
        /// There and back, through the SAs.
        case passed
        /// The kernel did not send it.
        case refused
        /// It was sent, and no SA of the tunnel took it.
        case notSealed
        /// An SA took it, and nothing came back.
        case unanswered
        /// Something came back through the SAs, and the reply did not get to this machine's sockets.
        case notDelivered
        /// The reply came, but not through the SAs of the tunnel.
        case bypassed
    }

    /// Where the packet got to.
    public var verdict: Verdict {
        if isAnswered { return outbound > 0 && inbound > 0 ? .passed : .bypassed }
        if sent == 0 { return .refused }
        if outbound == 0 { return .notSealed }
        return inbound == 0 ? .unanswered : .notDelivered
    }

    /// One sentence for a person: what was seen, and where to look.
    public var description: String {
        let way = "\(probe.destination) by \(probe.interface)" + (probe.source.map { " from \($0)" } ?? "")
        let grown = counters.isEmpty ? "" : "; the kernel counted " + Self.words(counters)
        let error = objection.map { "; \($0)" } ?? ""
        switch verdict {
        case .passed: return "the echo to \(way) came back through the SAs"
        case .refused:
            return "no echo to \(way) could be sent: \(refusal ?? "the kernel gave no reason")\(grown): "
                + "look at the routes and policies of this side"
        case .notSealed:
            return "the echo to \(way) was sent, but no SA of the tunnel took it\(grown)\(error): "
                + "look at the routes and policies of this side, viaduct check tells more"
        case .unanswered:
            return "the echo to \(way) went out through the SA and nothing came back: the far side does not have "
                + "the address, has no route back, or drops ICMP; or ESP gets lost on the way"
        case .notDelivered:
            return "something came back through the SA for the echo to \(way), but no reply was delivered"
                + "\(grown)\(error.isEmpty ? ": look at rp_filter, policies and firewall of this side" : error)"
        case .bypassed: return "the echo to \(way) was answered, but not through the SAs of the tunnel"
        }
    }

    /// The counters that grew, by the kernel's names and in words.
    static func words(_ counters: [TransformCounter: UInt64]) -> String {
        counters.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.key.rawValue) +\($0.value) (\($0.key.meaning))" }.joined(separator: ", ")
    }
}

/// A required probe failed.
public struct ProbeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was seen.
    public let report: ProbeReport

    /// Makes an error of a report.
    public init(_ report: ProbeReport) {
        self.report = report
    }

    /// One sentence for a person.
    public var description: String { report.description }
}
