import TestBed
import Testing

/// Whatever fails, and whenever viaduct is killed, the tunnel is in its new state or in its old one.
///
/// A sample with `make test`; all of it with `make faults`.
@Suite(.testBed) struct FaultTests {
    @Test func `up, down and an edit leave the new state or the old one, whatever fails`() async throws {
        let plan = FaultPlan()
        let table = FaultTable()
        // Several networks beside each other: much of the time is waiting for charon.
        let width = plan.width
        let results = try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<width {
                group.addTask { try await work(worker, of: width, plan, table) }
            }
            try await group.waitForAll()
            return await table.text
        }
        print("faults:\n\(results)")
    }

    private func work(_ worker: Int, of width: Int, _ plan: FaultPlan, _ table: FaultTable) async throws {
        var scene = try await FaultScene()
        for command in plan.commands {
            try await scene.reach(command.start)
            try scene.write(command.goal)
            let counted = try await scene.gateway.viaduct(command.arguments, fault: Fault(at: 0, .io))
            try counted.outcome.checked()
            let trials = plan.trials(of: command, points: counted.points)
            if worker == 0 { print("faults: \(command): \(counted.points.count) points, \(trials.count) trials") }
            try await scene.reach(command.start)
            for (index, trial) in trials.enumerated() where index % width == worker {
                let result = try await trial.run(in: scene)
                await table.add(trial, result)
                if case .failed(let words) = result.verdict {
                    let place = result.point.map { "\($0.operation.rawValue) \($0.object)" } ?? "?"
                    Issue.record("\(command), \(trial.fault), \(place):\n\(words)")
                    print("faults: failed: \(command), \(trial.fault), \(place)")
                }
                // Now and then, so that what was tried counts although the time is over.
                if await table.count.isMultiple(of: 20) { try await write(table, command, plan) }
                if await table.count.isMultiple(of: 50) { print("faults: \(await table.count) trials") }
                if result.end == command.start { continue }
                do {
                    try await scene.reach(command.start)
                    if case .failed = result.verdict, !(try await scene.difference(to: command.start).isEmpty) {
                        scene = try await FaultScene()
                        try await scene.reach(command.start)
                    }
                } catch {
                    // What a fault has left behind is not to count for the next one.
                    scene = try await FaultScene()
                    try await scene.reach(command.start)
                }
            }
            try await write(table, command, plan)
        }
    }

    private func write(_ table: FaultTable, _ command: FaultTrial.Command, _ plan: FaultPlan) async throws {
        try Figure.write(await table.figures(of: command), to: "faults-\(command.rawValue)-\(plan.part)")
    }
}
