/// The pauses between attempts at the same thing: 1, 2, 4 … seconds up to a longest one.
public struct Backoff: Sendable, Hashable {
    /// How many attempts are made without a pause.
    public let free: Int
    /// The longest pause.
    public let longest: Duration
    /// How many attempts were made in a row.
    public private(set) var attempts = 0
    private var last: ContinuousClock.Instant?

    /// Makes one without an attempt.
    public init(free: Int = 0, longest: Duration = .seconds(60)) {
        self.free = free
        self.longest = longest
    }

    /// The pause after the last attempt.
    public var pause: Duration {
        guard attempts > free else { return .zero }
        return min(longest, .seconds(1 << min(attempts - free - 1, 30)))
    }

    /// Whether the last attempt is so long ago that the next begins anew.
    public func isOver(at now: ContinuousClock.Instant) -> Bool {
        last.map { now - $0 > longest + pause } ?? true
    }

    /// Notes an attempt.
    public mutating func note(at now: ContinuousClock.Instant) {
        if isOver(at: now) { attempts = 0 }
        attempts += 1
        last = now
    }

    /// Forgets all attempts.
    public mutating func reset() { (attempts, last) = (0, nil) }

    /// When the next attempt may be made; nil for at once.
    ///
    /// - Parameter isNew: whether something has happened since the last attempt, so that it is worth trying again after
    ///   one second, however long the pause is.
    /// - Returns: the end of the pause; nil when there is none.
    public func next(isNew: Bool = false) -> ContinuousClock.Instant? {
        guard let last, pause > .zero else { return nil }
        return last + (isNew ? min(pause, .seconds(1)) : pause)
    }
}
