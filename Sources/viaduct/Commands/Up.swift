internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct up`.
struct Up: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Bring tunnels up, or make them what their specs now ask for.",
        discussion: "Does nothing when nothing differs. When a step fails, those before it are taken back. Several "
            + "tunnels are brought up at once, from one look at the machine; one that fails is undone alone.")

    @OptionGroup var tunnels: TunnelArguments
    @OptionGroup var common: CommonOptions

    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    @Flag(name: .customLong("no-ike"), help: "Leave charon out: only link, addresses, routes and rules.")
    var withoutIKE = false

    @Flag(name: .customLong("no-wait"), help: "Do not wait for the SAs.")
    var withoutWait = false

    @Flag(help: "Keep the tunnel in place when only its SAs could not be established in time.")
    var keep = false

    @Option(
        help: ArgumentHelp(
            "How long to wait for the SAs, such as 500ms, 30s or 2m. (default: 30s)", valueName: "time"))
    var timeout: Timeout?

    @Option(
        help: ArgumentHelp(
            "Take the change back unless `viaduct confirm` comes within this time, such as 60s or 5m.",
            valueName: "time"))
    var confirm: Timeout?

    func run() throws {
        let arguments = try tunnels.tunnels(in: common.library)
        let operations = common.operations(patience: timeout?.duration ?? .seconds(30), tunnels: arguments.count)
        let options = Operations.UpOptions(
            plan: Planner.Options(withIKE: !withoutIKE, waits: !withoutWait), keeps: keep,
            confirmation: confirm?.wholeSeconds)
        var together: [Result<Plan, any Error>]?
        if arguments.count > 1 {
            together =
                dryRun
                ? try operations.planUp(together: arguments, options: options)
                : try operations.up(together: arguments, options: options)
        }
        try tunnels.forEach(of: arguments, in: common.library) { argument, name, place in
            let plan =
                try together?[place].get()
                ?? (dryRun
                    ? operations.planUp(argument, options: options) : operations.up(argument, options: options))
            let outcome = Outcome(tunnel: name, plan: plan, isDry: dryRun)
            if let confirm, !dryRun, !plan.isEmpty {
                Talk.line(
                    "viaduct: \(name): unless \"viaduct confirm \(name)\" comes within \(confirm.wholeSeconds) s, all of this is "
                        + "taken back")
            }
            try outcome.answer(json: common.json, changed: "is up", unchanged: "is up already: nothing to do")
        }
    }
}
