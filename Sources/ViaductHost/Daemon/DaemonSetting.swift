public import NetworkModel
public import ViaductCore

/// One setting of charon: its value, and where that comes from.
public struct DaemonSetting<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The section, from the top, that the setting is in, or has to be written to: `charon.plugins.kernel-netlink`.
    public let section: String
    /// The key in it.
    public let key: String
    /// The value that charon takes.
    public let value: Value
    /// The same as it would be written, such as `yes`; `none` where it would not be.
    public let text: String
    /// Where the value comes from.
    public let source: DaemonSettingSource

    /// Section and key, as `charon.install_routes`.
    public var name: String { "\(section).\(key)" }
}

/// Where the value of a setting comes from.
public enum DaemonSettingSource: Sendable, Hashable, CustomStringConvertible {
    /// Nobody set it.
    case standard
    /// It is written there.
    case file(SettingsPosition)
    /// Nothing is written behind `key =` there, so that charon takes its default, whatever other sections say.
    case emptied(SettingsPosition)
    /// What is written there cannot be read, so that charon takes its default, and says nothing.
    case unreadable(SettingsPosition)

    /// `file:line`, or `default`.
    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let position): "\(position)"
        case .emptied(let position): "default, for \(position) leaves it empty"
        case .unreadable(let position): "default, for \(position) is not understood"
        }
    }
}

/// A mark of packets that a rule or a socket has: `[!]VALUE[/MASK]`.
public struct FirewallMark: Sendable, Hashable, CustomStringConvertible {
    /// Value and mask; of the value only the bits of the mask count.
    public let mark: Mark
    /// Whether packets without the mark are meant (`!`).
    public let isInverted: Bool

    /// Parses `[!]VALUE[/MASK]` as loosely as charon, with numbers as strtoul(3) takes them: `0x10`, `020` and `16` are
    /// one, and an empty one is zero; nil for all else.
    public init?(_ text: String) {
        isInverted = text.hasPrefix("!")
        let parts = text.dropFirst(isInverted ? 1 : 0).split(separator: "/", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.number)
        guard (1...2).contains(parts.count), numbers.count == parts.count else { return nil }
        let mask = numbers.count == 2 ? numbers[1] : .max
        mark = Mark(numbers[0] & mask, mask: mask)
    }

    private static func number(_ text: Substring) -> UInt32? {
        guard !text.isEmpty else { return 0 }
        let isHexadecimal = text.lowercased().hasPrefix("0x")
        let digits = isHexadecimal ? text.dropFirst(2) : text
        return UInt32(digits, radix: isHexadecimal ? 16 : text.hasPrefix("0") ? 8 : 10)
    }

    /// `[!]0xVALUE[/0xMASK]`.
    public var description: String { (isInverted ? "!" : "") + "\(mark)" }
}
