import TestBed

/// What came of many trials, counted by command and kind.
actor FaultTable {
    private struct Row: Hashable {
        var command: FaultTrial.Command
        var kind: Fault.Kind
    }

    private struct Count {
        var passed = 0
        var notReached = 0
        var failures: [String] = []
        var tried: Int { passed + failures.count }
    }

    private var rows: [Row: Count] = [:]

    /// The number of trials so far.
    private(set) var count = 0

    /// Adds what came of a trial.
    func add(_ trial: FaultTrial, _ result: FaultTrial.Result) {
        count += 1
        let row = Row(command: trial.command, kind: trial.fault.kind)
        switch result.verdict {
        case .passed: rows[row, default: Count()].passed += 1
        case .notReached: rows[row, default: Count()].notReached += 1
        case .failed:
            let place = result.point.map { "\($0.operation) \($0.object)" } ?? "?"
            rows[row, default: Count()].failures.append("\(trial.fault), \(place)")
        }
    }

    /// What came of a command, for the table of all that was tried.
    func figures(of command: FaultTrial.Command) -> [Figure] {
        [false, true].map { isDeadly in
            let counts = rows.filter { $0.key.command == command && $0.key.kind.isDeadly == isDeadly }.values
            let passed = counts.map(\.passed).reduce(0, +), failed = counts.map(\.failures.count).reduce(0, +)
            let notReached = counts.map(\.notReached).reduce(0, +)
            return Figure(
                "\(command.words): \(isDeadly ? "SIGKILL" : "a call fails, or SIGINT, SIGTERM")",
                tried: passed + failed, passed: passed, failed: failed,
                note: notReached == 0 ? "" : "\(notReached) not reached, as it waited for less")
        }
    }

    /// The whole as a table in Markdown.
    var text: String {
        var lines = [
            "| command | fault | points tried | passed | failed | not reached |", "|---|---|---|---|---|---|",
        ]
        var failures: [String] = []
        for command in FaultTrial.Command.allCases {
            for kind in Fault.Kind.allCases {
                guard let count = rows[Row(command: command, kind: kind)] else { continue }
                lines.append(
                    "| `\(command.rawValue)` | \(kind.rawValue) | \(count.tried) | \(count.passed) | "
                        + "\(count.failures.count) | \(count.notReached) |")
                failures += count.failures.map { "- `\(command.rawValue)`, \($0)" }
            }
        }
        let all = rows.values
        lines.append(
            "| all | | \(all.map(\.tried).reduce(0, +)) | \(all.map(\.passed).reduce(0, +)) | "
                + "\(all.map(\.failures.count).reduce(0, +)) | \(all.map(\.notReached).reduce(0, +)) |")
        if !failures.isEmpty { lines += ["", "Failed:", ""] + failures }
        return lines.joined(separator: "\n") + "\n"
    }
}
