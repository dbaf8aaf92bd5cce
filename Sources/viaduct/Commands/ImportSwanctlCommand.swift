internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct import swanctl`.
struct ImportSwanctlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swanctl",
        abstract: "Make route-based tunnels of the connections in a swanctl.conf.",
        discussion: "What the peer notices stays as it is: addresses, identities, proposals and traffic selectors. "
            + "Policy-based connections get the routes that their selectors ask for.")

    @Argument(help: ArgumentHelp("The file; what it includes is read as well.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var selection: ConnectionSelection
    @OptionGroup var arguments: ImportArguments

    func run() throws {
        try arguments.perform(file) { try ImportSources.swanctl(file, options: selection.options) }
    }
}

/// Which connections of a file are imported, and how.
struct ConnectionSelection: ParsableArguments {
    @Option(
        name: .customLong("connection"),
        help: ArgumentHelp("Import this connection only; may be said again. (default: all)", valueName: "name"))
    var connections: [String] = []

    @Flag(
        name: .customLong("any-to-any"),
        help: "One child from any to any address in place of those of the file; the peer has to agree.")
    var isAnyToAny = false

    @Option(
        help: ArgumentHelp("The section of the pre-shared key, where several would do.", valueName: "section"))
    var secret: String?

    @Option(
        help: ArgumentHelp("Our private key, where the file does not tell.", valueName: "file"), completion: .file())
    var key: String?

    /// The wishes as the library takes them.
    var options: ImportOptions {
        var options = ImportOptions()
        options.connections = connections
        options.isAnyToAny = isAnyToAny
        options.secret = secret
        options.key = key
        return options
    }
}
