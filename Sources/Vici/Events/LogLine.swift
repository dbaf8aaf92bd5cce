/// A line of charon's log, from `control-log` and `log`.
public struct LogLine: Sendable, Equatable {
    /// The part of charon that speaks (`group`), such as `IKE`, `CFG` or `KNL`.
    public let group: String
    /// The level (`level`), 0 for what is always shown to 4 for what must not be seen; nil when not told.
    public let level: Int?
    /// The connection's name (`ikesa-name`); nil when the line is about none.
    public let connection: String?
    /// The IKE_SA's unique id (`ikesa-uniqueid`); nil when the line is about none.
    public let uniqueID: UInt32?
    /// The text (`msg`), control characters escaped.
    public let text: String

    /// Reads the event.
    package init(_ message: Message) {
        group = message.text("group")?.sanitized ?? ""
        level = message.number("level")
        connection = message.text("ikesa-name")?.sanitized
        uniqueID = message.number("ikesa-uniqueid")
        text = message.text("msg")?.sanitized ?? ""
    }
}

extension LogLine: CustomStringConvertible {
    /// The line as swanctl prints it: `[IKE] initiating IKE_SA office[1] to 192.0.2.1`.
    public var description: String { "[\(group)] \(text)" }
}
