internal import ArgumentParser
internal import ViaductCore

/// `viaduct schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a spec, by which editors complete and check.",
        discussion: "Specs that viaduct writes name the installed one in their first line, for yaml-language-server.")

    func run() { Answer.text(SpecSchema.text) }
}
