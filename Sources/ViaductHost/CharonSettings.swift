internal import NetworkModel
internal import ViaductCore

/// What charon has been told by its settings, read once; or why they cannot be read.
struct CharonSettings {
    private let process: CharonProcess?
    private let settings: Result<DaemonSettings, FileError>

    /// Reads the settings of the running charon.
    ///
    /// - Throws: `SettingsError` when charon would not read them either; `FileError` when processes cannot be listed.
    init(daemon: String) throws {
        process = try CharonProcess.find()
        do {
            settings = .success(try DaemonSettings.read(process: process, daemon: daemon))
        } catch let error as FileError {
            settings = .failure(error)
        }
    }

    /// Why charon may install routes of its own, and whether it acts on that; nil when it does not.
    fileprivate func routeInstallation(routes: [Route], isProven: Bool) throws -> RouteInstallation? {
        switch settings {
        case .success(let settings):
            try settings.routeInstallation(process: process, routes: routes, isProven: isProven)
        case .failure(let error): .configured(remedy: unknown("install_routes", error))
        }
    }

    /// Why charon may put virtual addresses on a link of its own choice; nil when it does not.
    fileprivate var addressInstallation: String? {
        switch settings {
        case .success(let settings):
            settings.installVirtualIP.value ? "\(settings.remedy(settings.installVirtualIP, to: "no"))" : nil
        case .failure(let error): unknown("install_virtual_ip", error)
        }
    }

    /// How bypass-lan is told to leave a link out; nil when it does.
    fileprivate func bypassRemedy(for link: InterfaceName) -> String? {
        guard case .success(let settings) = settings else { return nil }
        return settings.bypassRemedy(for: link)?.description
    }

    private func unknown(_ setting: String, _ error: FileError) -> String {
        "\(error), so charon's \(setting) is unknown and may be yes"
    }

    /// How routes are turned off, for policies without and with an if_id; nil where they are off or not known.
    var routeRemedies: CheckFacts.DaemonFacts {
        guard case .success(let settings) = settings else { return CheckFacts.DaemonFacts() }
        func remedy(_ setting: DaemonSetting<Bool>) -> String? {
            setting.value ? "\(settings.remedy(setting, to: "no"))" : nil
        }
        return CheckFacts.DaemonFacts(
            routesRemedy: remedy(settings.installRoutes), interfaceRoutesRemedy: remedy(settings.installRoutesXFRMI))
    }
}

extension CharonState {
    /// Notes what charon has been told by its settings, and whether it acts on them.
    ///
    /// - Parameters:
    ///   - settings: the settings.
    ///   - link: the tunnel's link; nil when there is no spec.
    ///   - routes: the routes of charon's namespace.
    /// - Throws: what looking for charon's routes throws.
    mutating func note(_ settings: CharonSettings, link: InterfaceName?, routes: [Route]) throws {
        let isProven = children.contains { child in
            guard child.isInstalled, case .marks? = child.binding else { return false }
            return true
        }
        routeInstallation = try settings.routeInstallation(routes: routes, isProven: isProven)
        addressInstallation = settings.addressInstallation
        bypassRemedy = plugins.contains("bypass-lan") ? link.flatMap { settings.bypassRemedy(for: $0) } : nil
    }
}
