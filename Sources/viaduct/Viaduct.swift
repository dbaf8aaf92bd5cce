internal import ArgumentParser
internal import NetworkModel
internal import ViaductHost

/// A command that writes files where its caller says, in folders that may be anybody's.
protocol FileWriting {
    /// Whether it does so this time.
    var writesFiles: Bool { get }
}

/// The command tree.
///
/// Each command says its name itself: one made of its type's name would cost every start of any command a third of a
/// millisecond, as ArgumentParser asks for all names and the run-time looks through all conformances for each.
@main
struct Viaduct: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "viaduct",
        abstract: "Route-based IPsec tunnels in one command.",
        discussion:
            "A tunnel is one file, /etc/viaduct/NAME.yaml: its XFRM interface, addresses, routes and rules, and "
            + "the strongSwan connection that belongs to them.\n\nEXIT STATUS:\n\(ExitStatus.table)",
        version: "0.1.0",
        subcommands: [
            Up.self, Confirm.self, Down.self, PlanCommand.self, CommandsCommand.self, StatusCommand.self,
            CheckCommand.self, ExplainCommand.self, WatchCommand.self, ImportCommand.self,
            NewCommand.self, PairCommand.self, ExportCommand.self, SchemaCommand.self, GuardCommand.self,
        ])

    static func main() {
        Interruption.hold()
        do {
            var command = try parseAsRoot()
            let more = (command as? any FileWriting)?.writesFiles ?? false
            Privilege.limit(to: more ? Privilege.usual.union(.writingEverywhere) : Privilege.usual)
            try command.run()
        } catch let error as Failure {
            error.report()
            exit(withError: ArgumentParser.ExitCode(error.status.rawValue))
        } catch {
            exit(withError: error)
        }
    }
}
