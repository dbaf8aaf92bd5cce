import TestBed

/// One run of a command with one fault, and what must be so afterwards.
struct FaultTrial: Sendable {
    /// What is run: from which state it starts, and which one it is to reach.
    enum Command: String, Sendable, CaseIterable {
        case up, down, edit
        /// `up --confirm`, which is confirmed when it says that it is done.
        case confirm

        var start: FaultScene.State {
            switch self {
            case .up, .confirm: .down
            case .down, .edit: .up
            }
        }

        var goal: FaultScene.State {
            switch self {
            case .up, .confirm: .up
            case .down: .down
            case .edit: .edited
            }
        }

        /// Its name in tables.
        var words: String {
            switch self {
            case .up: "`up`"
            case .down: "`down`"
            case .edit: "edit"
            case .confirm: "`up --confirm`"
            }
        }

        var arguments: [String] {
            switch self {
            case .up, .edit: ["up", "office", "--timeout", "20s"]
            case .down: ["down", "office"]
            case .confirm: ["up", "office", "--timeout", "20s", "--confirm", "600s"]
            }
        }
    }

    var command: Command
    var fault: Fault

    /// How a trial ended.
    enum Verdict: Sendable {
        /// All that must be so is.
        case passed
        /// The run had fewer points this time, as it waits by asking again and again.
        case notReached
        /// What is not as it must be, in words.
        case failed(String)
    }

    /// What a trial has shown.
    struct Result: Sendable {
        /// Where the fault came about; nil when the run did not get that far.
        var point: FaultPoint?
        var verdict: Verdict
        /// The state that the scene was seen in at the end; nil for any.
        var end: FaultScene.State?
    }

    /// Makes the trial; the scene is in the command's start state before.
    func run(in scene: FaultScene) async throws -> Result {
        try scene.write(command.goal)
        let faulted = try await scene.gateway.viaduct(command.arguments, fault: fault)
        let outcome = faulted.outcome
        guard let point = faulted.hit else { return Result(verdict: .notReached) }
        var problems: [String] = []
        if outcome.text.contains(SiteToSite.secret) { problems.append("the secret is shown") }
        problems +=
            fault.kind.isDeadly
            ? try await afterDeath(in: scene, outcome) : try await afterFailure(at: point, in: scene, outcome)
        guard !problems.isEmpty else {
            return Result(point: point, verdict: .passed, end: end(at: point, after: outcome))
        }
        return Result(point: point, verdict: .failed((problems + ["\(outcome)"]).joined(separator: "\n")))
    }

    /// What the scene was compared with last.
    private func end(at point: FaultPoint, after outcome: Outcome) -> FaultScene.State {
        if fault.kind.isDeadly { return command == .down && isFinished ? .up : .down }
        if outcome.status == 0 { return command.goal }
        return command == .down || point.operation == .lock ? .down : command.start
    }

    /// The new state or the old one, as the status says; of a removal that failed, what is left is named, and goes.
    private func afterFailure(
        at point: FaultPoint, in scene: FaultScene, _ outcome: Outcome
    ) async throws -> [String] {
        if outcome.timedOut || outcome.status > 127 { return ["it did not end by itself"] }
        if outcome.status == 0, command == .confirm {
            let confirmed = try await scene.gateway.viaduct("confirm", "office")
            if confirmed.status != 0 { return ["it cannot be confirmed: \(confirmed)"] }
        }
        // An empty file that nobody holds: the next command takes it and removes it.
        let lock = point.operation == .unlink && point.object.hasSuffix("lock") ? point.object : nil
        if outcome.status == 0 {
            return try await differences(in: scene, to: command.goal, "reported as done", butFor: lock)
        }
        var problems: [String] = []
        if !outcome.stderr.contains("viaduct: office: ") { problems.append("no word of the failure") }
        guard command == .down else {
            // Who cannot lock a file must not remove it, as another may hold it: the next command does.
            let path = point.operation == .lock ? "/run/viaduct" : nil
            problems += try await differences(in: scene, to: command.start, "after it failed", butFor: path)
            return try await problems + (path == nil ? [] : finish("down", in: scene, to: .down))
        }
        if !outcome.stderr.contains("left behind"), !(try await differences(in: scene, to: .up, "").isEmpty) {
            problems += try await differences(in: scene, to: .down, "reported as failed with nothing left behind")
        }
        return problems + (try await finish("down", in: scene, to: .down))
    }

    /// Whether after a death the next `up` has to finish, and else the next `down` to clean.
    ///
    /// By the number of the point, so that both are tried behind a point and before the next, which is the same.
    private var isFinished: Bool { !fault.point.isMultiple(of: 2) }

    /// The next run of the command finishes, or `down` cleans.
    private func afterDeath(in scene: FaultScene, _ outcome: Outcome) async throws -> [String] {
        guard outcome.status == 137 else { return ["it was not killed"] }
        if command == .confirm { return try await afterDeathOfUnconfirmed(in: scene) }
        guard isFinished else { return try await finish("down", in: scene, to: .down) }
        switch command {
        case .up, .edit, .confirm:
            let up = try await finish("up", in: scene, to: command.goal)
            return up + (try await finish("down", in: scene, to: .down))
        case .down: return try await finish("up", in: scene, to: .up)
        }
    }

    /// The guardian takes it back by itself, unless it was done to its end: then it waits to be confirmed.
    ///
    /// When the guardian was not there yet, nothing had been changed.
    private func afterDeathOfUnconfirmed(in scene: FaultScene) async throws -> [String] {
        var state = FaultScene.State.down
        try await scene.gateway.until("the change is taken back, or waits to be confirmed") { host in
            guard try host.has("/run/viaduct/office.pending") else { return true }
            let status = try await host.viaduct("status", "office").stdout
            if status.contains("an unconfirmed change stands") { return true }
            guard status.contains("an unconfirmed change is rolled back in"),
                try await scene.difference(to: command.goal, butFor: "/run/viaduct").isEmpty
            else { return false }
            state = command.goal
            return true
        }
        let problems = try await differences(in: scene, to: state, "after its death", butFor: "/run/viaduct")
        return problems + (try await finish("down", in: scene, to: .down))
    }

    private func finish(_ word: String, in scene: FaultScene, to state: FaultScene.State) async throws -> [String] {
        let outcome = try await scene.gateway.viaduct(word, "office")
        guard outcome.status == 0 else { return ["the next \(word) fails: \(outcome)"] }
        let found = try await differences(in: scene, to: state, "after the next \(word)")
        return found.isEmpty ? [] : found + ["\(outcome)"]
    }

    private func differences(
        in scene: FaultScene, to state: FaultScene.State, _ what: String, butFor path: String? = nil
    ) async throws -> [String] {
        let lines = try await scene.difference(to: state, butFor: path)
        return lines.isEmpty ? [] : ["\(what), it is not \(state):\n\(lines.joined(separator: "\n"))"]
    }
}
