import TestBed
import Testing

extension Host {
    /// Pings, and fails the test unless as many replies come back as shall: all, when `replies` does not say.
    func expectReplies(
        from target: String, count: Int = 1, replies: Int? = nil, source: String? = nil, netns: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        // A reply that will come is waited for, however slow an emulated machine is.
        let result = try await ping(
            target, count: count, interval: 0.2, source: source, netns: netns, patience: replies == nil ? 10 : 2)
        #expect(
            result.received == replies ?? count, "\(name) pings \(target): \(result)", sourceLocation: sourceLocation)
    }

    /// Fails the test unless a connection has just this SA, with our selectors and the peer's, and with its interface ids or
    /// marks in and out.
    func expectSA(
        _ connection: String, _ local: [String], _ remote: [String], ifIDs: (UInt32, UInt32)? = nil,
        marks: (UInt32, UInt32)? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sa = try await childSA(of: connection, sourceLocation: sourceLocation)
        #expect(sa.state == "INSTALLED" && sa.mode == "TUNNEL", "\(sa)", sourceLocation: sourceLocation)
        #expect(
            sa.localSelectors == local && sa.remoteSelectors == remote, "\(sa)", sourceLocation: sourceLocation)
        #expect([sa.ifIDIn, sa.ifIDOut] == [ifIDs?.0, ifIDs?.1], "\(sa)", sourceLocation: sourceLocation)
        #expect([sa.markIn, sa.markOut] == [marks?.0, marks?.1], "\(sa)", sourceLocation: sourceLocation)
    }

    /// The one SA of a connection.
    func childSA(of connection: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> ChildSA {
        let all = try await childSAs().filter { $0.connection == connection }
        try #require(all.count == 1, "\(name): \(all)", sourceLocation: sourceLocation)
        return all[0]
    }

    /// Fails the test unless these are all the routes over a link, as `10.2.0.0/16` or `10.2.0.0/16 table 100`.
    ///
    /// What the kernel makes by itself for addresses and multicast is left out.
    func expectRoutes(
        over link: String, _ routes: [String], netns: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var found: [String] = []
        for family in ["-4", "-6"] {
            let text = try await run("ip", family, "route", "show", "table", "all", "dev", link, netns: netns)
            found += text.split(separator: "\n").compactMap { line in
                guard !line.contains("proto kernel") else { return nil }
                let words = line.split(separator: " ")
                let table = words.firstIndex(of: "table").map { " table \(words[$0 + 1])" } ?? ""
                return words[0] + table
            }
        }
        #expect(found.sorted() == routes.sorted(), "\(name): routes over \(link)", sourceLocation: sourceLocation)
    }

    /// The attributes of a link, as `linkinfo.info_data.if_id=0x2a`.
    func linkFacts(_ link: String) async throws -> [String] {
        try await dump()[.link].filter { $0.hasPrefix(link + " ") }.map { String($0.dropFirst(link.count + 1)) }
    }
}
