/// What charon does with a child when it is loaded, lost or closed (`start_action`, `dpd_action`, `close_action`).
struct ActionImport: OptionSet {
    let rawValue: Int

    /// A trap policy is installed.
    static let trap = ActionImport(rawValue: 1)
    /// The child is negotiated at once.
    static let start = ActionImport(rawValue: 2)

    /// Words of other and older configurations, which charon refuses in swanctl.conf.
    private static let old: [String: ActionImport] = [
        "hold": .trap, "ondemand": .trap, "on-demand": .trap, "add": [], "ignore": [], "load": [], "no": [],
        "manual": [],
        "up": .start, "yes": .start,
    ]

    private static let current: [String: ActionImport] = [
        "none": [], "clear": [], "trap": .trap, "route": .trap, "start": .start, "restart": .start,
    ]

    /// Reads an action.
    ///
    /// - Parameter text: one or more words.
    /// - Returns: the action, and whether charon takes the text; nil for what nobody knows.
    static func read(_ text: String) -> (action: ActionImport, isCurrent: Bool)? {
        let words = text.lowercased().split { $0 == "|" || $0 == "," || $0 == " " }.map(String.init)
        var action: ActionImport = []
        var isCurrent = words.count == 1 || text.utf8.allSatisfy { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
        guard !words.isEmpty else { return nil }
        for word in words {
            guard let known = current[word] ?? old[word] else { return nil }
            action.formUnion(known)
            isCurrent = isCurrent && current[word] != nil
        }
        return (action, isCurrent)
    }

    /// The word that every version of charon takes.
    var word: String {
        switch self {
        case .trap: "trap"
        case .start: "start"
        case [.trap, .start]: "trap|start"
        default: "none"
        }
    }
}

extension ConnectionImport {
    /// Reads an action; what charon would refuse is told, with what it means.
    func action(_ child: ForeignSection, _ name: String) -> ActionImport? {
        guard let key = child.take(name) else { return nil }
        guard let (action, isCurrent) = ActionImport.read(key.value) else {
            report.warn(
                key.remark("is no action", "it is 'none' now, as without the key; known are none, trap and start"))
            return nil
        }
        if !isCurrent {
            report.warn(key.remark("is a word that charon refuses here", "it is '\(action.word)' now"))
        }
        return action
    }

    /// When the tunnel is established: a spec says it once for all children.
    func start(of children: [ChildImport]) -> StartMode {
        let modes = children.map(\.startMode)
        let start = [StartMode.up, .onDemand].first { modes.contains($0) } ?? .listen
        for child in children where child.startMode != start {
            report.warn(
                child.section.remark(
                    "has another start_action than the other children",
                    "a spec has one for all, and it is 'start: \(start.rawValue)' now"))
        }
        return start
    }
}

extension ChildImport {
    /// What the child's start action is called in a spec.
    var startMode: StartMode {
        guard let startAction else { return .listen }
        return startAction.contains(.start) ? .up : startAction.contains(.trap) ? .onDemand : .listen
    }

    /// The actions that a spec's `start` does not bring with it.
    func actionExtras(start: StartMode) -> [SpecValue.Entry] {
        let usual: ActionImport =
            switch start {
            case .up: .start
            case .onDemand: .trap
            case .listen: []
            }
        var entries: [SpecValue.Entry] = []
        if let deadPeerAction, deadPeerAction != usual {
            entries.append(.init("dpd_action", deadPeerAction == .start ? "restart" : deadPeerAction.word))
        }
        if let closeAction, !closeAction.isEmpty { entries.append(.init("close_action", closeAction.word)) }
        return entries
    }
}
