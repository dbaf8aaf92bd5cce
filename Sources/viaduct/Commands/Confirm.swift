internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct confirm`.
struct Confirm: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Keep what up --confirm has changed.",
        discussion:
            "Without it the change is taken back when the time is over, also when the terminal, the ssh session or the "
            + "up itself is gone by then: a process of its own sees to that. Of an edit, what was up before comes back."
    )

    @OptionGroup var tunnels: TunnelArguments
    @OptionGroup var common: CommonOptions

    func run() throws {
        let operations = common.operations()
        try tunnels.forEach(in: common.library) { argument, name in
            let words = try operations.confirm(argument)
            guard common.json else { return Answer.text("\(name) \(words)\n") }
            Answer.text(try StepReport(tunnel: name.text, result: "confirmed", steps: []).text())
        }
    }
}

/// What `up --confirm` starts to watch over a change; of no use to a person.
struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: Guard.command, shouldDisplay: false)

    func run() throws {
        Guard.outliveTerminal()
        var guardian = try Guard(listeningAt: 0, tellingAt: 1)
        try guardian.run()
    }
}
