internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct pair`.
struct PairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Make both ends of a tunnel, with a fresh pre-shared key.",
        discussion:
            "An end is HOST=NETWORK,NETWORK: an address, a name, or 'any' for one that calls from anywhere, and "
            + "the networks behind it. Each end gets a folder of its own below --output.")

    @Argument(help: ArgumentHelp("The tunnel's name at both ends.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("One end, such as 203.0.113.10=10.1.0.0/16,fd01::/64.", valueName: "end"))
    var left: String

    @Argument(help: ArgumentHelp("The other end, such as vpn.example.org=10.2.0.0/16,fd02::/64.", valueName: "other"))
    var right: String

    @Option(help: ArgumentHelp("Where the files are written.", valueName: "folder"))
    var output: String

    @Option(help: "What the other end has: viaduct, swanctl (and a script), or libreswan.")
    var peerFormat: PairFormat = .viaduct

    @Option(
        name: .customLong("link"),
        help: ArgumentHelp(
            "A block of two addresses for the links, such as 169.254.7.0/30; may be said again.", valueName: "prefix"))
    var links: [RoutedPrefix] = []

    @Flag(
        name: .customLong("any-to-any"),
        help: "Let the SAs carry any address to any, so that what is routed can be changed at one end alone.")
    var isAnyToAny = false

    @Flag(help: "Replace files that exist.")
    var force = false

    @Flag(help: "Answer in JSON.")
    var json = false

    func run() throws {
        let pairing: Pairing
        do throws(PairError) {
            pairing = try Pairing(
                name: try TunnelArgument.name(name), left: PairedHost(left), right: PairedHost(right),
                format: peerFormat.value, links: links.map(\.prefix), isAnyToAny: isAnyToAny)
        } catch {
            throw ValidationError("\(error)")
        }
        do {
            let ends = try pairing.ends(secret: try FreshSecret.make(), schema: SchemaFile.path)
            let installation = FileInstallation(directory: output, isForced: force)
            let paths = try installation.write(ends.flatMap(\.placed))
            Answer.text(
                json ? try PairAnswer(ends, name: name, folder: output).text() : PairText.text(ends, paths: paths))
        } catch {
            throw Failure(error, tunnel: name)
        }
    }
}

/// A way of configuring the other end, on the command line.
struct PairFormat: ExpressibleByArgument {
    static let viaduct = PairFormat(value: .viaduct)

    var value: Pairing.Format

    init(value: Pairing.Format) {
        self.value = value
    }

    init?(argument: String) {
        guard let value = Pairing.Format(rawValue: argument) else { return nil }
        self.value = value
    }

    var defaultValueDescription: String { value.rawValue }
}

/// A tunnel's name on the command line.
enum TunnelArgument {
    /// Reads a name.
    static func name(_ text: String) throws(PairError) -> TunnelName {
        guard let name = TunnelName(text) else {
            throw PairError("\(text) is no name; a name is 1...60 of A-Z a-z 0-9 _ -, not beginning with -.")
        }
        return name
    }
}
