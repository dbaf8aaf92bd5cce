internal import FoundationEssentials
internal import ViaductCore

/// A notice of `watch` for machines: an object on a line of its own.
struct WatchReport: Encodable {
    /// The form of this answer.
    var format = 1
    /// When, in ISO 8601.
    var time: String
    /// What has happened.
    var event: String
    /// The tunnel; nil when all are meant.
    var tunnel: String?
    /// The same for a person.
    var message: String
    /// The steps of a repair or detour; nil for everything else.
    var steps: [StepReport.Entry]?

    init(_ notice: WatchNotice, at time: Date = .now) {
        self.time = time.formatted(.iso8601)
        event = notice.event
        tunnel = notice.tunnel?.text
        message = notice.message
        let done: [Step] =
            switch notice {
            case .repaired(_, let steps): steps
            case .detoured(_, let detours): detours.map(\.step)
            case .following, .released, .renewed, .waiting, .established, .failed, .recovered, .edited, .limited,
                .charonGone, .charonBack, .resumed:
                []
            }
        if let name = notice.tunnel, !done.isEmpty {
            steps = StepReport(tunnel: name.text, result: "changed", steps: done).steps
        }
    }

    /// The report as a line of JSON.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        switch Result(catching: { try encoder.encode(self) }) {
        case .success(let data): return String(decoding: data, as: UTF8.self) + "\n"
        case .failure(let error): preconditionFailure("texts alone can be encoded: \(error)")
        }
    }
}
