extension Session {
    /// Loads a certification authority, or replaces the one of that name (`load-authority`).
    ///
    /// - Parameters:
    ///   - name: its name, 1 to 255 printable ASCII characters.
    ///   - configuration: what stands in swanctl.conf under `authorities.NAME`; `cacert` is the certificate's content.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`.
    public func loadAuthority(
        _ name: String, _ configuration: Message, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        try perform("load-authority", Message([(name, .section(configuration))]), deadline: deadline)
    }

    /// Unloads a certification authority (`unload-authority`).
    ///
    /// - Throws: `ViciError`; `.refused` when there is none of that name.
    public func unloadAuthority(_ name: String, deadline: ContinuousClock.Instant) throws(ViciError) {
        try perform("unload-authority", Message([("name", .text(name))]), deadline: deadline)
    }

    /// The names of the certification authorities (`get-authorities`).
    ///
    /// - Throws: `ViciError`.
    public func authorityNames(deadline: ContinuousClock.Instant) throws(ViciError) -> [String] {
        try request("get-authorities", deadline: deadline).texts("authorities")
    }
}
