import Glibc
import TestBed
import Testing

/// Two gateways with two tunnels and traffic, a script that disturbs them at random, and `viaduct watch` that repairs them.
struct Soak {
    private let net: SiteToSite
    private let seed: UInt64
    private var dice: Dice
    private(set) var report: SoakReport
    /// The packets in clear that have been told of.
    private var counted = 0

    /// Builds the network, without the tunnels.
    ///
    /// - Parameter seed: Decides what happens.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    init(seed: UInt64) async throws {
        self.seed = seed
        report = SoakReport(seed: seed)
        dice = Dice(seed: seed)
        net = try await SiteToSite(.routed, innerHosts: true)
        try await net.underlay.host.run("nft", "-f", "-", input: Soak.counter)
        for site in net.sites {
            let inner = try #require(site.inner)
            let number = site.number
            try await inner.address(["10.1\(number).0.10/24", "fd1\(number)::10/64"], on: "lan")
            try await site.gateway.address(["10.1\(number).0.1/24", "fd1\(number)::1/64"], on: "lan")
            try site.writeSpec("")
            try site.gateway.delete("/etc/viaduct/office.yaml")
            let outer = net.underlay.addresses,
                (own, peer) = net.isA(site) ? (outer.left, outer.right) : (outer.right, outer.left)
            try SoakTunnel.office.write(at: site, in: (own.v4, peer.v4))
            try SoakTunnel.branch.write(at: site, in: (own.v6, peer.v6))
            // What is documented for a machine that shall never send these in clear, be there a tunnel or not.
            for tunnel in SoakTunnel.allCases {
                for network in tunnel.networks(of: 3 - number) {
                    try await site.gateway.ip("route add unreachable \(network) metric 4294967295")
                }
            }
        }
    }

    /// Brings the tunnels up, disturbs them until the time is over, and takes them down.
    ///
    /// - Parameters:
    ///   - time: For how long.
    ///   - kinds: What may happen.
    /// - Throws: ``TestBedError`` when something is not repaired, or with the words of the program that failed.
    mutating func run(for time: Duration, _ kinds: [Disturbance] = Disturbance.allCases) async throws {
        print("soak: seed \(seed), \(time)")
        let before = try await net.dumps()
        var watches: [Capture] = []
        // On the router: at a gateway whose link is gone the kernel shows what it has just decrypted as if it had come so.
        for wire in ["left", "right"] {
            watches.append(try await net.underlay.host.capture(on: wire, matching: Soak.protected))
        }
        for site in net.sites.reversed() {
            for tunnel in SoakTunnel.allCases { try await site.gateway.up(tunnel.rawValue) }
        }
        let keepers = try net.sites.map {
            try $0.gateway.start([Host.viaductBinary, "watch"], timeout: time + .seconds(3600))
        }
        let traffic = try SoakTraffic(net)
        try await untilAllPass(traffic, "the first up")
        let end = ContinuousClock.now.advanced(by: time)
        // Each kind once in an order of chance, then again in another.
        var waiting: [Disturbance] = []
        while ContinuousClock.now < end {
            if waiting.isEmpty { waiting = kinds.shuffled(using: &dice) }
            let disturbance = waiting.removeLast()
            let site = dice.pick(net.sites), tunnel = dice.pick(SoakTunnel.allCases)
            let what = "\(disturbance.rawValue) (\(tunnel), \(site.gateway.name))"
            print("soak: \(what)")
            try await disturbance.happen(to: tunnel, at: site, in: net, &dice)
            report.note(disturbance)
            try await Task.sleep(for: .milliseconds(dice.number(0...1500)))
            try await expectNoLeak("\(what), before it is repaired")
            if disturbance.needsPerson { try await bringUp(at: site, what) }
            try await untilAllPass(traffic, what)
            try await untilWhole(what)
            try await expectNoLeak("\(what), repaired")
        }
        report.take(await traffic.stop(), for: time)
        try await endWatch(keepers)
        for site in net.sites {
            for tunnel in SoakTunnel.allCases { try await site.gateway.down(tunnel.rawValue) }
        }
        for watch in watches {
            let clear = try await watch.stop().cleartext
            report.leaked += clear.count
            #expect(clear.isEmpty, "in clear, seed \(seed): \(Set(clear))")
        }
        let isSpec = { (line: Dump.Line) in line.text.hasPrefix("/etc/viaduct/") }
        for (index, after) in try await net.dumps().enumerated() {
            let difference = before[index].without(isSpec).difference(to: after.without(isSpec))
            report.leftovers += difference.count
            #expect(difference.isEmpty, "left over, seed \(seed): \(difference.joined(separator: "\n"))")
        }
        for site in net.sites {
            let processes = try await site.gateway.attempt(["pgrep", "-f", "viaduct (up|down|watch)"])
            #expect(processes.status != 0, "still running: \(processes.stdout)")
        }
    }

    /// Notes that it has not come to its end.
    mutating func noteUnrepaired() { report.unrepaired += 1 }

    /// All that is inside of the tunnels, their own addresses included, as tcpdump has it.
    private static let protected = "net 10.0.0.0/8 or net 169.254.0.0/16 or net fd00::/8"

    /// Counts on the router between the gateways what is inside of the tunnels.
    private static let counter = """
        table inet soak {
          counter leaked { }
          chain prerouting {
            type filter hook prerouting priority -300
            ip daddr { 10.0.0.0/8, 169.254.0.0/16 } counter name leaked
            ip6 daddr fd00::/8 counter name leaked
          }
        }

        """

    /// No packet came by in clear since the last time this was asked.
    private mutating func expectNoLeak(_ what: String) async throws {
        let text = try await net.underlay.host.run("nft", "list", "counter", "inet", "soak", "leaked")
        let words = text.split(whereSeparator: \.isWhitespace)
        let count = words.firstIndex(of: "packets").flatMap { Int(words[$0 + 1]) } ?? -1
        guard count != counted else { return }
        var state = ""
        for site in net.sites {
            for words in [
                ["ip", "rule"], ["ip", "-6", "rule"], ["ip", "route"], ["ip", "-6", "route"], ["ip", "link"],
            ] {
                state += "\(try await site.gateway.attempt(words))\n"
            }
        }
        Issue.record("\(count - counted) packets in clear: \(what), seed \(seed)\n\(state)")
        counted = count
    }

    /// What a person does at a gateway after an edit, or when a tunnel was down: `up`, until it succeeds.
    private mutating func bringUp(at site: SiteToSite.Site, _ what: String) async throws {
        for tunnel in SoakTunnel.allCases {
            let outcome = try await site.gateway.upAtLast(tunnel.rawValue)
            if !outcome.steps.isEmpty { report.repairs += 1 }
            #expect(outcome.succeeded, "after \(what), seed \(seed): \(outcome)")
        }
    }

    /// Waits until nothing is left to repair, at either end.
    private func untilWhole(_ what: String) async throws {
        for site in net.sites {
            for tunnel in SoakTunnel.allCases {
                var plan = ""
                do {
                    try await site.gateway.until("its plan is empty") { gateway in
                        let outcome = try await gateway.viaduct("plan", tunnel.rawValue)
                        plan = "\(outcome)"
                        return outcome.succeeded
                    }
                } catch {
                    throw TestBedError("not repaired after \(what), seed \(seed): \(plan)")
                }
            }
        }
    }

    /// Ends `watch` at both ends, which has worked up to now, and counts what it has repaired.
    private mutating func endWatch(_ keepers: [Program]) async throws {
        for keeper in keepers {
            #expect(keeper.isRunning, "watch has ended by itself")
            keeper.send(signal: SIGTERM)
            let outcome = await keeper.outcome()
            report.repairs += outcome.stdout.split(separator: "\n").count { $0.contains(": repaired: ") }
            #expect(outcome.succeeded && outcome.stderr.isEmpty, "\(outcome)")
        }
    }

    /// Waits until every stream has had replies again.
    private func untilAllPass(_ traffic: SoakTraffic, _ what: String) async throws {
        let earlier = traffic.lastReplies
        let deadline = ContinuousClock.now.advanced(by: .seconds(90))
        while true {
            let silent = traffic.silent(since: earlier)
            if silent.isEmpty { return }
            guard ContinuousClock.now < deadline else {
                var state = ""
                for site in net.sites {
                    for words in [
                        ["swanctl", "--list-sas"], ["ip", "-s", "link"], ["ip", "route"], ["ip", "xfrm", "policy"],
                    ] {
                        state += "\(try await site.gateway.attempt(words))\n"
                    }
                }
                throw TestBedError("not repaired after \(what), seed \(seed): \(silent)\n\(state)")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

extension Host {
    /// Runs `up` until it succeeds, a few times: the other end, which is repaired at the same time, may not be ready yet.
    fileprivate func upAtLast(_ name: String) async throws -> Outcome {
        var outcome = try await viaduct("up", name, "--timeout", "60s")
        for _ in 0..<4 where !outcome.succeeded { outcome = try await viaduct("up", name, "--timeout", "60s") }
        return outcome
    }
}
