import Synchronization

extension Host {
    /// Reads all of the host's state that a tunnel may change.
    /// - Throws: ``TestBedError`` when one of the programs that show it fails.
    public func dump() async throws -> Dump {
        Dump(try await networkLines() + DumpReader.files(of: self) + charonLines())
    }

    /// Reads the state of a named network namespace inside of this host: its links, addresses, routes, rules, sysctls,
    /// policies and states.
    /// - Parameter netns: The namespace's name.
    /// - Returns: The state.
    /// - Throws: ``TestBedError`` when one of the programs that show it fails.
    public func dump(netns: String) async throws -> Dump {
        Dump(try await networkLines(netns: netns))
    }

    private func networkLines(netns: String? = nil) async throws -> [Dump.Line] {
        let text = try await run("sh", "-eu", netns: netns, input: Host.dumpScript)
        let parts = text.split(separator: "\n").split(separator: "sysctls", maxSplits: 1)
        let sysctls = parts.dropFirst().first ?? []
        let halves = (parts.first ?? []).split(separator: "firewall", maxSplits: 1, omittingEmptySubsequences: false)
        let (shown, firewall) = (halves.first ?? [], halves.dropFirst().first ?? [])
        let tables = try shown.filter { $0.hasPrefix("[") }.map { try JSON(String($0)).items }
        guard tables.count == 6 else { throw TestBedError("\(name): no dump: \(text)") }
        var lines = DumpReader.links(tables[0]) + DumpReader.addresses(tables[1])
        lines += DumpReader.routes(tables[2]) + DumpReader.routes(tables[4])
        lines += DumpReader.rules(tables[3], "ip") + DumpReader.rules(tables[5], "ip6")
        lines += DumpReader.firewall(firewall)
        lines += DumpReader.xfrm(shown.filter { !$0.hasPrefix("[") }) + DumpReader.sysctls(sysctls)
        return lines
    }

    /// One shell for all of it, and few programs: starting one is what costs most under emulation. (`ip xfrm` ends a
    /// batch after its first list.)
    private static let dumpScript = """
        ip -json -details -batch - <<X
        link show
        address show
        route show table all
        rule show
        X
        ip -6 -json -details -batch - <<X
        route show table all
        rule show
        X
        ip xfrm policy list nosock
        ip xfrm state list
        echo firewall
        nft list ruleset
        echo sysctls
        grep -rs '' /proc/sys/net/ipv4 /proc/sys/net/ipv6 || :
        """

    /// What charon has loaded and set up; nothing when none runs.
    private func charonLines() async throws -> [Dump.Line] {
        guard daemon.withLock({ $0 }) != nil else { return [] }
        let socket = viciSocket
        return try await onThread { () throws -> [Dump.Line] in
            let connection = try ViciConnection(to: socket)
            var lines: [String] = []
            for name in ["get-conns", "get-shared", "get-keys", "get-pools", "get-authorities"] {
                lines += try connection.command(name).answer.flattened(name)
            }
            for name in ["conn", "sa", "cert", "authority"] {
                let events = try connection.command(
                    name == "authority" ? "list-authorities" : "list-\(name)s", streaming: "list-\(name)"
                ).events
                lines += events.flatMap { $0.flattened("list-\(name)s", skipping: DumpReader.isVolatile) }
            }
            let kinds = ["trap", "pass", "drop"].map { ViciValue.Entry(name: $0, value: .text("yes")) }
            let policies = try connection.command("list-policies", .section(kinds), streaming: "list-policy").events
            lines += policies.flatMap { $0.flattened("list-policies", skipping: DumpReader.isVolatile) }
            return lines.map { Dump.Line(section: .charon, text: DumpReader.withoutUniqueID($0)) }
        }
    }
}
