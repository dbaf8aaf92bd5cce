internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

/// `viaduct check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find what is wrong with tunnels and this machine; exit 2 when something is.",
        discussion: "Reads the specs, the kernel and charon, and sends a packet through the tunnels that are up. Each "
            + "finding has its evidence, why it matters, and the exact fix. Notes alone exit 0.")

    @Argument(
        help: ArgumentHelp("Names of tunnels, or spec files; none for all.", valueName: "name"), completion: .tunnels)
    var names: [String] = []

    @OptionGroup var common: CommonOptions

    @Flag(name: .customLong("no-probe"), help: "Send nothing through the tunnels.")
    var withoutProbe = false

    func run() throws {
        let findings: [Finding]
        do {
            findings = try common.operations().check(names, probes: !withoutProbe)
            if common.json {
                Answer.text(try FindingReport(findings).text())
            } else if findings.isEmpty {
                Answer.text("nothing found\n")
            } else {
                Answer.text(FindingText(isColoured: Terminal.hasColour).text(findings))
            }
        } catch {
            throw Failure(error, tunnel: names.count == 1 ? names[0] : "check")
        }
        if findings.contains(where: { $0.severity != .note }) { throw Failure(status: .differs) }
    }
}
