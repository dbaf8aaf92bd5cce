internal import ArgumentParser
internal import NetworkModel
internal import ViaductCore
internal import ViaductHost

/// `viaduct new`.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make the spec of a tunnel to a cloud provider's gateway.",
        discussion:
            "Algorithms, lifetimes, DPD and MTU suit the provider's default policy; compare them with its documentation."
    )

    @Argument(help: ArgumentHelp("The tunnel's name.", valueName: "name"))
    var name: String

    @Option(help: "azure or google.")
    var preset: PresetArgument

    @Option(help: ArgumentHelp("The provider's gateway.", valueName: "address"))
    var remote: PacketAddress

    @Option(help: ArgumentHelp("The file with the pre-shared key, for its owner alone.", valueName: "file"))
    var pskFile: String

    @Option(
        help: ArgumentHelp(
            "Our public address, by which the provider knows us. (default: the one that leads to the gateway)",
            valueName: "address"))
    var localID: PacketAddress?

    @Option(help: ArgumentHelp("The link's own address with its length, as BGP needs it.", valueName: "address"))
    var inner: InnerAddress?

    @Option(
        name: .customLong("route"),
        help: ArgumentHelp("A network behind the gateway; may be said again.", valueName: "prefix"))
    var routes: [RoutedPrefix] = []

    @OptionGroup var arguments: ImportArguments

    func run() throws {
        guard let tunnel = TunnelName(name) else {
            throw ValidationError("A name is 1...60 of A-Z a-z 0-9 _ -, not beginning with -.")
        }
        try arguments.perform(name) {
            var wishes = CloudPreset.Wishes(remote: remote.value, secret: try ImportSources.secret(pskFile))
            wishes.identity = localID?.value
            wishes.inner = inner?.prefix
            wishes.routes = routes.map(\.prefix)
            return ImportResult(specs: [try preset.value.spec(tunnel, wishes)])
        }
    }
}

/// A provider on the command line.
struct PresetArgument: ExpressibleByArgument {
    var value: CloudPreset

    init?(argument: String) {
        guard let value = CloudPreset(rawValue: argument) else { return nil }
        self.value = value
    }
}

/// An address with its length on the command line, such as `169.254.21.2/30`.
struct InnerAddress: ExpressibleByArgument {
    var prefix: IPPrefix

    init?(argument: String) {
        guard argument.contains("/"), let prefix = IPPrefix(argument) else { return nil }
        self.prefix = prefix
    }
}
