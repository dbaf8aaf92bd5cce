import TestBed

/// Pings in both families through both tunnels, from hosts behind the gateways and from the gateways themselves.
///
/// Each of them is a stream of its own with sequence numbers, in both directions: requests one way, replies the other.
struct SoakTraffic {
    /// Seconds from one request to the next.
    static let interval = 0.2
    private let pings: [(path: String, ping: ContinuousPing)]

    /// Begins.
    init(_ net: SiteToSite) throws {
        var pings: [(path: String, ping: ContinuousPing)] = []
        for (index, tunnel) in SoakTunnel.allCases.enumerated() {
            for isIPv6 in [false, true] {
                let (from, to) = index == 0 ? (net.a, net.b) : (net.b, net.a)
                let target = tunnel.address(of: to.number, isIPv6: isIPv6)
                pings.append(
                    (
                        "\(from.pinger.name) to \(target)", try from.pinger.keepPinging(target, interval: Self.interval)
                    ))
                // From the gateway at the other end, and only in one family: emulated, each of them costs.
                guard isIPv6 == (index == 0) else { continue }
                let back = tunnel.address(of: from.number, isIPv6: isIPv6)
                let source = tunnel.address(of: to.number, isIPv6: isIPv6, host: 1)
                pings.append(
                    (
                        "\(to.gateway.name) to \(back)",
                        try to.gateway.keepPinging(back, interval: Self.interval, source: source)
                    ))
            }
        }
        self.pings = pings
    }

    /// The number of the last request of each of them that was answered.
    var lastReplies: [Int] { pings.map(\.ping.lastReply) }

    /// Which of them have had no reply since.
    func silent(since earlier: [Int]) -> [String] {
        zip(pings, zip(lastReplies, earlier)).filter { $1.0 <= $1.1 }.map(\.0.path)
    }

    /// Ends, and tells how each went.
    func stop() async -> [(path: String, result: PingResult)] {
        var results: [(path: String, result: PingResult)] = []
        for (path, ping) in pings { results.append((path, await ping.stop())) }
        return results
    }
}

extension PingResult {
    /// The most requests in a row that were not answered.
    var longestGap: Int {
        let seen = ContinuousPing.sequences(in: text).sorted()
        return zip(seen.dropFirst(), seen).map { $0 - $1 - 1 }.max() ?? 0
    }
}
