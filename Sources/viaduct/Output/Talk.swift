internal import Glibc

/// What is said to a person while the program works: standard error.
enum Talk {
    /// Says one line.
    static func line(_ text: String) { write(text.safe(isColoured: false) + "\n", to: STDERR_FILENO) }

    /// Says how long a look at the machine took, when a person will have noticed.
    static func duration(since begin: ContinuousClock.Instant) {
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        if seconds >= 1 { line("viaduct: looking took \(Double(Int(seconds * 10)) / 10) s") }
    }

    /// Draws over the line that the cursor is in (ECMA-48: CR, EL).
    static func drawing(_ text: String) { write("\r\u{1b}[K" + text.safe(isColoured: false), to: STDERR_FILENO) }
}

/// What the program answers: standard output.
enum Answer {
    /// Writes text as it is; on a terminal, so that it cannot do more than be read.
    static func text(_ text: String) {
        write(Terminal.isThere ? text.safe(isColoured: Terminal.hasColour) : text, to: STDOUT_FILENO)
    }
}

extension Answer {
    /// Draws lines over what the terminal shows, from its top (ECMA-48: CUP, EL, ED).
    static func drawing(_ lines: [String]) {
        let shown = lines.map { $0.safe(isColoured: Terminal.hasColour) + "\u{1b}[K\n" }.joined()
        write("\u{1b}[H" + shown + "\u{1b}[J", to: STDOUT_FILENO)
    }
}

private func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        // Nobody reads any more; there is no one to tell.
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
