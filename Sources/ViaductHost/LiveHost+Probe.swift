internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore
internal import Vici

extension LiveHost {
    /// Performs the step `probe`: throws when a required one fails, and warns when another does.
    mutating func prove(_ probe: Probe) throws {
        let report = try send(probe, patience: .seconds(probe.isRequired ? 5 : 2))
        guard report.verdict != .passed else { return }
        guard !probe.isRequired else { throw ProbeError(report) }
        caution(report.description)
    }

    /// Sends echo requests through the tunnel until a reply comes, and looks at what moved meanwhile.
    ///
    /// - Parameters:
    ///   - probe: what to send.
    ///   - patience: how long to wait for a reply.
    /// - Returns: what was seen.
    /// - Throws: `NetlinkError`, `ViciError`, `FileError`, `Interruption.Interrupted`.
    mutating func send(_ probe: Probe, patience: Duration) throws -> ProbeReport {
        let before = try counters(of: probe)
        let statistics = try transformCounters()
        var report = ProbeReport(probe, sent: 0)
        do {
            var socket = try EchoSocket(
                to: probe.destination, from: probe.source, by: probe.interface, in: namespace)
            let end = ContinuousClock.now + patience
            while ContinuousClock.now < end, !report.isAnswered {
                try Interruption.check()
                let code = socket.send()
                if code == 0 {
                    report.sent += 1
                    report.refusal = nil
                } else {
                    report.refusal = strerror(code).map { String(cString: $0) }
                }
                switch socket.answer(before: min(end, ContinuousClock.now + .milliseconds(500))) {
                case .reply: report.isAnswered = true
                case .objection(let words): report.objection = words
                case nil: break
                }
            }
        } catch let error as FileError {
            report.refusal = "\(error)"
        }
        let after = try counters(of: probe)
        report.outbound = after.outbound &- min(before.outbound, after.outbound)
        report.inbound = after.inbound &- min(before.inbound, after.inbound)
        report.counters = TransformCounter.growth(from: statistics, to: try transformCounters())
        return report
    }

    /// The packets that the kernel has counted on the SAs of a probe's connections, both ways.
    private mutating func counters(of probe: Probe) throws -> (outbound: UInt64, inbound: UInt64) {
        var children: [ChildSA] = []
        for connection in probe.connections {
            children += try charon().sas(Session.SAFilter(ike: connection), deadline: Self.soon).flatMap(\.children)
        }
        let own = children.filter { $0.binding == probe.binding }
        let (inner, outer) = (Set(own.compactMap(\.spiIn)), Set(own.compactMap(\.spiOut)))
        let states = try NetlinkSocket(.xfrm).states()
        func packets(_ spis: Set<UInt32>) -> UInt64 {
            states.filter { spis.contains($0.spi) }.reduce(0) { $0 &+ $1.packetCount }
        }
        return (packets(outer), packets(inner))
    }

    /// What the kernel counted of packets that IPsec dropped, in this process's namespace and in the link's.
    func transformCounters() throws -> [TransformCounter: UInt64] {
        func read(in place: NetworkNamespace) throws -> [TransformCounter: UInt64] {
            let bytes = try place.run { () throws(NetlinkError) in
                Result(catching: { try DiskFile(path: "/proc/thread-self/net/xfrm_stat").read(limit: 65536) })
            }
            do {
                return TransformCounter.read(String(decoding: try bytes.get(), as: UTF8.self))
            } catch let error as FileError where error.isMissing {
                // A kernel without CONFIG_XFRM_STATISTICS.
                return [:]
            }
        }
        let outer = try read(in: .current)
        guard let namespace else { return outer }
        return outer.merging(try read(in: .named(namespace.text))) { $0 &+ $1 }
    }
}
