/// Something that happened in charon.
public struct Event: Sendable, Equatable {
    /// Which event it is.
    public let name: EventName
    /// Everything charon told.
    public let message: Message

    /// Makes an event of what charon told.
    package init(name: EventName, message: Message) {
        self.name = name
        self.message = message
    }

    /// True when an SA came up (`up`); false when it went down, and for events that tell neither.
    public var isUp: Bool { message.flag("up") }

    /// The IKE_SAs the event is about, with the children it is about.
    ///
    /// Of `ikeRekey` the old IKE_SA and then the new one; of `childRekey` one IKE_SA with the old child and then the new
    /// one. In `childUpDown` about a closing IKE_SA the children still read as installed.
    public var sas: [IKESA] {
        message.sections.flatMap { name, content in
            let pair = ["old", "new"].compactMap { content.section($0) }
            return (pair.isEmpty ? [content] : pair).map { IKESA(name: name, $0) }
        }
    }

    /// The line of charon's log; nil for events other than `log`.
    public var logLine: LogLine? { name == .log ? LogLine(message) : nil }
}
