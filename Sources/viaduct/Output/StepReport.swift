internal import ViaductCore

/// A list of steps for machines: the answer of `up`, `down`, `plan` and `commands` with `--json`.
struct StepReport: JSONAnswer {
    /// The form of this answer.
    var format = 1
    /// The tunnel.
    var tunnel: String
    /// What became of it: `changed`, `unchanged`, `confirmed`, or `planned` when nothing was done.
    var result: String
    /// The steps in order.
    var steps: [Entry]
    /// What may disturb the tunnel although all steps succeed.
    var warnings: [String]

    /// One command in place of a step.
    struct Entry: Encodable {
        /// The program and its arguments; nil for a file that is written.
        var command: [String]?
        /// The file that is written, mode 0600; nil for a command.
        var file: String?
        /// The command as a person would type it.
        var line: String
    }

    init(tunnel: String, result: String, steps: [Step], warnings: [PlanWarning] = []) {
        self.warnings = warnings.map(\.description)
        self.tunnel = tunnel
        self.result = result
        self.steps = Script.commands(steps).map { command in
            switch command.body {
            case .run(let words): Entry(command: words, file: nil, line: command.line)
            case .write(let file): Entry(command: nil, file: "\(file.path)", line: command.line)
            }
        }
    }
}
