import Testing

@testable import ViaductHost
@testable import Vici

/// No peer is asked for more at once than a charon takes from one address.
@Suite("Turns of negotiations") struct NegotiationTurnsTests {
    private let hub = ["198.51.100.2"]

    private func full() -> NegotiationTurns {
        var turns = NegotiationTurns()
        for number in 1...3 { turns.begin("t\(number)", with: hub) }
        return turns
    }

    private func log(_ text: String, of connection: String) -> Event {
        Event(name: .log, message: Message([("ikesa-name", .text(connection)), ("msg", .text(text))]))
    }

    @Test("come for the fourth when one of three is established, or has failed for good")
    func turns() {
        #expect(full().isFull(for: hub))
        #expect(!full().isFull(for: ["198.51.100.3"]))
        let established = Event(
            name: .ikeUpDown, message: Message([("up", .text("yes")), ("t2", .section(Message()))]))
        let refused = log("received AUTHENTICATION_FAILED notify error", of: "t3")
        for event in [established, refused] {
            var turns = full()
            turns.note(event)
            #expect(!turns.isFull(for: hub))
            turns.begin("t5", with: hub)
            // The same is told again, of an SA that is counted no more.
            turns.note(event)
            #expect(turns.isFull(for: hub))
        }
    }

    @Test("do not come by what tells nothing of an end, or of other connections")
    func others() {
        var turns = full()
        turns.note(log("sending packet: from 192.0.2.1[500] to 198.51.100.2[500] (240 bytes)", of: "t1"))
        turns.note(log("received AUTHENTICATION_FAILED notify error", of: "other"))
        #expect(turns.isFull(for: hub))
    }

    @Test("are given up with a peer that was waited for in vain, and never asked of one that may be anywhere")
    func silence() {
        var turns = full()
        turns.giveUp(on: hub)
        #expect(!turns.isFull(for: hub))
        // It answers after all, and there are others under way.
        turns.begin("t5", with: hub)
        turns.note(log("received AUTHENTICATION_FAILED notify error", of: "t1"))
        #expect(turns.isFull(for: hub))
        for number in 1...9 { turns.begin("road\(number)", with: []) }
        #expect(!turns.isFull(for: []))
    }
}
