/// A text from a spec as it may be shown on a terminal: in quotes, without control characters, and not too long.
struct Quoted: CustomStringConvertible {
    let text: String
    /// How many characters are shown.
    let limit: Int

    init(_ text: some StringProtocol, limit: Int = 64) {
        self.text = String(text)
        self.limit = limit
    }

    var description: String { "'\(bare)'" }

    /// The same without the quotes.
    var bare: String {
        let shown = text.unicodeScalars.prefix(limit).map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
                "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }
        return shown.joined() + (text.unicodeScalars.count > limit ? "..." : "")
    }
}
