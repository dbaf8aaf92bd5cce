internal import NetworkModel
internal import ViaductCore

extension DaemonSettings {
    /// Why charon may install routes of its own; nil when it does not.
    ///
    /// - Parameters:
    ///   - process: the charon that runs.
    ///   - routes: the routes of charon's network namespace, of every table.
    ///   - isProven: whether a CHILD_SA without an if_id is installed, whose routes would be there.
    /// - Returns: the reason, with its remedy.
    /// - Throws: `FileError` when the file that holds the setting is gone.
    func routeInstallation(process: CharonProcess?, routes: [Route], isProven: Bool) throws -> RouteInstallation? {
        let setting = installRoutes
        guard !setting.value else { return .configured(remedy: "\(remedy(setting, to: "no"))") }
        // RTPROT_STATIC is what charon's routes bear (linux/rtnetlink.h).
        if let route = routes.first(where: { Int($0.table) == routingTable.value && $0.origin == Self.routeOrigin }) {
            let evidence =
                "it has put \(route.destination) into table \(route.table) although \(setting.source) says no"
            return .notYetRead(evidence: evidence, restart: restart)
        }
        guard !isProven, let started = process?.started, case .file(let position) = setting.source,
            try DiskFile(path: position.file).changed() > started + .seconds(1)
        else { return nil }
        return .notYetRead(evidence: "\(position.file) was changed after charon had started", restart: restart)
    }

    /// How bypass-lan is told to leave a link out; nil when it does.
    func bypassRemedy(for link: InterfaceName) -> DaemonSettingRemedy? {
        if !bypassedLinks.value.isEmpty {
            guard bypassedLinks.value.contains(link.text) else { return nil }
            let others = bypassedLinks.value.filter { $0 != link.text }
            // Beside this key the other has no effect, and nothing behind it would mean all links.
            return remedy(bypassedLinks, to: others.isEmpty ? "-" : others.joined(separator: ", "))
        }
        if ignoredLinks.value.contains(link.text) {
            return nil
        }
        return remedy(ignoredLinks, to: (ignoredLinks.value + [link.text]).joined(separator: ", "))
    }

    /// What charon's routes have for their protocol (RTPROT_STATIC, linux/rtnetlink.h).
    private static let routeOrigin: UInt8 = 4
}
