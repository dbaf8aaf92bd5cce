extension Planner {
    /// Whether what was negotiated since a look at the machine makes of a tunnel something else than what was planned from
    /// that look: with another MTU, as UDP encapsulation takes eight bytes, or with virtual addresses.
    ///
    /// - Parameters:
    ///   - machine: the look.
    ///   - charon: charon as it is now.
    ///   - tunnel: the tunnel.
    /// - Returns: whether; also when a plan could not be made, which then says why.
    public static func isOutdated(_ machine: Observed, by charon: CharonState, for tunnel: Tunnel) -> Bool {
        var now = machine
        now.charon = charon
        do {
            let before = try Settled(tunnel, on: machine, withFiles: false)
            let after = try Settled(tunnel, on: now, withFiles: false)
            return before.links != after.links || before.addresses != after.addresses || before.clamp != after.clamp
        } catch {
            return true
        }
    }
}
