internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct export`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a tunnel for another manager: networkd, netplan, nmstate, ip-batch, swanctl, dot.",
        discussion:
            "What the manager cannot say is told on standard error, and in a comment of the file, with how it is done "
            + "by hand. Secrets are never printed.")

    @Argument(
        help: ArgumentHelp(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "format"))
    var format: FormatArgument

    @Argument(help: ArgumentHelp("The tunnel's name, or its spec file.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("Write the files into this folder. (default: print them)", valueName: "folder"))
    var output: String?

    @Flag(help: "Replace files that exist.")
    var force = false

    @Flag(name: .customLong("with-secrets"), help: "Write the secrets into the files as well; needs --output.")
    var withSecrets = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if withSecrets, output == nil {
            throw ValidationError("--with-secrets needs --output: secrets are never printed.")
        }
    }

    func run() throws {
        do {
            let operations = common.operations()
            let (tunnel, plan) = try operations.planFromScratch(name, isExport: true)
            let export = Export(tunnel, as: format.value, plan: plan)
            for remark in export.remarks where !common.json { Talk.line("viaduct: \(tunnel.name): warning: \(remark)") }
            let paths = try output.map { folder in
                let drafts =
                    withSecrets
                    ? try operations.filled(export, of: tunnel)
                    : export.files.map { FileDraft(path: $0.name, text: $0.publicText) }
                return try FileInstallation(directory: folder, isForced: force).write(drafts)
            }
            if common.json {
                Answer.text(try ExportAnswer(export, tunnel: tunnel.name.text, paths: paths).text())
            } else if let paths {
                Answer.text(paths.map { "wrote \($0)\n" }.joined())
            } else {
                Answer.text(ExportText.text(export))
            }
        } catch {
            throw Failure(error, tunnel: name)
        }
    }
}

/// A format on the command line.
struct FormatArgument: ExpressibleByArgument {
    var value: ExportFormat

    init?(argument: String) {
        guard let value = ExportFormat(rawValue: argument) else { return nil }
        self.value = value
    }

    static var allValueStrings: [String] { ExportFormat.allCases.map(\.rawValue) }
}
