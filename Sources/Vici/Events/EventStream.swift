/// A connection to charon on which only events come.
///
/// Charon keeps events that are not read in its memory without bound: keep calling `next`, or let the stream go. A stream
/// belongs to one task or thread; it is not `Sendable`.
public final class EventStream {
    private var connection: Connection
    private var pending: [Event] = []

    /// Connects and registers for events; those that come before this returns are kept.
    ///
    /// - Parameters:
    ///   - path: the Unix socket's path, 1 to 107 bytes.
    ///   - events: which events to receive.
    ///   - deadline: until when to connect and to have all registrations confirmed.
    /// - Throws: `ViciError` as `Session.init`; `.unknownEvent` when this charon has no such event.
    public init(
        path: String = Session.defaultPath, events: Set<EventName>, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        connection = try Connection.to(path: path, deadline: deadline)
        for event in events.sorted(by: { $0.rawValue < $1.rawValue }) {
            try register(event, deadline: deadline)
        }
    }

    /// False once the stream was closed, by `close()` or by a failure.
    public var isOpen: Bool { connection.isOpen }

    /// The socket, for poll(2) together with others; -1 when the stream is closed.
    package var descriptor: Int32 { connection.descriptor }

    /// Closes the connection, which also ends the registrations.
    public func close() { connection.close() }

    /// Waits for the next event; nil when none came before the deadline.
    ///
    /// The deadline is no failure, so the stream can be asked again.
    ///
    /// - Throws: `ViciError`, with the stream then closed; `.closedByDaemon` when charon ended: make a new stream, and
    ///   list the SAs anew.
    public func next(deadline: ContinuousClock.Instant) throws(ViciError) -> Event? {
        if !pending.isEmpty { return pending.removeFirst() }
        let operation = "the wait for events"
        guard connection.isOpen else { throw .sessionClosed(operation: operation) }
        do throws(Connection.Failure) {
            guard case .event(let name, let message) = try connection.receive(deadline: deadline) else {
                throw .malformed(CodingFault(reason: "an answer that belongs to no request"))
            }
            return Event(name: EventName(rawValue: name), message: message)
        } catch .timedOut {
            return nil
        } catch {
            connection.close()
            throw error.named(operation, after: .zero)
        }
    }

    private func register(_ event: EventName, deadline: ContinuousClock.Instant) throws(ViciError) {
        let operation = "the registration of \(event.rawValue)"
        let answer = try connection.exchange(
            .register(event.rawValue), for: operation, deadline: deadline
        ) { name, message in
            pending.append(Event(name: EventName(rawValue: name), message: message))
        }
        switch answer {
        case .eventConfirmed: return
        case .eventUnknown: throw .unknownEvent(event.rawValue)
        default: throw connection.outOfPlace(answer, in: operation)
        }
    }
}
