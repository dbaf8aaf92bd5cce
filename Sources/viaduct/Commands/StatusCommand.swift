internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show tunnels: their state, interface, routes, SAs and traffic.",
        discussion:
            "A tunnel is up, waiting (for its SAs), drifted (from its spec), blocked or down. Without a name it "
            + "shows every tunnel that has a spec, or of which something is on the machine.")

    @Argument(help: ArgumentHelp("Names of tunnels, or spec files.", valueName: "name"), completion: .tunnels)
    var names: [String] = []

    @OptionGroup var common: CommonOptions

    @Flag(help: "Look again and again, and show rates; plain lines where the answer is no terminal.")
    var watch = false

    @Option(help: ArgumentHelp("How often to look, such as 500ms, 2s or 1m. (default: 2s)", valueName: "time"))
    var interval: Timeout?

    @Option(
        help: ArgumentHelp("How many times to look with --watch. (default: until it is ended)", valueName: "number"))
    var count: Int?

    @Flag(help: "Answer in the text format of Prometheus, for the textfile collector.")
    var prometheus = false

    func validate() throws {
        if !watch, interval != nil || count != nil { throw ValidationError("--interval and --count need --watch.") }
        if prometheus, watch || common.json {
            throw ValidationError("--prometheus is one answer, and neither --watch nor --json goes with it.")
        }
        if let count, count < 1 { throw ValidationError("--count is a number from 1 on.") }
    }

    func run() throws {
        do {
            let operations = common.operations()
            guard watch else {
                let begin = ContinuousClock.now
                let tunnels = try operations.status(names)
                Talk.duration(since: begin)
                return try answer(tunnels)
            }
            try StatusWatch(
                isJSON: common.json, interval: interval?.duration ?? .seconds(2), count: count,
                isColoured: Terminal.hasColour
            ).run { try operations.status(names) }
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(error, tunnel: names.count == 1 ? names[0] : "status")
        }
    }

    private func answer(_ tunnels: [TunnelStatus]) throws {
        if prometheus {
            Answer.text(StatusMetrics(tunnels).text)
        } else if common.json {
            Answer.text(try StatusReport(tunnels, rates: StatusRates()).text(onOneLine: false))
        } else if tunnels.isEmpty {
            Talk.line("viaduct: there is no spec in \(common.library.directory), and no tunnel on this machine")
        } else {
            Answer.text(StatusText(isColoured: Terminal.hasColour).text(tunnels))
        }
    }
}
