import TestBed

/// What a soak has counted.
struct SoakReport: CustomStringConvertible {
    /// How often each kind of disturbance happened.
    private var disturbances: [Disturbance: Int] = [:]
    /// What `watch` has repaired, and runs of `up` that had something to do.
    var repairs = 0
    /// Disturbances that nothing and nobody has repaired.
    var unrepaired = 0
    /// Packets in clear that belong into a tunnel.
    var leaked = 0
    /// Facts about the machines that were others at the end.
    var leftovers = 0
    private let seed: UInt64
    private var time = Duration.zero
    private var sent = 0
    private var lost = 0
    private var longestGap: (requests: Int, path: String) = (0, "")

    init(seed: UInt64) { self.seed = seed }

    mutating func note(_ disturbance: Disturbance) { disturbances[disturbance, default: 0] += 1 }

    mutating func take(_ results: [(path: String, result: PingResult)], for time: Duration) {
        self.time = time
        for (path, result) in results {
            sent += result.sent
            lost += result.lost
            if result.longestGap > longestGap.requests { longestGap = (result.longestGap, path) }
        }
    }

    private var outage: Double { (Double(longestGap.requests) * SoakTraffic.interval * 10).rounded() / 10 }
    private var count: Int { disturbances.values.reduce(0, +) }

    /// For the table of all that was tried.
    var figures: [Figure] {
        let run = "\(time), seed \(seed)"
        return [
            Figure(
                "soak: packets, none in clear", tried: sent, passed: sent - leaked, failed: leaked,
                note: "\(lost) lost while disturbed, \(run)"),
            Figure(
                "soak: disturbances repaired", tried: count, passed: count - unrepaired, failed: unrepaired,
                note: "\(repairs) repairs, longest outage \(outage) s"),
            Figure("soak: facts left over", tried: 1, passed: leftovers == 0 ? 1 : 0, failed: leftovers),
        ]
    }

    /// A table for people.
    var description: String {
        var rows = [
            ("packets sent", "\(sent)"), ("packets lost", "\(lost)"), ("packets in clear", "\(leaked)"),
            ("left over", "\(leftovers)"), ("disturbances", "\(count)"),
            ("repairs", "\(repairs)"), ("longest outage", "\(outage) s (\(longestGap.path))"),
        ]
        rows += Disturbance.allCases.compactMap { kind in disturbances[kind].map { ("• \(kind.rawValue)", "\($0)") } }
        return "| soak | |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |\n" }.joined()
    }
}
