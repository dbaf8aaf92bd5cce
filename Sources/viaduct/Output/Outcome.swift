internal import ViaductCore

/// What came of one tunnel's plan, in words or JSON.
struct Outcome {
    var tunnel: TunnelName
    var plan: Plan
    /// Whether nothing was done.
    var isDry: Bool

    /// Answers on standard output.
    ///
    /// - Parameters:
    ///   - json: whether to answer in JSON.
    ///   - changed: what to say of the tunnel when steps were performed.
    ///   - unchanged: what to say when there were none.
    /// - Throws: what the JSON encoder throws.
    func answer(json: Bool, changed: String, unchanged: String) throws {
        guard !json else {
            let result = plan.isEmpty ? "unchanged" : isDry ? "planned" : "changed"
            let report = StepReport(
                tunnel: tunnel.text, result: result, steps: plan.steps, warnings: plan.warnings)
            Answer.text(try report.text())
            return
        }
        if plan.isEmpty {
            Answer.text("\(tunnel) \(unchanged)\n")
        } else if isDry {
            for command in Script.commands(plan.steps) { Answer.text(command.line + "\n") }
        } else {
            Answer.text("\(tunnel) \(changed)\n")
        }
    }
}
