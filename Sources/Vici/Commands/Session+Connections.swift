extension Session {
    /// Loads a connection, or replaces the one of that name (`load-conn`).
    ///
    /// Charon checks less than it seems to: numbers wrap, long text is cut, and with `start_action` success only means
    /// that negotiation has been queued. Encode what has a grammar with care, and look at `sas` afterwards.
    ///
    /// - Parameters:
    ///   - name: the connection's name, 1 to 255 printable ASCII characters.
    ///   - configuration: what stands in swanctl.conf under `connections.NAME`, in its order.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`; `.refused` with charon's words for a key or value it does not take.
    public func loadConnection(
        _ name: String, _ configuration: Message, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        try perform("load-conn", Message([(name, .section(configuration))]), deadline: deadline)
    }

    /// Unloads a connection that was loaded over VICI (`unload-conn`).
    ///
    /// Children with `start_action` trap lose their trap, with start their CHILD_SA; else the SAs stay up.
    ///
    /// - Throws: `ViciError`; `.refused` when there is none of that name.
    public func unloadConnection(_ name: String, deadline: ContinuousClock.Instant) throws(ViciError) {
        try perform("unload-conn", Message([("name", .text(name))]), deadline: deadline)
    }

    /// The names of the connections loaded over VICI, whoever loaded them (`get-conns`).
    ///
    /// - Throws: `ViciError`.
    public func connectionNames(deadline: ContinuousClock.Instant) throws(ViciError) -> [String] {
        try request("get-conns", deadline: deadline).texts("conns")
    }

    /// The connections of all sources with what charon tells of them (`list-conns`).
    ///
    /// Charon tells neither proposals nor if_id, marks or start_action: this is no means to compare a configuration.
    ///
    /// - Parameters:
    ///   - name: the connection to list (`ike`); nil lists all.
    ///   - deadline: until when to wait for the answer.
    /// - Returns: the connections, in charon's order.
    /// - Throws: `ViciError`.
    public func connections(
        named name: String? = nil, deadline: ContinuousClock.Instant
    ) throws(ViciError) -> [LoadedConnection] {
        var arguments = Message()
        arguments.append(name, named: "ike")
        var result: [LoadedConnection] = []
        _ = try stream("list-conns", arguments, event: "list-conn", deadline: deadline) { event in
            result += event.sections.map { LoadedConnection(name: $0.name, $0.content) }
        }
        return result
    }
}
