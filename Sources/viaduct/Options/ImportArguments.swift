internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// Where imported specs go, and how that is told.
struct ImportArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the specs are written; - prints them. (default: $VIADUCT_CONFIG_DIR, or "
                + "\(SpecLocation.usualDirectory))", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Flag(help: "Replace files that exist.")
    var force = false

    @Flag(name: .customLong("dry-run"), help: "Print the specs, and write nothing.")
    var isDry = false

    @Flag(help: "Answer in JSON.")
    var json = false

    /// Imports, writes and tells.
    ///
    /// - Parameters:
    ///   - subject: what is imported, for messages.
    ///   - read: reads the specs.
    /// - Throws: `Failure`.
    func perform(_ subject: String, _ read: () throws -> ImportResult) throws {
        do {
            let result = try read()
            let folder = output ?? Environment.value("VIADUCT_CONFIG_DIR") ?? SpecLocation.usualDirectory
            let printsOnly = isDry || folder == "-"
            for warning in result.warnings where !json { Talk.line("viaduct: warning: \(warning)") }
            let installation = SpecInstallation(directory: folder, isForced: force, schema: SchemaFile.path)
            let paths = printsOnly ? [] : try installation.write(result.specs)
            if json {
                Answer.text(try ImportAnswer(result, paths: printsOnly ? nil : paths).text())
            } else if printsOnly {
                Answer.text(result.specs.map(Self.printed).joined(separator: "---\n"))
            } else {
                Answer.text(paths.map { "wrote \($0)\n" }.joined())
            }
        } catch {
            throw Failure(error, tunnel: subject)
        }
    }

    /// A spec as it is printed, with the names of the secrets' files.
    private static func printed(_ spec: ImportedSpec) -> String {
        "# \(spec.fileName)\n" + spec.secrets.map { "# \($0.fileName): the secret, which is not shown\n" }.joined()
            + spec.text
    }
}
