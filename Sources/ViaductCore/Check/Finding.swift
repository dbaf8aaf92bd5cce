/// Something that is wrong or may become so, as `check` reports it.
public struct Finding: Sendable, Hashable {
    /// What it is.
    public var kind: FindingKind
    /// How much it matters.
    public var severity: Severity
    /// The tunnel that it is about; nil for the whole machine.
    public var tunnel: TunnelName?
    /// What was seen.
    public var evidence: String
    /// What exactly to do about it.
    public var fix: String

    /// How much a finding matters, worst first.
    public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// The tunnel, or a part of it, does not work.
        case error
        /// It works now, or works in part, and may not.
        case warning
        /// Something to know.
        case note

        /// Worse comes first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Makes a finding.
    public init(
        _ kind: FindingKind, _ severity: Severity, tunnel: TunnelName?, evidence: String, fix: String
    ) {
        self.kind = kind
        self.severity = severity
        self.tunnel = tunnel
        self.evidence = evidence
        self.fix = fix
    }

    /// Why it matters.
    public var why: String { kind.why }
}
