internal import Glibc
internal import ViaductCore
internal import ViaductHost

/// Looks at tunnels again and again.
struct StatusWatch {
    var isJSON: Bool
    var interval: Duration
    /// How many times; nil for until a signal ends it.
    var count: Int?
    var isColoured: Bool

    /// Looks and shows, until the count is reached or a signal comes; either is a good end.
    func run(_ look: () throws -> [TunnelStatus]) throws {
        var rates = StatusRates()
        var left = count
        var next = ContinuousClock.now
        let isDrawn = Terminal.isThere && !isJSON
        do {
            while true {
                try Interruption.check()
                let tunnels = try look()
                rates.note(tunnels, at: .now)
                show(tunnels, rates, isDrawn: isDrawn)
                if isJSON { Answer.text(try StatusReport(tunnels, rates: rates).text(onOneLine: true)) }
                left = left.map { $0 - 1 }
                if left == 0 { return }
                next = max(next + interval, .now)
                while ContinuousClock.now < next {
                    try Interruption.check()
                    usleep(50_000)
                }
            }
        } catch is Interruption.Interrupted {
            return
        }
    }

    private func show(_ tunnels: [TunnelStatus], _ rates: StatusRates, isDrawn: Bool) {
        guard !isJSON else { return }
        let text = StatusText(isColoured: isColoured, rates: rates)
        guard isDrawn else { return Answer.text(text.lines(tunnels, time: Self.clock)) }
        // Home, each line and what was behind it, and all that was below: without a flicker, in the place of the last.
        var lines = text.text(tunnels).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines = [Self.clock] + lines
        let height = Terminal.height
        if lines.count > height - 1 { lines = Array(lines.prefix(height - 2)) + ["…"] }
        Answer.drawing(lines)
    }

    /// The time of day here, as `14:03:59`.
    private static var clock: String {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
