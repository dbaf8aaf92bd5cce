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
        try tunnels.forEach(in: common.library) { argument, name in
            let plan = try operations.planUp(argument, options: options)
            differs = differs || !plan.isEmpty
            try Outcome(tunnel: name, plan: plan, isDry: true).answer(
                json: common.json, changed: "", unchanged: "is as its spec asks")
        }
        if differs { throw Failure(status: .differs) }
    }
}
