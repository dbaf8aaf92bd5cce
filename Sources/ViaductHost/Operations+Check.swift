public import ViaductCore

extension Operations {
    /// Finds out what is wrong with tunnels and the machine they are on.
    ///
    /// - Parameters:
    ///   - arguments: names of tunnels or spec files; none for every tunnel.
    ///   - probes: whether packets are sent through the tunnels that are up.
    /// - Returns: the findings, worst first.
    /// - Throws: as `survey`, and what reading charon's settings throws.
    public func check(_ arguments: [String], probes: Bool = true) throws -> [Finding] {
        let survey = try survey(arguments)
        var host = try host()
        return Checker.findings(try host.facts(of: survey, probes: probes))
    }
}
