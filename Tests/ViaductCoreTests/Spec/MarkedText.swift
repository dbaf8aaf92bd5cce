import Testing
import ViaductCore

/// A spec's text in which `⟨⟩` marks the places where problems are expected.
struct MarkedText {
    /// The text without the marks.
    let text: String
    /// The places of the marks, in order.
    let positions: [SpecPosition]

    init(_ marked: String) {
        var text = ""
        var positions: [SpecPosition] = []
        var (line, column) = (1, 1)
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "⟨": positions.append(SpecPosition(line: line, column: column))
            case "⟩": break
            default:
                text.unicodeScalars.append(scalar)
                (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
            }
        }
        self.text = text
        self.positions = positions
    }
}

/// Reads a spec as the file `office.yaml` of a tunnel named `office`.
func readSpec(_ text: String, name: String = "office") throws -> Tunnel {
    let name = try #require(TunnelName(name))
    return try SpecReader.read(
        text: text, file: "office.yaml", name: name, directory: "/etc/viaduct", tableNames: ["blue": 1000])
}

/// What is wrong with a spec; empty when nothing is.
func specProblems(_ text: String, name: String = "office") throws -> [SpecProblem] {
    do {
        _ = try readSpec(text, name: name)
        return []
    } catch let error as SpecError {
        return error.problems
    }
}
