/// Gathers a burst of events, so that the machine is looked at once for all of them.
public struct Gathering: Sendable, Hashable {
    /// How long no event must have come.
    public let quiet: Duration
    /// How long events may go on before the machine is looked at all the same.
    public let patience: Duration
    private var first: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?

    /// Makes one without an event.
    public init(quiet: Duration = .milliseconds(200), patience: Duration = .seconds(1)) {
        self.quiet = quiet
        self.patience = patience
    }

    /// Notes an event.
    public mutating func note(at now: ContinuousClock.Instant) {
        first = first ?? now
        last = now
    }

    /// When to look; nil while there is no event.
    public var due: ContinuousClock.Instant? {
        guard let first, let last else { return nil }
        return min(last + quiet, first + patience)
    }

    /// Forgets the events, as when the machine is looked at.
    public mutating func clear() { (first, last) = (nil, nil) }
}
