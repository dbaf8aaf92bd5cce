internal import ViaductCore

extension ExplanationPicture {
    /// The way as a drawing: boxes from top to bottom, and the way back beside them from bottom to top.
    var svg: String {
        var canvas = Canvas()
        canvas.text(title, x: 20, y: 30, weight: "bold")
        var left = 50
        let taken = rungs.filter { $0.outcome != .passed || $0.stage != .rule }
        for rung in taken { left = canvas.box(rung, x: 20, y: left) }
        left = canvas.verdict(verdict, x: 20, y: left, isGood: isGood)
        if let returnVerdict {
            var right = 50
            let x = Canvas.width + 60
            for rung in wayBack { right = canvas.box(rung, x: x, y: right) }
            right = canvas.verdict("back: \(returnVerdict)", x: x, y: right, isGood: returns)
            left = max(left, right)
            canvas.columns = 2
        }
        for remedy in remedies {
            for (number, line) in Canvas.wrap(remedy, to: Canvas.characters).enumerated() {
                canvas.text(number == 0 ? "• \(line)" : "  \(line)", x: 20, y: left + 10)
                left += Canvas.line
            }
        }
        return canvas.document(height: left + 30)
    }
}

/// Draws boxes and texts of SVG.
private struct Canvas {
    /// The width of a column, and the height of a line, in user units.
    static let width = 640, line = 18
    /// How many characters of the fixed-width font fit into a column.
    static let characters = 78

    var columns = 1
    private var parts: [String] = []

    mutating func text(_ text: String, x: Int, y: Int, weight: String = "normal", colour: String = "#1b1f24") {
        parts.append(
            "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\" fill=\"\(colour)\" xml:space=\"preserve\">"
                + "\(Self.escaped(text))</text>")
    }

    /// Draws a box with an arrow below it; returns where the next one begins.
    mutating func box(_ rung: Rung, x: Int, y: Int) -> Int {
        let lines =
            Self.wrap("\(rung.stage.rawValue): \(rung.text)", to: Self.characters)
            + rung.details.flatMap { Self.wrap($0, to: Self.characters - 2).map { "  \($0)" } }
        let (fill, stroke) = Self.colours(rung.outcome)
        return frame(lines, x: x, y: y, fill: fill, stroke: stroke, hasArrow: true)
    }

    /// Draws how the way ends; returns what is free below.
    mutating func verdict(_ text: String, x: Int, y: Int, isGood: Bool) -> Int {
        frame(
            Self.wrap(text, to: Self.characters), x: x, y: y, fill: isGood ? "#1a7f37" : "#cf222e",
            stroke: isGood ? "#116329" : "#a40e26", hasArrow: false, colour: "#ffffff")
    }

    private mutating func frame(
        _ lines: [String], x: Int, y: Int, fill: String, stroke: String, hasArrow: Bool, colour: String = "#1b1f24"
    ) -> Int {
        let height = lines.count * Self.line + 12
        parts.append(
            "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(Self.width)\" height=\"\(height)\" rx=\"6\" fill=\"\(fill)\" "
                + "stroke=\"\(stroke)\"/>")
        for (number, line) in lines.enumerated() {
            text(
                line, x: x + 10, y: y + 19 + number * Self.line, weight: number == 0 ? "bold" : "normal", colour: colour
            )
        }
        guard hasArrow else { return y + height + 20 }
        let (middle, end) = (x + 40, y + height)
        parts.append(
            "<path d=\"M\(middle) \(end) v14 m-4 -5 l4 5 l4 -5\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"1.5\"/>"
        )
        return end + 16
    }

    func document(height: Int) -> String {
        let width = columns * (Self.width + 40)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="monospace" font-size="13">
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private static func colours(_ outcome: Rung.Outcome) -> (fill: String, stroke: String) {
        switch outcome {
        case .taken: ("#dafbe1", "#1a7f37")
        case .passed: ("#f6f8fa", "#afb8c1")
        case .stopped: ("#ffebe9", "#cf222e")
        case .noted: ("#ddf4ff", "#54aeff")
        }
    }

    /// Breaks a text into lines of at most so many characters, at blanks where there are some.
    static func wrap(_ text: String, to length: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if line.isEmpty {
                line = String(word)
            } else if line.count + 1 + word.count <= length {
                line += " \(word)"
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return lines + [line]
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
