internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct watch`.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Keep tunnels as they were brought up: repair what is taken away, and say so once.",
        discussion:
            "Follows the kernel, charon and the files, until it is ended. It looks after tunnels that are up, takes up new "
            + "ones, and lets go of those that are taken down. A spec that was edited is not applied: that is for "
            + "`viaduct up`. SIGHUP looks at everything at once. As a service: viaduct-watch.service.")

    @Argument(
        help: ArgumentHelp("Names of tunnels; none for all that are up.", valueName: "name"), completion: .tunnels)
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            "How often to look although nothing happens, and to resolve names. (default: 60s)", valueName: "time"))
    var interval: Timeout?

    @OptionGroup var common: CommonOptions

    func run() throws {
        do {
            let library = common.library
            let wanted = try names.map { try library.location(of: $0).name }
            let manager = ServiceManager.current
            var operations = common.operations()
            let (isVerbose, isJSON) = (common.verbose, common.json)
            operations.show = { step, _ in
                manager.tell("WATCHDOG=1")
                guard isVerbose else { return }
                for command in step.commands { Talk.line("[#] \(command.line)") }
            }
            // What may disturb a tunnel was said when it was brought up.
            operations.warn = { _, _ in }
            let watcher = try Watcher(
                operations, names: wanted.isEmpty ? nil : Set(wanted), interval: interval?.duration ?? .seconds(60),
                manager: manager
            ) { notice in
                Answer.text(isJSON ? WatchReport(notice).text : notice.line + "\n")
            }
            try watcher.run()
        } catch {
            throw Failure(error, tunnel: "watch")
        }
    }
}
