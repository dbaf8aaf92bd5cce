import TestBed
import Testing

/// What `viaduct commands` prints does by hand what `viaduct up` does.
@Suite(.testBed) struct ByHandScriptTests {
    @Test func `the printed script alone makes the same tunnel, and the one with --down unmakes it`() async throws {
        let made = try await SiteToSite()
        try made.writeSpecs()
        var up: [String] = [], down: [String] = []
        for site in made.sites {
            up.append(try await site.gateway.viaduct("commands", "office").checked().stdout)
            down.append(try await site.gateway.viaduct("commands", "office", "--down").checked().stdout)
        }
        try await made.up()
        let dumps = try await made.dumps()

        // Fresh hosts that have the secret's file, but in which viaduct never runs.
        let typed = try await SiteToSite()
        try typed.writeSpecs()
        let before = try await typed.dumps()
        for index in [1, 0] {
            try await typed.sites[index].gateway.attempt(["sh", "-eu"], input: up[index]).checked()
        }
        for (path, result) in try await typed.pingAll(count: 5) {
            #expect(result.received == 5, "\(path): \(result)")
        }
        for (index, dump) in try await typed.dumps().enumerated() {
            expectEqual(dumps[index].withoutJournal, dump.withoutJournal, "done (-) and typed (+)")
        }
        for index in [0, 1] {
            try await typed.sites[index].gateway.attempt(["sh", "-eu"], input: down[index]).checked()
        }
        for (index, after) in try await typed.dumps().enumerated() {
            expectEqual(before[index], after, "left over by the script with --down")
        }
    }

    @Test func `the script shows no secret`() async throws {
        let net = try await SiteToSite(charon: false)
        try net.writeSpecs()
        for words in [["commands", "office"], ["commands", "office", "--format", "json"]] {
            let outcome = try await net.a.gateway.attempt([Host.viaductBinary] + words).checked()
            #expect(!outcome.text.contains(SiteToSite.secret))
        }
    }
}
