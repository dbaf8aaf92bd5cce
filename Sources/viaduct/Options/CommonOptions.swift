internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the specs are. (default: $VIADUCT_CONFIG_DIR, or \(SpecLocation.usualDirectory))",
            valueName: "folder"),
        completion: .directory)
    var configDir: String?

    @Option(help: ArgumentHelp("charon's VICI socket.", valueName: "socket"), completion: .file())
    var vici: String = LiveHost.usualViciPath

    @Flag(help: "Answer in JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show charon's log while it negotiates.")
    var verbose = false

    /// Up to how many tunnels each step is shown.
    private static let shownTunnels = 20

    /// The folder of specs: the option, the environment, or the usual one.
    var library: SpecLibrary { Self.library(configDir: configDir) }

    /// The folder of specs for what the option says.
    static func library(configDir: String?) -> SpecLibrary {
        SpecLibrary(
            directory: configDir ?? Environment.value("VIADUCT_CONFIG_DIR") ?? SpecLocation.usualDirectory)
    }

    /// The work behind the commands, with steps shown as they are performed.
    ///
    /// - Parameters:
    ///   - patience: how long SAs are waited for.
    ///   - count: the number of tunnels: the steps of many are counted, not shown.
    /// - Returns: the work.
    func operations(patience: Duration = .seconds(30), tunnels count: Int = 1) -> Operations {
        let isVerbose = verbose
        let progress = count > Self.shownTunnels && !isVerbose ? Progress() : nil
        return Operations(
            library: library, viciPath: vici, patience: patience,
            show: { step, isUndo in
                if let progress, !isUndo { return progress.advance() }
                for command in step.commands { Talk.line("\(isUndo ? "[undo]" : "[#]") \(command.line)") }
            },
            announce: { progress?.begin($0) },
            warn: { warning, tunnel in Talk.line("viaduct: \(tunnel): warning: \(warning)") },
            talk: { if isVerbose { Talk.line($0) } }, notice: { Talk.line("viaduct: \($0)") },
            caution: { Talk.line("viaduct: warning: \($0)") })
    }
}

/// The tunnels that a command is about.
struct TunnelArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("Names of tunnels, or spec files.", valueName: "name"), completion: .tunnels)
    var names: [String] = []

    @Flag(help: "Every tunnel that has a spec.")
    var all = false

    func validate() throws {
        if names.isEmpty != all {
            throw ValidationError("Name tunnels, or say --all.")
        }
    }

    /// The names, or those of all specs.
    func tunnels(in library: SpecLibrary) throws -> [String] {
        all ? try library.names().map(\.text) : names
    }

    /// Runs a body for each tunnel; the failure of one does not keep it from the others.
    ///
    /// - Parameters:
    ///   - library: where the specs are.
    ///   - body: is given what was written on the command line, and the tunnel's name, which may differ.
    /// - Throws: `Failure` with the status of the first that failed, when all was said; `FileError` when the folder of
    ///   specs cannot be read.
    func forEach(in library: SpecLibrary, _ body: (_ argument: String, _ name: TunnelName) throws -> Void) throws {
        try forEach(of: try tunnels(in: library), in: library) { argument, name, _ in try body(argument, name) }
    }

    /// Runs a body for each of some tunnels; the failure of one does not keep it from the others.
    ///
    /// - Parameters:
    ///   - arguments: what was written on the command line, or the names of all specs.
    ///   - library: where the specs are.
    ///   - body: is given the argument, the tunnel's name, and the argument's place.
    /// - Throws: as `forEach(in:_:)`.
    func forEach(
        of arguments: [String], in library: SpecLibrary,
        _ body: (_ argument: String, _ name: TunnelName, _ place: Int) throws -> Void
    ) throws {
        var worst: Failure?
        if arguments.isEmpty { Talk.line("viaduct: there is no spec in \(library.directory)") }
        for (place, argument) in arguments.enumerated() {
            do {
                try body(argument, try library.location(of: argument).name, place)
            } catch {
                let failure = error as? Failure ?? Failure(error, tunnel: argument)
                failure.report()
                worst = worst ?? Failure(status: failure.status)
            }
        }
        if let worst { throw worst }
    }
}
