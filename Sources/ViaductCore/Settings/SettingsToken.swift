/// A token of strongswan.conf, with the line where it begins.
struct SettingsToken {
    var kind: Kind
    var position: SettingsPosition

    enum Kind: Hashable {
        /// A word without quotes: a name, a reference or a part of a value.
        case word(String)
        /// A part of a value in quotes.
        case quoted(String)
        /// `{`, `}`, `.`, `,`, `:` or `=`.
        case sign(UInt8)
        /// The end of a value.
        case endOfValue
        /// The end of the last file.
        case end
    }
}

/// The bytes that mean something in strongswan.conf.
enum SettingsByte {
    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let blank = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let hash = UInt8(ascii: "#")
    static let comma = UInt8(ascii: ",")
    static let dot = UInt8(ascii: ".")
    static let colon = UInt8(ascii: ":")
    static let equals = UInt8(ascii: "=")
    static let backslash = UInt8(ascii: "\\")
    static let open = UInt8(ascii: "{")
    static let close = UInt8(ascii: "}")

    static let signs: Set<UInt8> = [open, close, dot, comma, colon, equals]
    /// What ends a name.
    static let nameEnds: Set<UInt8> = signs.union([hash, quote, carriageReturn, newline, tab, blank])
    /// What ends a word of a value: a value may hold `{`, `=`, `:`, `,` and `.` as they are.
    static let valueEnds: Set<UInt8> = [hash, close, quote, carriageReturn, newline, tab, blank]
}
