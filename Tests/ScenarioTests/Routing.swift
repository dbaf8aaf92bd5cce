import TestBed
import Testing

extension SiteToSite {
    /// Writes both specs of free text and takes the tunnel through its life: up, traffic, nothing more to do, down, and
    /// nothing left.
    /// - Parameters:
    ///   - text: The spec of an end, but for its secret.
    ///   - whileUp: What to look at while the tunnel is up.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    func live(_ text: (Site) -> String, whileUp: () async throws -> Void = {}) async throws {
        for site in sites { try site.writeSpec("psk: { file: office.psk }\nstart: \(site.start)\n" + text(site)) }
        let before = try await dumps()
        let capture = try await a.gateway.capture(on: "wan")
        try await up()
        for (path, result) in try await pingAll(count: 5) { #expect(result.received == 5, "\(path): \(result)") }
        for site in sites {
            let again = try await site.gateway.viaduct("up", "office")
            #expect(again.status == 0 && again.stdout.contains("nothing to do"), "\(again)")
        }
        try await whileUp()
        try await down()
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty, "\(captured.cleartext.prefix(3))")
        #expect(captured.count(.esp) > 0)
        for (index, after) in try await dumps().enumerated() {
            expectEqual(before[index], after, "left over at \(sites[index].gateway.name)")
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
