extension String {
    /// The text with everything escaped as `\u{...}` that could move a terminal's cursor, or reorder or hide what is
    /// shown; line ends stay, and so do the colours that are ours.
    ///
    /// Names of links and files, and what a peer or charon says, may hold anything.
    func safe(isColoured: Bool) -> String {
        let scalars = Array(unicodeScalars)
        var result = ""
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let end = isColoured ? Self.endOfColour(scalars, from: index) : nil
            if let end {
                result.unicodeScalars.append(contentsOf: scalars[index..<end])
                index = end
                continue
            }
            result.append(contentsOf: Self.shown(scalar))
            index += 1
        }
        return result
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control where scalar == "\n" || scalar == "\t": String(scalar)
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
            "\\u{\(String(scalar.value, radix: 16))}"
        default: String(scalar)
        }
    }

    /// Where a sequence that sets a colour ends (`ESC [ digits m`); nil when there is none.
    private static func endOfColour(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
        guard scalars[start] == "\u{1b}", start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
        let digits = scalars[(start + 2)...].prefix { ("0"..."9").contains($0) }
        return digits.endIndex < scalars.count && scalars[digits.endIndex] == "m" ? digits.endIndex + 1 : nil
    }
}
