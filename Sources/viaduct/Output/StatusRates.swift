internal import ViaductCore

/// What goes through the SAs in a second, found from two looks.
struct StatusRates {
    private var old: [UInt32: ChildStatus] = [:]
    private var new: [UInt32: ChildStatus] = [:]
    private var seconds = 0.0
    private var time: ContinuousClock.Instant?

    /// Takes another look in.
    mutating func note(_ tunnels: [TunnelStatus], at now: ContinuousClock.Instant) {
        if let time {
            let passed = time.duration(to: now).components
            seconds = Double(passed.seconds) + Double(passed.attoseconds) / 1e18
        }
        time = now
        old = new
        new = [:]
        for child in tunnels.flatMap(\.children) {
            if let spi = child.inputSPI { new[spi] = child }
        }
    }

    /// The rates of a CHILD_SA; nil on the first look at it.
    subscript(child: ChildStatus) -> (input: TrafficRate, output: TrafficRate)? {
        guard let before = child.inputSPI.flatMap({ old[$0] }),
            let input = TrafficRate(from: before.input, to: child.input, seconds: seconds),
            let output = TrafficRate(from: before.output, to: child.output, seconds: seconds)
        else { return nil }
        return (input, output)
    }

    /// The rates of all CHILD_SAs of a tunnel that were seen twice; nil when none was.
    subscript(tunnel: TunnelStatus) -> (input: TrafficRate, output: TrafficRate)? {
        let rates = tunnel.children.compactMap { self[$0] }
        guard var sum = rates.first else { return nil }
        for rate in rates.dropFirst() {
            sum.input.bytes += rate.input.bytes
            sum.input.packets += rate.input.packets
            sum.output.bytes += rate.output.bytes
            sum.output.packets += rate.output.packets
        }
        return sum
    }
}
