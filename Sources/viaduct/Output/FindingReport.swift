internal import ViaductCore

/// The findings of `check` for machines; Docs/Check.md lists the keys.
struct FindingReport: JSONAnswer {
    /// The form of this answer.
    var format = 1
    /// The findings, worst first.
    var findings: [Entry]

    struct Entry: Encodable {
        var kind: String
        var severity: String
        /// Left out for what concerns the whole machine.
        var tunnel: String?
        var evidence: String
        var why: String
        var fix: String
    }

    init(_ findings: [Finding]) {
        self.findings = findings.map {
            Entry(
                kind: $0.kind.rawValue, severity: $0.severity.rawValue, tunnel: $0.tunnel?.text,
                evidence: $0.evidence, why: $0.why, fix: $0.fix)
        }
    }
}

/// The findings of `check` for a person.
struct FindingText {
    var isColoured: Bool

    /// Each finding in four lines.
    func text(_ findings: [Finding]) -> String {
        findings.map { finding in
            let colour: Colour =
                switch finding.severity {
                case .error: .bad
                case .warning: .doubtful
                case .note: .strong
                }
            let word = colour.text(finding.severity.rawValue, isOn: isColoured)
            let subject = finding.tunnel.map { "\($0): " } ?? ""
            return "\(word): \(subject)\(finding.evidence) [\(finding.kind.rawValue)]\n"
                + "  why: \(finding.why)\n  fix: \(finding.fix)\n"
        }.joined()
    }
}
