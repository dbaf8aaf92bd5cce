internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct down`.
struct Down: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Take tunnels away without a trace.",
        discussion: "Works from what was recorded and from the marks in the kernel, so an edited or deleted spec does "
            + "not matter. A tunnel that is down already is no error.")

    @OptionGroup var tunnels: TunnelArguments
    @OptionGroup var common: CommonOptions

    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    func run() throws {
        let arguments = try tunnels.tunnels(in: common.library)
        let operations = common.operations(tunnels: arguments.count)
        let together = arguments.count > 1 && !dryRun ? try operations.down(together: arguments) : nil
        try tunnels.forEach(of: arguments, in: common.library) { argument, name, place in
            let plan = try together?[place].get() ?? operations.down(argument, isDry: dryRun)
            let outcome = Outcome(tunnel: name, plan: plan, isDry: dryRun)
            try outcome.answer(json: common.json, changed: "is down", unchanged: "is down already: nothing to do")
        }
    }
}
