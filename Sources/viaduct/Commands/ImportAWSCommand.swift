internal import ArgumentParser
internal import NetworkModel
internal import ViaductCore
internal import ViaductHost

/// `viaduct import aws`.
struct ImportAWSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aws",
        abstract: "Make tunnels of the customer gateway configuration of AWS Site-to-Site VPN.",
        discussion:
            "Reads the XML (CustomerGatewayConfiguration; vendor Generic on the console). The second tunnel is the "
            + "backup of the first, by the metric of its routes.")

    @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The tunnels' names begin so.", valueName: "name"))
    var name = "aws"

    @Option(
        name: .customLong("route"),
        help: ArgumentHelp("A network behind AWS; may be said again. (default: none, as with BGP)", valueName: "prefix")
    )
    var routes: [RoutedPrefix] = []

    @Flag(name: .customLong("ikev1"), help: "Use IKEv1.")
    var isOld = false

    @OptionGroup var arguments: ImportArguments

    func run() throws {
        var options = AWSImport.Options()
        options.name = name
        options.routes = routes.map(\.prefix)
        options.version = isOld ? 1 : 2
        try arguments.perform(file) { try ImportSources.aws(file, options: options) }
    }
}

/// A network on the command line.
struct RoutedPrefix: ExpressibleByArgument {
    var prefix: IPPrefix

    init?(argument: String) {
        guard let prefix = IPPrefix(argument), prefix.isNetwork else { return nil }
        self.prefix = prefix
    }
}
