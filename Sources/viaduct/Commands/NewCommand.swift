internal import ArgumentParser
internal import NetworkModel
internal import ViaductCore
internal import ViaductHost

/// `viaduct new`.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a commented spec to start from, or one for a cloud provider's gateway.",
        discussion: "What is not said is a placeholder that no command takes, or commented out. With --preset, "
            + "algorithms, lifetimes, DPD and MTU suit the provider's default policy; compare them with its documentation."
    )

    @Argument(help: ArgumentHelp("The tunnel's name.", valueName: "name"))
    var name: String

    @Option(help: "azure or google.")
    var preset: PresetArgument?

    @Option(
        help: ArgumentHelp("The peer: its address or name; with --preset the provider's gateway.", valueName: "host"))
    var remote: String?

    @Option(help: ArgumentHelp("Our address on the underlay.", valueName: "address"))
    var local: PacketAddress?

    @Option(
        help: ArgumentHelp(
            "Our identity, by which the peer knows us. (default: our address)", valueName: "id"))
    var localID: String?

    @Option(
        help: ArgumentHelp(
            "The file with the pre-shared key, for its owner alone. (default: NAME.psk)", valueName: "file"))
    var pskFile: String?

    @Flag(name: .customLong("new-psk"), help: "Make a fresh pre-shared key of 256 bits beside the spec.")
    var makesKey = false

    @Option(help: ArgumentHelp("The link's own address with its length; may be said again.", valueName: "address"))
    var inner: [InnerAddress] = []

    @Option(
        name: .customLong("route"),
        help: ArgumentHelp("A network behind the peer; may be said again.", valueName: "prefix"))
    var routes: [RoutedPrefix] = []

    @Option(help: "up, on-demand or listen.")
    var start: StartArgument?

    @OptionGroup var arguments: ImportArguments

    func validate() throws {
        guard TunnelName(name) != nil else {
            throw ValidationError("A name is 1...60 of A-Z a-z 0-9 _ -, not beginning with -.")
        }
        if makesKey, pskFile != nil { throw ValidationError("Say either --new-psk or --psk-file.") }
        guard preset != nil else { return }
        guard let remote, IPAddress(remote) != nil else {
            throw ValidationError("--preset needs --remote with the address of the provider's gateway.")
        }
        guard pskFile != nil else { throw ValidationError("--preset needs --psk-file.") }
        guard localID.map({ IPAddress($0) != nil }) ?? true else {
            throw ValidationError("With --preset the identity is our public address.")
        }
        guard local == nil, start == nil, inner.count <= 1 else {
            throw ValidationError("--preset takes neither --local nor --start, and one --inner.")
        }
    }

    func run() throws {
        guard let tunnel = TunnelName(name) else { return }
        try arguments.perform(name) {
            guard let preset else { return ImportResult(specs: [try template(tunnel).spec()]) }
            return try cloud(tunnel, preset.value)
        }
    }

    private func template(_ tunnel: TunnelName) throws -> SpecTemplate {
        var template = SpecTemplate(name: tunnel)
        template.local = local?.value
        template.identity = localID
        template.remote = remote
        template.secretFile = pskFile
        template.secret = makesKey ? try FreshSecret.make() : nil
        template.addresses = inner.map(\.prefix)
        template.routes = routes.map(\.prefix)
        template.start = start?.value
        return template
    }

    private func cloud(_ tunnel: TunnelName, _ preset: CloudPreset) throws -> ImportResult {
        guard let gateway = remote.flatMap({ IPAddress($0) }), let pskFile else { return ImportResult(specs: []) }
        var wishes = CloudPreset.Wishes(remote: gateway, secret: try ImportSources.secret(pskFile))
        wishes.identity = localID.flatMap { IPAddress($0) }
        wishes.inner = inner.first?.prefix
        wishes.routes = routes.map(\.prefix)
        return ImportResult(specs: [try preset.spec(tunnel, wishes)])
    }
}

/// A start mode on the command line.
struct StartArgument: ExpressibleByArgument {
    var value: StartMode

    init?(argument: String) {
        guard let value = StartMode(rawValue: argument) else { return nil }
        self.value = value
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
