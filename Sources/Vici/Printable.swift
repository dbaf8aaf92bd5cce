extension String {
    /// The text with everything that could move a terminal's cursor or hide text escaped as `\u{...}`.
    ///
    /// Escaped are control and format characters, line separators and what is no character at all.
    var sanitized: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Duration {
    /// The length in words for people, rounded up to a tenth of a second: `2.5 s`.
    var inSeconds: String {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return "0.0 s" }
        let tenths = (attoseconds + 99_999_999_999_999_999) / 100_000_000_000_000_000
        return "\(seconds + tenths / 10).\(tenths % 10) s"
    }

    /// Whole milliseconds, rounded up; nil when negative or beyond what a C `int` holds.
    var milliseconds: Int32? {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0, seconds < Int64(Int32.max) / 1000 else { return nil }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
