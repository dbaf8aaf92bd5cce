internal import NetworkModel
internal import ViaductCore

/// An explanation for people: as a ladder of lines, as a drawing in text, or as SVG.
struct ExplanationPicture {
    /// The packet in one line.
    var title: String
    /// What it meets on its way.
    var rungs: [Rung]
    /// What becomes of it.
    var verdict: String
    /// Whether it gets where it goes to.
    var isGood: Bool
    /// What its answer meets on the way back.
    var wayBack: [Rung]
    /// How that ends; nil when it was not looked at.
    var returnVerdict: String?
    /// Whether the answer gets back.
    var returns: Bool
    /// What would change the verdict.
    var remedies: [String]
    /// What could not be seen.
    var unseen: [String]

    init(_ explanation: Explanation, namespace: NamespaceName?) {
        title = Self.title(explanation, namespace)
        rungs = explanation.waypoints.map(\.rung)
        verdict = "\(explanation.verdict)"
        isGood =
            switch explanation.verdict {
            case .tunnel, .policy, .clear, .local: true
            case .dropped, .unknown: false
            }
        wayBack = explanation.wayBack.map(\.rung)
        returns = explanation.returnObstacle == nil
        if let obstacle = explanation.returnObstacle {
            returnVerdict = "answers are dropped, because \(obstacle)"
        } else if !wayBack.isEmpty {
            returnVerdict = "nothing here is in the way of answers"
        }
        remedies = explanation.remedies
        unseen = explanation.unseen
    }

    private static func title(_ explanation: Explanation, _ namespace: NamespaceName?) -> String {
        let packet = explanation.packet
        let name =
            switch packet.ipProtocol {
            case 1, 58: "ping"
            default: "\(IPProtocolName(packet.ipProtocol))"
            }
        var words = [name]
        let port = { (port: UInt16?) in port.map { " port \($0)" } ?? "" }
        if let source = explanation.source { words.append("from \(source)\(port(packet.sourcePort))") }
        words.append("to \(packet.destination)\(port(packet.destinationPort))")
        if packet.mark != 0 { words.append("with mark \(Mark(packet.mark))") }
        if let name = packet.arrival { words.append("coming in by \(name)") }
        if let name = packet.boundTo { words.append("bound to \(name)") }
        if let namespace { words.append("in namespace \(namespace)") }
        return words.joined(separator: " ")
    }
}

extension ExplanationPicture {
    /// The ladder, from top to bottom.
    var ladder: String {
        var lines = [title, "│"]
        lines += Self.lines(rungs)
        lines += ["│", "╰─▶ \(verdict)"]
        if let returnVerdict {
            lines += ["", "the way back", "│"] + Self.lines(wayBack) + ["│", "╰─▶ \(returnVerdict)"]
        }
        if !remedies.isEmpty { lines += ["", "what would change it:"] + remedies.map { "  • \($0)" } }
        if !unseen.isEmpty { lines += ["", "not seen:"] + unseen.map { "  • \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ rungs: [Rung]) -> [String] {
        var lines: [String] = []
        var last: Rung.Stage?
        for rung in rungs {
            let stage = rung.stage == last ? "" : rung.stage.rawValue
            last = rung.stage
            let branch = "\(rung.outcome.sign) \(stage)\(String(repeating: " ", count: max(1, 10 - stage.count)))"
            if rung.stage == .rule, let detail = rung.details.first {
                lines.append("\(branch)\(rung.text)  ← \(detail)")
            } else {
                lines.append(branch + rung.text)
                lines += rung.details.map { "│             \($0)" }
            }
        }
        return lines
    }

    /// A drawing for a terminal: a box for each thing that the packet takes, and one for how its way ends.
    var drawing: String {
        var boxes: [[String]] = [[title]]
        for rung in rungs where rung.outcome == .taken || rung.outcome == .stopped {
            let details = rung.stage == .rule ? [] : rung.details.filter { !$0.hasPrefix("passed over") }
            boxes.append(["\(rung.stage.rawValue)  \(rung.text)"] + details.map { "  \($0)" })
        }
        boxes.append([isGood ? "→ \(verdict)" : "✗ \(verdict)"])
        var lines: [String] = []
        for (number, box) in boxes.enumerated() {
            let width = box.map(\.count).max() ?? 0
            if number > 0 { lines += ["    │", "    ▼"] }
            lines.append("┌─" + String(repeating: "─", count: width) + "─┐")
            lines += box.map { "│ " + $0 + String(repeating: " ", count: width - $0.count) + " │" }
            lines.append("└─" + String(repeating: "─", count: width) + "─┘")
        }
        if let returnVerdict { lines += ["", "way back: \(returnVerdict)"] }
        lines += remedies.map { "• \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Rung.Outcome {
    /// The sign at the left of the ladder.
    fileprivate var sign: String {
        switch self {
        case .taken: "├─●"
        case .passed: "├─○"
        case .stopped: "├─✗"
        case .noted: "├─·"
        }
    }
}
