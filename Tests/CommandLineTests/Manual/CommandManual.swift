import Foundation

/// What the program tells of its commands: `--experimental-dump-help`.
struct HelpDump: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let superCommands: [String]?
        let aliases: [String]?
        let abstract: String?
        let discussion: String?
        let shouldDisplay: Bool
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }

        struct Name: Decodable {
            enum Kind: String, Decodable { case long, short, longWithSingleDash }

            let kind: Kind
            let name: String

            var text: String {
                switch kind {
                case .long: "--\(name)"
                case .short, .longWithSingleDash: "-\(name)"
                }
            }
        }

        let kind: Kind
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
    }
}

/// viaduct(8), from the program's help.
enum CommandManual {
    static func text(_ dump: HelpDump, release: Release) throws -> String {
        let root = dump.command
        let discussion = (root.discussion ?? "").components(separatedBy: "\n\nEXIT STATUS:\n")
        guard discussion.count == 2 else { throw Stale("the help has no table of exit statuses") }

        var page = ManualPage(
            "viaduct", section: 8, release: release, abstract: "route\\-based IPsec tunnels in one command")
        page.heading("Synopsis")
        page.line(commands(of: root).map { synopsis(of: $0, isShort: true) }.joined(separator: "\n.br\n"))
        page.heading("Description")
        page.paragraph(discussion[0])
        page.paragraph(
            "Answers go to standard output, all else to standard error. While it changes something it shows each step as "
                + "the command of ip(8), sysctl(8) or swanctl(8) that does the same. A name is that of a tunnel, "
                + "`/etc/viaduct/`NAME`.yaml`, or a file with a slash in it or one that ends in `.yaml`, `.yml` or `.json`."
        )
        page.heading("Commands")
        for command in commands(of: root) {
            page.subheading(name(of: command))
            page.line(synopsis(of: command, isShort: false))
            page.paragraph(command.abstract ?? "")
            for paragraph in (command.discussion ?? "").components(separatedBy: "\n\n") where !paragraph.isEmpty {
                page.paragraph(paragraph)
            }
            if let aliases = command.aliases, !aliases.isEmpty {
                page.paragraph("Also: \(aliases.map { "`\($0)`" }.joined(separator: ", ")).")
            }
            for argument in own(command) { page.line(".TP\n\(term(argument))\n\(meaning(argument))") }
        }
        page.heading("Options")
        page.paragraph("Every command has these.")
        for argument in (root.arguments ?? []) where argument.shouldDisplay {
            page.line(".TP\n\(term(argument))\n\(meaning(argument))")
        }
        page.heading("Exit status")
        for row in discussion[1].split(separator: "\n") {
            let words = row.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { throw Stale("not a row of exit statuses: \(row)") }
            page.item("`\(words[0])`", words[1].trimmingCharacters(in: .whitespaces))
        }
        page.heading("Environment")
        for (variable, meaning) in environment { page.item("`\(variable)`", meaning) }
        page.heading("Files")
        for (file, meaning) in files { page.item("`\(file)`", meaning) }
        page.heading("Examples")
        for (sentence, commands) in examples {
            page.paragraph(sentence)
            page.example(commands)
        }
        page.heading("See also")
        page.line(
            [
                ("viaduct.yaml", "(5)"), ("swanctl", "(8)"), ("swanctl.conf", "(5)"), ("ip\\-link", "(8)"),
                ("ip\\-route", "(8)"), ("ip\\-xfrm", "(8)"), ("systemctl", "(1)"),
            ].map { ".BR \($0.0) \($0.1)" }.joined(separator: " ,\n"))
        return page.text
    }

    private static let environment = [
        ("VIADUCT_CONFIG_DIR", "The folder of specs, where `--config-dir` does not name one."),
        ("CREDENTIALS_DIRECTORY", "Where systemd has put the credentials that specs name."),
        ("NO_COLOR", "When it is set, answers have no colours."),
    ]

    private static let files = [
        ("/etc/viaduct/NAME.yaml", "The tunnel NAME: viaduct.yaml(5)."),
        (
            "/etc/swanctl/conf.d/viaduct-NAME.conf",
            "What charon is told of a tunnel that is up; made and removed by viaduct."
        ),
        ("/run/viaduct", "What was done, so that it can be taken back."),
        ("/etc/iproute2/rt_protos.d/viaduct.conf", "The name of the protocol of our routes and rules, 222, for ip(8)."),
        (
            "viaduct@NAME.service",
            "Brings a tunnel up at boot, once it is enabled; reloading it applies an edited spec."
        ),
        ("viaduct.target", "All tunnels that are enabled."),
        ("viaduct-watch.service", "`viaduct watch` for all tunnels that are up."),
    ]

    private static let examples = [
        ("A tunnel, now and at each boot:", "viaduct up office\nsystemctl enable viaduct@office"),
        ("An edit over a connection that it may cut:", "viaduct up office --confirm 60s\nviaduct confirm office"),
        ("What becomes of a packet:", "viaduct explain 192.168.88.5"),
    ]

    /// The commands that do something, in order; of a group its members.
    private static func commands(of command: HelpDump.Command) -> [HelpDump.Command] {
        (command.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }.flatMap {
            ($0.subcommands ?? []).isEmpty ? [$0] : commands(of: $0)
        }
    }

    private static func name(of command: HelpDump.Command) -> String {
        ((command.superCommands ?? []) + [command.commandName]).joined(separator: " ")
    }

    /// What the command takes besides what all take.
    private static func own(_ command: HelpDump.Command) -> [HelpDump.Argument] {
        (command.arguments ?? []).filter { argument in
            argument.shouldDisplay && !(argument.names ?? []).contains { ["version", "help"].contains($0.name) }
        }
    }

    private static func synopsis(of command: HelpDump.Command, isShort: Bool) -> String {
        let words = own(command)
        let positional = words.filter { $0.kind == .positional }.map(usage)
        let needed = words.filter { $0.kind == .option && !$0.isOptional }.map(usage)
        let optional = words.filter { $0.kind != .positional && ($0.kind == .flag || $0.isOptional) }.map(usage)
        let options = isShort ? (optional.isEmpty ? [] : ["[\\fIoption\\fR ...]"]) : optional
        return (["\\fB\(ManualPage.plain(name(of: command)))\\fR"] + positional + needed + options).joined(
            separator: " ")
    }

    private static func usage(_ argument: HelpDump.Argument) -> String {
        let name = argument.names?.first { $0.kind == .long } ?? argument.names?.first
        let parts = [name.map { "\\fB\\%\(ManualPage.plain($0.text))\\fR" }, value(argument)].compactMap { $0 }
        let word = parts.joined(separator: " ") + (argument.isRepeating ? " ..." : "")
        return argument.isOptional ? "[\(word)]" : word
    }

    private static func term(_ argument: HelpDump.Argument) -> String {
        let names = (argument.names ?? []).sorted { $0.text.count < $1.text.count }
        let shown = names.map { "\\fB\(ManualPage.plain($0.text))\\fR" }.joined(separator: ", ")
        return [shown, value(argument)].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The name of its value; nil for a flag.
    private static func value(_ argument: HelpDump.Argument) -> String? {
        argument.kind == .flag ? nil : argument.valueName.map { "\\fI\(ManualPage.plain($0))\\fR" }
    }

    private static func meaning(_ argument: HelpDump.Argument) -> String {
        let usual = argument.defaultValue.map { " (default: \($0))" } ?? ""
        return ManualPage.inline((argument.abstract ?? "") + usual)
    }
}
