internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct plan`.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what `up` would change now; exit 2 when something would.")

    @OptionGroup var tunnels: TunnelArguments
    @OptionGroup var common: CommonOptions

    @Flag(name: .customLong("no-ike"), help: "Leave charon out: only link, addresses, routes and rules.")
    var withoutIKE = false

    func run() throws {
        let operations = common.operations()
        let options = Operations.UpOptions(plan: Planner.Options(withIKE: !withoutIKE))
        var differs = false
        let arguments = try tunnels.tunnels(in: common.library)
        let begin = ContinuousClock.now
        let together = arguments.count > 1 ? try operations.planUp(together: arguments, options: options) : nil
        try tunnels.forEach(of: arguments, in: common.library) { argument, name, place in
            let plan = try together?[place].get() ?? operations.planUp(argument, options: options)
            differs = differs || !plan.isEmpty
            try Outcome(tunnel: name, plan: plan, isDry: true).answer(
                json: common.json, changed: "", unchanged: "is as its spec asks")
        }
        Talk.duration(since: begin)
        if differs { throw Failure(status: .differs) }
    }
}
