internal import ArgumentParser

/// `viaduct import`.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make specs of configuration that works elsewhere.",
        discussion: "Each file is written for its owner alone, and none is replaced without --force. When one spec "
            + "cannot be made, none is written. What a person has to know is said on standard error, with file and line.",
        subcommands: [ImportSwanctlCommand.self, ImportIPsecCommand.self, ImportAWSCommand.self])
}
