public import ViaductCore

/// How a setting of charon is to be changed: the line to write, where, and how charon gets to know.
public struct DaemonSettingRemedy: Sendable, Hashable, CustomStringConvertible {
    /// The line, as `install_routes = no`.
    public let line: String
    /// Where it goes.
    public let place: Place
    /// The section, as it is named in that file.
    public let section: String
    /// The value that charon takes now, in words.
    public let now: String
    /// What has to be run then.
    public let command: String

    /// Where a line goes.
    public enum Place: Sendable, Hashable {
        /// In the place of what stands there.
        case instead(of: SettingsPosition)
        /// Into the section that is opened there.
        case inSection(SettingsPosition)
        /// With a section around it, into a file that has none such yet.
        case newSection(file: String)
    }

    /// One sentence for a person.
    public var description: String {
        let change =
            switch place {
            case .instead(of: let position): "\(line) in place of \(position), in section \(section)"
            case .inSection(let position):
                "\(line) in section \(section) of \(position.file) (line \(position.line))"
            case .newSection(let file): "\(wrapped) in \(file)"
            }
        return "\(change) (now \(now)), then: \(command)"
    }

    /// The line with its sections around it.
    private var wrapped: String {
        section.split(separator: ".").reversed().reduce(line) { "\($1) { \($0) }" }
    }
}

extension DaemonSettings {
    /// How a setting is to be changed.
    ///
    /// - Parameters:
    ///   - setting: the setting as it is.
    ///   - text: the value that it has to have, as it is written, such as `no`.
    /// - Returns: the line and where it goes.
    public func remedy<Value>(_ setting: DaemonSetting<Value>, to text: String) -> DaemonSettingRemedy {
        let name = setting.section.split(separator: ".").last.map(String.init) ?? setting.section
        let line = "\(setting.key) = \(text)"
        switch setting.source {
        case .file(let position), .emptied(let position), .unreadable(let position):
            return DaemonSettingRemedy(
                line: line, place: .instead(of: position), section: name, now: Self.words(setting), command: restart)
        case .standard:
            let opening = opening(of: setting.section)
            return DaemonSettingRemedy(
                line: line, place: opening.map { .inSection($0) } ?? .newSection(file: file),
                section: opening == nil ? setting.section : name, now: Self.words(setting), command: restart)
        }
    }

    /// The best of the lines where a section is opened: in the file that has its name, as packages have it, else in the
    /// first file of all, else the first.
    private func opening(of section: String) -> SettingsPosition? {
        var found: SettingsSection? = tree.root
        for name in section.split(separator: ".") { found = found?.section(String(name)) }
        guard let found else { return nil }
        return found.positions.first { $0.file.lastComponent == "\(found.name).conf" }
            ?? found.positions.first { $0.file == file } ?? found.positions.first
    }

    /// How charon is made to read its settings.
    public var restart: String {
        switch daemon {
        case "charon-systemd": "systemctl restart strongswan"
        case "charon": "systemctl restart strongswan-starter"
        default: "restart \(daemon)"
        }
    }

    /// A setting's value, and whether it is the default.
    private static func words<Value>(_ setting: DaemonSetting<Value>) -> String {
        switch setting.source {
        case .standard: "\(setting.text) by default"
        case .emptied: "\(setting.text) by default, for nothing stands there"
        case .unreadable: "\(setting.text) by default, for what stands there is not understood"
        case .file: setting.text
        }
    }
}
