extension Session {
    /// Asks charon who it is (`version`).
    ///
    /// - Throws: `ViciError`.
    public func version(deadline: ContinuousClock.Instant) throws(ViciError) -> DaemonVersion {
        DaemonVersion(try request("version", deadline: deadline))
    }

    /// Asks for charon's uptime, loaded plugins and load (`stats`).
    ///
    /// - Throws: `ViciError`.
    public func statistics(deadline: ContinuousClock.Instant) throws(ViciError) -> DaemonStatistics {
        DaemonStatistics(try request("stats", deadline: deadline))
    }

    /// Reads the IKE counters (`get-counters`); charon must have loaded its plugin `counters`.
    ///
    /// - Parameters:
    ///   - connection: the connection to count for; nil counts for the whole daemon.
    ///   - deadline: until when to wait for the answer.
    /// - Returns: the counters by name, as `ike-init-in-req`.
    /// - Throws: `ViciError`; `.refused` without that plugin.
    public func counters(
        ofConnection connection: String? = nil, deadline: ContinuousClock.Instant
    ) throws(ViciError) -> [String: UInt64] {
        var arguments = Message()
        arguments.append(connection, named: "name")
        let answer = try perform("get-counters", arguments, deadline: deadline)
        guard let counters = answer.section("counters")?.section(connection ?? "") else { return [:] }
        var result: [String: UInt64] = [:]
        for entry in counters.entries { result[entry.name] = counters.number(entry.name) }
        return result
    }
}
