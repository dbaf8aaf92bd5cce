public import ViaductCore

/// What the running charon has been told by strongswan.conf.
///
/// charon reads most of it only when it starts, and no VICI command tells it: what stands in the file now is what charon
/// does as long as nobody changed it since.
public struct DaemonSettings: Sendable {
    /// The daemon's name, which is that of its section: `charon-systemd` or `charon`.
    public let daemon: String
    /// The file that charon reads first.
    public let file: String
    /// All that stands in it and in the files that it includes.
    public let tree: SettingsTree

    /// Where charon's settings are unless its environment says otherwise.
    public static let usualFile = "/etc/strongswan.conf"

    /// Makes settings of a tree, in which the daemon's section falls back to `charon` and that to `libstrongswan`.
    ///
    /// - Parameters:
    ///   - daemon: the daemon's name, as VICI's `version` tells it.
    ///   - file: the file that was read first.
    ///   - tree: what stands in it.
    public init(daemon: String, file: String, tree: SettingsTree) {
        self.daemon = daemon
        self.file = file
        var tree = tree
        // In this order; charon-systemd registers charon's section before the library adds its own.
        tree.addFallback(daemon, to: "charon")
        tree.addFallback(daemon, to: "libstrongswan")
        self.tree = tree
    }

    /// Reads the settings of a running charon.
    ///
    /// - Parameters:
    ///   - process: charon's process; nil when none was found.
    ///   - daemon: the daemon's name, as VICI's `version` tells it; nil for the program's name.
    ///   - usualFile: the file when charon's environment names none.
    /// - Returns: the settings.
    /// - Throws: `FileError` when the file cannot be read; `SettingsError` when it would not be read by charon either.
    public static func read(
        process: CharonProcess?, daemon: String? = nil, usualFile: String = usualFile
    ) throws -> DaemonSettings {
        let file = process?.configurationFile ?? usualFile
        let tree = try SettingsFiles.tree(at: file)
        return DaemonSettings(daemon: daemon ?? process?.name ?? "charon-systemd", file: file, tree: tree)
    }

    // MARK: - The settings

    /// Whether charon installs routes for policies (`install_routes`): must not be so with VTI links.
    public var installRoutes: DaemonSetting<Bool> { bool("install_routes", default: true) }

    /// Whether it does so also for policies with an interface id (`install_routes_xfrmi`, from 5.9.10 on).
    public var installRoutesXFRMI: DaemonSetting<Bool> {
        bool("install_routes_xfrmi", in: "plugins.kernel-netlink", default: false)
    }

    /// Whether charon puts virtual addresses on a link (`install_virtual_ip`).
    public var installVirtualIP: DaemonSetting<Bool> { bool("install_virtual_ip", default: true) }

    /// The table that charon puts routes in (`routing_table`).
    public var routingTable: DaemonSetting<Int> { number("routing_table", default: 220) }

    /// The priority of the rule that leads to it (`routing_table_prio`).
    public var routingTablePriority: DaemonSetting<Int> { number("routing_table_prio", default: 220) }

    /// The tables that charon does not look at when it chooses addresses (`ignore_routing_tables`).
    public var ignoreRoutingTables: DaemonSetting<[UInt32]> {
        setting("ignore_routing_tables", default: []) { tables in
            tables.isEmpty ? "none" : tables.map(String.init).joined(separator: " ")
        } read: { text in
            // What is no number is table 0 to charon.
            text.split(separator: " ").map { UInt32($0.prefix { ("0"..."9").contains($0) }) ?? 0 }
        }
    }

    /// The mark in the rule that leads to charon's table (`kernel-netlink.fwmark`); nil when there is none.
    public var routingRuleMark: DaemonSetting<FirewallMark?> {
        mark(in: "plugins.kernel-netlink") { FirewallMark($0) }
    }

    /// The mark of the packets that charon itself sends (`socket-default.fwmark`); nil when there is none.
    public var socketMark: DaemonSetting<FirewallMark?> {
        mark(in: "plugins.socket-default") { text in FirewallMark(text).flatMap { $0.isInverted ? nil : $0 } }
    }

    /// Where charon's VICI socket is (`plugins.vici.socket`), as a URI.
    public var viciSocket: DaemonSetting<String> {
        setting("socket", in: "plugins.vici", default: "unix:///var/run/charon.vici", show: \.self) { $0 }
    }

    /// The links whose networks the plugin bypass-lan leaves alone (`interfaces_ignore`); of no account beside
    /// ``bypassedLinks``.
    public var ignoredLinks: DaemonSetting<[String]> { names("interfaces_ignore", in: "plugins.bypass-lan") }

    /// The only links whose networks the plugin bypass-lan takes for LANs (`interfaces_use`); empty means all.
    public var bypassedLinks: DaemonSetting<[String]> { names("interfaces_use", in: "plugins.bypass-lan") }

    // MARK: - Looking up

    private func bool(_ key: String, in subsection: String? = nil, default standard: Bool) -> DaemonSetting<Bool> {
        setting(key, in: subsection, default: standard, show: { $0 ? "yes" : "no" }, read: SettingsValue.bool)
    }

    private func number(_ key: String, default standard: Int) -> DaemonSetting<Int> {
        setting(key, default: standard, show: { "\($0)" }, read: SettingsValue.integer)
    }

    /// A list of names, taken apart as charon does.
    private func names(_ key: String, in subsection: String) -> DaemonSetting<[String]> {
        setting(key, in: subsection, default: []) { names in
            names.isEmpty ? "none" : names.joined(separator: ", ")
        } read: { text in
            text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
    }

    private func mark(
        in subsection: String, read: (String) -> FirewallMark?
    ) -> DaemonSetting<FirewallMark?> {
        setting("fwmark", in: subsection, default: nil, show: { $0?.description ?? "none" }) { text in
            read(text).map(Optional.some)
        }
    }

    private func setting<Value>(
        _ key: String, in subsection: String? = nil, default standard: Value, show: (Value) -> String,
        read: (String) -> Value?
    ) -> DaemonSetting<Value> {
        let below = subsection.map { ".\($0)" } ?? ""
        guard let found = tree.located("\(daemon)\(below).\(key)") else {
            // Everybody writes to charon's section, which serves both daemons.
            return DaemonSetting(
                section: "charon\(below)", key: key, value: standard, text: show(standard), source: .standard)
        }
        let position = found.key.position
        guard let text = found.key.value else {
            return DaemonSetting(
                section: found.section, key: key, value: standard, text: show(standard), source: .emptied(position))
        }
        let value = read(text)
        return DaemonSetting(
            section: found.section, key: key, value: value ?? standard, text: show(value ?? standard),
            source: value == nil ? .unreadable(position) : .file(position))
    }
}
