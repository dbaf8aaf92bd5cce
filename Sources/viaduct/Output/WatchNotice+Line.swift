internal import ViaductCore

extension WatchNotice {
    /// The notice as a line for a person.
    var line: String {
        (tunnel.map { "\($0): " } ?? "") + message.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// What has happened, without whose it is.
    var message: String {
        switch self {
        case .following: "followed"
        case .released: "taken down, and no longer followed"
        case .repaired(_, let steps): "repaired: \(Self.subjects(of: steps).joined(separator: ", "))"
        case .detoured(_, let detours):
            "no SA: " + detours.map { "\($0.destination) goes by \($0.link)" }.joined(separator: ", ")
                + " until there is one"
        case .renewed(_, let connection, let reason): "repaired: SAs of \(connection), as \(reason)"
        case .waiting(_, let children): "no SAs of \(children.joined(separator: ", ")): charon is asked to negotiate"
        case .established: "the SAs are there"
        case .failed(_, let reason): "cannot be repaired now: \(reason)"
        case .recovered: "is as it was brought up again"
        case .edited(_, let path): "\(path) or a file it names was edited: left alone until: viaduct up"
        case .limited(_, let repairs):
            "repaired \(repairs) times in a row: something takes it away; repaired with pauses of up to a minute now"
        case .charonGone: "charon does not answer: links, addresses, routes and rules are repaired without it"
        case .charonBack: "charon answers"
        case .resumed(let time): "the machine slept for \(time.components.seconds) s: every tunnel is tried"
        }
    }

    /// The word for what has happened, for machines.
    var event: String {
        switch self {
        case .following: "following"
        case .released: "released"
        case .repaired: "repaired"
        case .detoured: "detoured"
        case .renewed: "renewed"
        case .waiting: "waiting"
        case .established: "established"
        case .failed: "failed"
        case .recovered: "recovered"
        case .edited: "edited"
        case .limited: "limited"
        case .charonGone: "charon-gone"
        case .charonBack: "charon-back"
        case .resumed: "resumed"
        }
    }

    /// What steps are about, each thing once.
    private static func subjects(of steps: [Step]) -> [String] {
        var subjects: [String] = []
        for step in steps where !subjects.contains(step.subject) { subjects.append(step.subject) }
        // The settings of a link come with the link.
        return subjects.filter { subject in
            guard let name = subject.wholeMatch(of: /settings of (link .*)/)?.1 else { return true }
            return !subjects.contains(String(name))
        }
    }
}
