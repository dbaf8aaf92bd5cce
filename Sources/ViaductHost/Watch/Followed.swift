internal import NetworkModel
internal import ViaductCore

/// What `watch` keeps of a tunnel from one look to the next.
struct Followed {
    let name: TunnelName
    var connections: Set<String> = []
    /// Where its peers are, so that changes of the ways there are noticed.
    var peers: Set<IPAddress> = []
    /// Whether something has happened that was not looked at yet.
    var isPending = true
    /// When to look again although nothing happens; nil for never.
    var retry: ContinuousClock.Instant?

    private var failures = Backoff()
    private var repairs = Backoff(free: 4)
    /// What was repaired since those pauses began.
    private var repaired: Set<String> = []
    private var negotiations = Backoff()
    private var failure: String?
    private var isEdited = false
    private var isLimited = false
    private var lackingSince: ContinuousClock.Instant?
    private var isWaiting = false

    /// How long SAs may lack before a person is told.
    private static let tolerance = Duration.seconds(3)

    init(_ name: TunnelName) { self.name = name }

    /// Whether it is as it was brought up, as far as the last look tells.
    var isSound: Bool { failure == nil && !isEdited && lackingSince == nil }

    /// When it may be looked at; nil for at once.
    ///
    /// - Parameter isNew: whether something has happened since the last look.
    /// - Returns: the end of the pause; nil when there is none.
    func next(isNew: Bool) -> ContinuousClock.Instant? {
        [failures.next(isNew: isNew), repairs.next()].compactMap(\.self).max()
    }

    /// Whether charon may be asked to negotiate.
    func negotiates(at now: ContinuousClock.Instant, isNew: Bool) -> Bool {
        negotiations.next(isNew: isNew).map { now >= $0 } ?? true
    }

    /// Forgets the pauses.
    mutating func hurry() {
        failures.reset()
        repairs.reset()
        negotiations.reset()
        isPending = true
    }

    /// Notes that another process works on it.
    mutating func noteBusy(at now: ContinuousClock.Instant) { retry = now + .seconds(1) }

    /// Notes that what it is made of was edited.
    mutating func noteEdit(_ path: String) -> [WatchNotice] {
        defer { isEdited = true }
        failures.reset()
        failure = nil
        return isEdited ? [] : [.edited(name, path: path)]
    }

    /// Notes that it could not be repaired.
    mutating func note(_ error: any Error, at now: ContinuousClock.Instant) -> [WatchNotice] {
        failures.note(at: now)
        retry = failures.next()
        let reason = "\(error)"
        defer { failure = reason }
        return failure == reason ? [] : [.failed(name, reason: reason)]
    }

    /// Notes what a look has found and done.
    mutating func note(_ repair: Repair, at now: ContinuousClock.Instant) -> [WatchNotice] {
        isEdited = false
        peers = repair.peers
        var notices: [WatchNotice] = []
        let detours = Set(repair.detours.map(\.step))
        let repaired = repair.steps.filter { !detours.contains($0) }
        if !repaired.isEmpty { notices.append(.repaired(name, repaired)) }
        if !repair.detours.isEmpty { notices.append(.detoured(name, repair.detours)) }
        notices += repair.renewed.map { .renewed(name, connection: $0.connection, $0.reason) }
        let subjects = repaired.map(\.subject) + repair.renewed.map { "SAs of \($0.connection)" }
        if !subjects.isEmpty { notices += noteRepair(of: Set(subjects), at: now) }
        if let error = repair.failure {
            notices += note(error, at: now)
        } else {
            failures.reset()
            if failure != nil { notices.append(.recovered(name)) }
            failure = nil
        }
        return notices + noteLack(repair, at: now)
    }

    /// Counts a repair, when something is repaired again.
    private mutating func noteRepair(of subjects: Set<String>, at now: ContinuousClock.Instant) -> [WatchNotice] {
        if repairs.isOver(at: now) { repaired = [] }
        defer { repaired.formUnion(subjects) }
        guard repairs.attempts == 0 || !repaired.isDisjoint(with: subjects) else { return [] }
        repairs.note(at: now)
        guard repairs.pause > .zero else {
            isLimited = false
            return []
        }
        defer { isLimited = true }
        return isLimited ? [] : [.limited(name, repairs: repairs.attempts)]
    }

    private mutating func noteLack(_ repair: Repair, at now: ContinuousClock.Instant) -> [WatchNotice] {
        guard !repair.lacking.isEmpty else {
            defer { (lackingSince, isWaiting) = (nil, false) }
            negotiations.reset()
            return isWaiting ? [.established(name)] : []
        }
        if repair.hasNegotiated { negotiations.note(at: now) }
        let since = lackingSince ?? now
        lackingSince = since
        let next = negotiations.next() ?? now + .seconds(1)
        retry = min(retry ?? next, isWaiting ? next : min(next, max(since + Self.tolerance, now)))
        guard !isWaiting, now - since >= Self.tolerance else { return [] }
        isWaiting = true
        return [.waiting(name, children: repair.lacking)]
    }
}
