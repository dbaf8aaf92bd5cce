import Glibc
import TestBed
import Testing

/// `up --confirm`: a change that nobody confirms is taken back, whatever became of who made it.
@Suite(.testBed) struct ConfirmTests {
    private static let note = "/run/viaduct/office.pending"

    @Test func `a change that nobody confirms is taken back, and one that is confirmed stays`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        try await net.b.gateway.up("office")
        let down = try await gateway.dump()

        // A shell with a terminal that goes away behind it.
        let up = try await gateway.attempt([
            "setsid", "--wait", "sh", "-c", "\(Host.viaductBinary) up office --confirm 5s; kill -HUP 0",
        ])
        #expect(up.stderr.contains("unless \"viaduct confirm office\" comes within 5 s"), "\(up)")
        try await gateway.until("the change is taken back") { try !$0.has(Self.note) }
        expectEqual(down, try await gateway.dump(), "left over by a change that nobody confirmed")
        let late = try await gateway.viaduct("confirm", "office")
        #expect(late.status == 1 && late.stderr.contains("there is no unconfirmed change"), "\(late)")

        try await gateway.viaduct("up", "office", "--confirm", "60s").checked()
        let waiting = try await gateway.viaduct("status", "office")
        #expect(waiting.stdout.contains("an unconfirmed change is rolled back in "), "\(waiting)")
        let early = try await gateway.viaduct("up", "office")
        #expect(early.status == 1 && early.stderr.contains("viaduct confirm office keeps it"), "\(early)")
        #expect(try await gateway.viaduct("confirm", "office").checked().stdout == "office is confirmed\n")
        #expect(try !gateway.has(Self.note))
        let unchanged = try await gateway.viaduct("up", "office", "--confirm", "1s").checked()
        #expect(unchanged.stdout.contains("nothing to do"), "\(unchanged)")
        #expect(try !gateway.has(Self.note))

        // An edit with another secret, which the peer does not know.
        let before = try await gateway.dump().withoutJournal.withoutRepetitions(in: .charon)
        try net.a.writeSpec(
            net.a.spec(routes: net.a.peerNetworks + ["10.9.0.0/16"], mtu: 1300), secret: "of the edit alone")
        try await gateway.viaduct("up", "office", "--confirm", "2s", "--no-wait").checked()
        try await gateway.until("the edit is taken back") { try !$0.has(Self.note) }
        try net.writeSpecs()
        try await gateway.until("the tunnel is as before the edit") {
            try await $0.dump().withoutJournal.withoutRepetitions(in: .charon) == before
        }
        try await gateway.expectNothingToDo("office")
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        try await gateway.down("office")
        expectEqual(down, try await gateway.dump(), "left over")
    }

    @Test func `an up that is killed is taken back at once, and the death of the guardian is told`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        let down = try await gateway.dump()
        // The peer is silent: it waits for the SAs, and is killed there.
        let program = try gateway.start([Host.viaductBinary, "up", "office", "--confirm", "600s"])
        try await program.wrote("until swanctl")
        program.send(signal: SIGKILL)
        _ = await program.outcome()
        try await gateway.until("the change is taken back") { try !$0.has(Self.note) }
        expectEqual(down, try await gateway.dump(), "left over by an up that was killed")

        // One that fails takes itself back.
        let failed = try await gateway.viaduct("up", "office", "--confirm", "600s", "--timeout", "1s")
        #expect(failed.status == 1 && failed.stderr.contains("[undo]"), "\(failed)")
        expectEqual(down, try await gateway.dump(), "left over by an up that failed")

        // One that is killed while it takes an edit back: the guardian takes back the rest.
        try await gateway.viaduct("up", "office", "--no-wait").checked()
        let before = try await gateway.dump().withoutJournal.without(.charon)
        try net.a.writeSpec(net.a.spec(routes: ["10.9.0.0/16"], mtu: 1300))
        let undoing = try gateway.start([Host.viaductBinary, "up", "office", "--confirm", "600s", "--timeout", "1s"])
        try await undoing.wrote("[undo]")
        undoing.send(signal: SIGKILL)
        #expect(await undoing.outcome().status == 137)
        try await gateway.until("the edit is taken back") { try !$0.has(Self.note) }
        try net.writeSpecs()
        expectEqual(before, try await gateway.dump().withoutJournal.without(.charon), "not as before the edit")
        try await gateway.down("office")
        expectEqual(down, try await gateway.dump(), "left over")

        try await net.b.gateway.up("office")
        try await gateway.viaduct("up", "office", "--confirm", "600s").checked()
        try await gateway.run("sh", "-c", "kill -KILL $(pgrep -x -f 'viaduct guard' --nslist net --ns $$)")
        try await gateway.until("the guardian is gone") {
            try await $0.viaduct("status", "office").stdout.contains("an unconfirmed change stands")
        }
        let again = try await gateway.viaduct("up", "office").checked()
        #expect(again.stderr.contains("an unconfirmed change stands"), "\(again)")
        let removal = try await gateway.viaduct("down", "office").checked()
        #expect(removal.stderr.contains("an unconfirmed change stands"), "\(removal)")
        expectEqual(down, try await gateway.dump(), "left over")
    }
}
