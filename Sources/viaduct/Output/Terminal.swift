internal import Glibc

/// The terminal that answers go to.
enum Terminal {
    /// Whether standard output is a terminal.
    static var isThere: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether answers are coloured: on a terminal that has colours, unless `NO_COLOR` is set (no-color.org).
    static var hasColour: Bool {
        isThere && Environment.value("NO_COLOR") == nil && Environment.value("TERM") != "dumb"
    }

    /// The number of lines that fit; 24 when not told.
    static var height: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }
}

/// Colours by meaning (ECMA-48, SGR).
enum Colour: String {
    case good = "32"
    case doubtful = "33"
    case bad = "31"
    case strong = "1"

    /// A text in this colour, where answers are coloured.
    func text(_ text: String, isOn: Bool) -> String {
        isOn ? "\u{1b}[\(rawValue)m\(text)\u{1b}[0m" : text
    }
}
