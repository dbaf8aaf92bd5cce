internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct commands`.
struct CommandsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commands",
        abstract: "Print the equivalent ip, sysctl and swanctl commands as a script.",
        discussion: "The script needs no viaduct. It never holds a secret: it reads secrets from their files.")

    /// How the commands are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// A POSIX shell script.
        case sh
        /// A JSON object.
        case json
    }

    @Argument(help: ArgumentHelp("The tunnel's name, or its spec file.", valueName: "name"), completion: .tunnels)
    var name: String

    @Flag(help: "The commands that take the tunnel away.")
    var down = false

    @Option(help: "sh or json.")
    var format: Format?

    @OptionGroup var common: CommonOptions

    func run() throws {
        do {
            let (tunnel, plan) = try common.operations().planFromScratch(name)
            let steps = down ? plan.inverse.steps : plan.steps
            switch format ?? (common.json ? .json : .sh) {
            case .json: Answer.text(try StepReport(tunnel: tunnel.name.text, result: "planned", steps: steps).text())
            case .sh:
                let verb = down ? "down" : "up"
                Answer.text(
                    Script.text(
                        steps,
                        heading: [
                            "What `viaduct \(verb) \(tunnel.name)` does, by hand.",
                            "swanctl --load-conns and --load-creds unload what is in no file of /etc/swanctl.",
                        ]))
            }
        } catch {
            throw Failure(error, tunnel: name)
        }
    }
}
