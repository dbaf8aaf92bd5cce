internal import Glibc

/// A bar on a terminal that tells how far the work is; nothing where there is no terminal.
final class Progress {
    private static let width = 40
    private let isShown = isatty(STDERR_FILENO) == 1
    private var steps = 0
    private var done = 0
    private var percent = -1

    /// The work begins.
    func begin(_ steps: Int) {
        (self.steps, done, percent) = (steps, 0, -1)
        draw()
    }

    /// One more step is done.
    func advance() {
        done += 1
        draw()
    }

    /// Draws the bar when it has grown; it goes when all is done (ECMA-48: CR, EL).
    private func draw() {
        guard isShown, steps > 0 else { return }
        let now = 100 * done / steps
        guard now != percent else { return }
        percent = now
        let filled = Self.width * done / steps
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        Talk.drawing(done >= steps ? "" : "[\(bar)] \(done) of \(steps) steps")
    }
}
