extension String {
    /// Whether it has a character that moves a terminal's cursor, reorders or hides text, or is none at all.
    var hasInvisibleCharacters: Bool {
        unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: true
            default: false
            }
        }
    }
}
