extension Planner {
    /// The packet that proves that a tunnel works, which `up` sends when its SAs are there; nil for none.
    ///
    /// - Throws: `PlanError` when the tunnel cannot be as its spec asks.
    public static func probe(of tunnel: Tunnel, on machine: Observed) throws(PlanError) -> Step? {
        try Settled(tunnel, on: machine).probe
    }
}
