import TestBed
import Testing

/// A pair of sites whose tunnel is taken through its life under all the laws.
struct Routing: Sendable {
    /// Whether all that crosses the wire is kept to be looked at; else it is only counted.
    var isCaptured = true
    /// How the gateways are joined.
    var shape = Underlay.Shape.wire
    /// Whether there are hosts behind the gateways.
    var innerHosts = false
    /// What an administrator does before, on every set-up that is made.
    var prepare: @Sendable (SiteToSite) async throws -> Void = { _ in }
    /// The spec of an end, but for its secret and its `start`.
    let text: @Sendable (SiteToSite, SiteToSite.Site) -> String
    /// Which ends viaduct makes; the others are `prepare`'s.
    var ends: @Sendable (SiteToSite) -> [SiteToSite.Site] = { [$0.b, $0.a] }
    /// What must pass while the tunnel is up; pings each way in each family unless something else is said.
    var traffic: @Sendable (SiteToSite) async throws -> Void = { try await $0.expectPings() }

    /// Up, traffic, nothing more to do, down, and nothing left; then the same by the printed scripts alone.
    /// - Parameter whileUp: What else to look at while the tunnel is up.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    func live(whileUp: (SiteToSite) async throws -> Void = { _ in }) async throws {
        let net = try await SiteToSite(shape, innerHosts: innerHosts)
        try await prepare(net)
        let ends = ends(net)
        for site in ends { try site.writeSpec("psk: { file: office.psk }\nstart: \(site.start)\n" + text(net, site)) }
        let before = try await net.dumps()
        let capture = isCaptured ? try await net.a.gateway.capture(on: "wan") : nil
        for site in ends { try await site.gateway.up("office") }
        try await traffic(net)
        try await net.expectSysctlsUntouched(before)
        for site in ends { try await site.gateway.expectNothingToDo("office") }
        let up = try await net.dumps()
        var scripts: [PrintedScripts] = []
        for site in ends { scripts.append(try await site.gateway.printedScripts("office")) }
        try await whileUp(net)
        for site in ends.reversed() { try await site.gateway.down("office") }
        try await net.expectLeftover(before)

        // No drift: what the scripts make is what `up` has made, and what they leave is nothing.
        for (site, script) in zip(ends, scripts) { try await site.gateway.type(script.up) }
        try await traffic(net)
        for (index, dump) in try await net.dumps().enumerated() {
            expectEqual(up[index].withoutJournal, dump.withoutJournal, "done (-) and typed (+)")
        }
        for (site, script) in zip(ends, scripts).reversed() { try await site.gateway.type(script.down) }
        if let captured = try await capture?.stop() {
            #expect(captured.cleartext.isEmpty, "\(captured.cleartext.prefix(3))")
            #expect(captured.count(.esp) > 0)
        }
        let counts = try await net.underlay.counts()
        #expect(counts.clear == 0 && counts.sealed > 0, "\(counts)")
        try await net.expectLeftover(before)
    }
}

/// What `viaduct commands` has printed, one for each way.
struct PrintedScripts: Sendable {
    let up: String, down: String
}

extension Host {
    /// The scripts that do by hand what `up` and `down` do.
    func printedScripts(_ name: String) async throws -> PrintedScripts {
        PrintedScripts(
            up: try await viaduct("commands", name).checked().stdout,
            down: try await viaduct("commands", name, "--down").checked().stdout)
    }

    /// Runs a printed script, as its administrator would.
    func type(_ script: String) async throws {
        try await attempt(["sh", "-eu"], input: script).checked()
    }
}

extension SiteToSite {
    /// Five pings each way in each family arrive.
    func expectPings(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var results = try await pingAll(count: 5)
        // A single packet may get lost where processors are emulated, and a whole path does not.
        if results.contains(where: { (1..<5).contains($0.result.received) }) { results = try await pingAll(count: 5) }
        for (path, result) in results {
            #expect(result.received == 5, "\(path): \(result)", sourceLocation: sourceLocation)
        }
    }

    /// Both gateways are as they were.
    func expectLeftover(_ before: [Dump], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (index, after) in try await dumps().enumerated() {
            expectEqual(
                before[index], after, "left over at \(sites[index].gateway.name)", sourceLocation: sourceLocation)
        }
    }

    /// The lines of a spec whose underlay is IPv6.
    func overIPv6(_ site: Site, interface: String, routes: String? = nil) -> String {
        let outer = underlay.addresses, (own, peer) = isA(site) ? (outer.left, outer.right) : (outer.right, outer.left)
        return site.lines(interface: interface, routes: routes)
            .replacing("local: \(site.outer)", with: "local: \"\(own.v6)\"")
            .replacing("remote: \(site.peer)", with: "remote: \"\(peer.v6)\"")
    }

    /// Whether a site is the left one.
    func isA(_ site: Site) -> Bool { site.outer == a.outer }

    /// Changes that must not be there: settings that hold for more than a tunnel's own link.
    func expectSysctlsUntouched(_ before: [Dump], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (index, after) in try await dumps().enumerated() {
            let changed = before[index].only(.sysctl).difference(to: after.only(.sysctl)).filter { line in
                !["/office/", "neigh/"].contains { line.contains($0) }
            }
            #expect(changed.isEmpty, "\(changed)", sourceLocation: sourceLocation)
        }
    }
}

extension SiteToSite.Site {
    /// A list of the spec.
    static func list(_ items: [String]) -> String { "[" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }

    /// The lines of a spec that name the ends, the tunnel's addresses and its routes.
    func lines(interface: String, routes: String? = nil) -> String {
        """
        local: \(outer)
        remote: \(peer)
        interface: { \(interface), addresses: \(Self.list(tunnelAddresses)) }
        routes: \(routes ?? Self.list(peerNetworks))

        """
    }
}
