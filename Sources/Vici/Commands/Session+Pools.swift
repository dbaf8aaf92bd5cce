extension Session {
    /// Loads a pool of virtual addresses and attributes, or updates the one of that name (`load-pool`).
    ///
    /// - Parameters:
    ///   - name: its name, 1 to 255 printable ASCII characters.
    ///   - configuration: what stands in swanctl.conf under `pools.NAME`: `addrs` and lists of attributes.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`.
    public func loadPool(
        _ name: String, _ configuration: Message, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        try perform("load-pool", Message([(name, .section(configuration))]), deadline: deadline)
    }

    /// Unloads a pool (`unload-pool`).
    ///
    /// - Throws: `ViciError`; `.refused` when there is none of that name, or a lease is online.
    public func unloadPool(_ name: String, deadline: ContinuousClock.Instant) throws(ViciError) {
        try perform("unload-pool", Message([("name", .text(name))]), deadline: deadline)
    }

    /// The pools with their leases (`get-pools`).
    ///
    /// - Throws: `ViciError`.
    public func pools(deadline: ContinuousClock.Instant) throws(ViciError) -> [AddressPool] {
        try request("get-pools", Message([("leases", .text("yes"))]), deadline: deadline).sections
            .map { AddressPool(name: $0.name, $0.content) }
    }
}
