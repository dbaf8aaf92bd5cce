internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct import ipsec.conf`.
struct ImportIPsecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ipsec.conf",
        abstract: "Make route-based tunnels of the connections in an ipsec.conf.",
        discussion:
            "Both strongSwan's starter and libreswan are read. Connections to one peer become the children of one "
            + "tunnel.",
        aliases: ["ipsec"])

    @Argument(help: ArgumentHelp("The file; what it includes is read as well.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The file with the secrets. (default: ipsec.secrets beside the file)", valueName: "file"),
        completion: .file())
    var secrets: String?

    @OptionGroup var selection: ConnectionSelection
    @OptionGroup var arguments: ImportArguments

    func run() throws {
        try arguments.perform(file) {
            try ImportSources.ipsec(file, secrets: secrets, options: selection.options)
        }
    }
}
