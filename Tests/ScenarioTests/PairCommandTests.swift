import TestBed
import Testing

/// Both ends come up from what `pair` has written, copied where it says.
@Suite(.testBed) struct PairCommandTests {
    @Test func `two ends with viaduct ping through both families, and nothing is left after down`() async throws {
        let net = try await SiteToSite()
        let before = try await net.dumps().map { $0.without(.file) }
        let steps = try await net.pair("--link", "169.254.7.0/30", "--link", "fd00:7::/126")
        for site in net.sites { try site.install(["office.yaml", "office.psk"], to: "/etc/viaduct") }
        // In the order in which they are told.
        #expect(
            steps.firstRange(of: "on \(net.b.outer)")?.lowerBound ?? steps.endIndex
                < steps.firstRange(of: "on \(net.a.outer)")?.lowerBound ?? steps.startIndex)
        try await net.up()
        try await net.expectPings()
        for (from, to) in [(net.a, "169.254.7.2"), (net.b, "fd00:7::1")] {
            let ping = try await from.gateway.ping(to)
            #expect(ping.received == 3, "\(to): \(ping)")
        }
        for site in net.sites { try await site.gateway.expectNothingToDo("office") }
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            expectEqual(before[index], after.without(.file), "left over at \(net.sites[index].gateway.name)")
        }
    }

    @Test func `an end without viaduct comes up from a script and a swanctl conf, and pings through both families`()
        async throws
    {
        let net = try await SiteToSite()
        let before = try await net.b.gateway.dump().without(.file)
        _ = try await net.pair("--peer-format", "swanctl")
        try net.a.install(["office.yaml", "office.psk"], to: "/etc/viaduct")
        try net.b.install(["office.conf"], to: "/etc/swanctl/conf.d")
        let script = try net.b.made("office.sh")
        let theirs = net.b.gateway
        try await theirs.attempt(["sh", "-s", "up"], input: script).checked()
        try await theirs.loadAll()
        try await net.a.gateway.up("office")
        let capture = try await net.a.gateway.capture(on: "wan")
        try await net.expectPings()
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty && captured.count(.esp) > 0, "\(captured.cleartext.prefix(3))")

        try await net.a.gateway.down("office")
        try theirs.delete("/etc/swanctl/conf.d/office.conf")
        try await theirs.loadAll()
        _ = try await theirs.attempt(["swanctl", "--terminate", "--ike", "office"])
        try await theirs.attempt(["sh", "-s", "down"], input: script).checked()
        expectEqual(before, try await theirs.dump().without(.file), "left over")
    }
}

extension SiteToSite {
    /// Makes both ends of the tunnel office by `pair`, at the first gateway.
    fileprivate func pair(_ options: String...) async throws -> String {
        let ends = sites.map { "\($0.outer)=\($0.networks.joined(separator: ","))" }
        let words = [Host.viaductBinary, "pair", "office"] + ends + ["--output", "/run/pair"]
        let answer = try await a.gateway.attempt(words + options).checked()
        let secret = try a.gateway.read("/run/pair/\(a.outer)/office.psk").dropLast()
        #expect(!answer.text.contains(secret))
        for site in sites {
            try await site.gateway.run("mkdir", "-p", "/run/made")
            for file in try await a.gateway.run("ls", "/run/pair/\(site.outer)").split(separator: "\n") {
                // As an administrator would, by a safe way.
                try site.gateway.write(
                    try a.gateway.read("/run/pair/\(site.outer)/\(file)"), to: "/run/made/\(file)", mode: 0o600)
            }
        }
        return answer.stdout
    }
}

extension SiteToSite.Site {
    /// One of the files that `pair` has made for this end.
    fileprivate func made(_ file: String) throws -> String { try gateway.read("/run/made/\(file)") }

    /// Copies files that `pair` has made for this end.
    fileprivate func install(_ files: [String], to folder: String) throws {
        for file in files { try gateway.write(try made(file), to: "\(folder)/\(file)", mode: 0o600) }
    }
}
