import TestBed

/// What a soak has counted.
struct SoakReport: CustomStringConvertible {
    /// How often each kind of disturbance happened.
    private var disturbances: [Disturbance: Int] = [:]
    /// Runs of `up` that had something to do.
    var repairs = 0
    /// Packets in clear that belong into a tunnel.
    var leaked = 0
    /// Facts about the machines that were others at the end.
    var leftovers = 0
    private var sent = 0
    private var lost = 0
    private var longestGap: (requests: Int, path: String) = (0, "")

    mutating func note(_ disturbance: Disturbance) { disturbances[disturbance, default: 0] += 1 }

    mutating func take(_ results: [(path: String, result: PingResult)]) {
        for (path, result) in results {
            sent += result.sent
            lost += result.lost
            if result.longestGap > longestGap.requests { longestGap = (result.longestGap, path) }
        }
    }

    /// A table for people.
    var description: String {
        let outage = Double(longestGap.requests) * SoakTraffic.interval
        var rows = [
            ("packets sent", "\(sent)"), ("packets lost", "\(lost)"), ("packets in clear", "\(leaked)"),
            ("left over", "\(leftovers)"), ("disturbances", "\(disturbances.values.reduce(0, +))"),
            ("repairs", "\(repairs)"), ("longest outage", "\(outage) s (\(longestGap.path))"),
        ]
        rows += Disturbance.allCases.compactMap { kind in disturbances[kind].map { ("• \(kind.rawValue)", "\($0)") } }
        return "| soak | |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |\n" }.joined()
    }
}
