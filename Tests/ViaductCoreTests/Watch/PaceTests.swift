import Testing
import ViaductCore

/// When `watch` looks after events, and after attempts.
@Suite struct PaceTests {
    private let start = ContinuousClock.now

    @Test func `a burst of events is looked at once, when it has been quiet`() {
        var gathering = Gathering(quiet: .milliseconds(200), patience: .seconds(1))
        #expect(gathering.due == nil)
        gathering.note(at: start)
        #expect(gathering.due == start + .milliseconds(200))
        gathering.note(at: start + .milliseconds(150))
        #expect(gathering.due == start + .milliseconds(350))
        gathering.clear()
        #expect(gathering.due == nil)
    }

    @Test func `events that never end are looked at after the patience all the same`() {
        var gathering = Gathering(quiet: .milliseconds(200), patience: .seconds(1))
        for step in 0..<50 { gathering.note(at: start + .milliseconds(100 * step)) }
        #expect(gathering.due == start + .seconds(1))
    }

    @Test func `pauses double from a second to the longest one`() {
        var backoff = Backoff(longest: .seconds(60))
        var pauses: [Duration] = []
        var now = start
        #expect(backoff.next() == nil)
        for _ in 0..<9 {
            backoff.note(at: now)
            pauses.append(backoff.pause)
            now += backoff.pause
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { Duration.seconds($0) })
        backoff.reset()
        #expect(backoff.next() == nil)
    }

    @Test func `the first attempts are free, and one long after the others begins anew`() {
        var backoff = Backoff(free: 2, longest: .seconds(60))
        for _ in 0..<2 { backoff.note(at: start) }
        #expect(backoff.pause == .zero)
        #expect(backoff.next() == nil)
        backoff.note(at: start)
        #expect(backoff.pause == .seconds(1))
        #expect(!backoff.isOver(at: start + .seconds(60)))
        backoff.note(at: start + .seconds(62))
        #expect(backoff.attempts == 1)
    }

    @Test func `what has happened since makes another attempt worth it after a second`() {
        var backoff = Backoff()
        for _ in 0..<7 { backoff.note(at: start) }
        #expect(backoff.next() == start + .seconds(60))
        #expect(backoff.next(isNew: true) == start + .seconds(1))
    }
}
