/// A connection to charon on which commands are given, one after the other, each before a deadline.
///
/// A session belongs to one task or thread; it is not `Sendable`. The protocol has no sequence numbers, so after a timeout
/// or a malformed answer the session is closed and every later command fails with `ViciError.sessionClosed`: a late answer
/// can never be taken for that of another command. Closing does not cancel a running `initiate` in charon.
///
/// Events for a listener come on a connection of their own: see `EventStream`.
public final class Session {
    /// Where charon listens unless `charon.plugins.vici.socket` says otherwise.
    public static let defaultPath = "/var/run/charon.vici"

    private var connection: Connection
    private var registered: Set<String> = []

    /// Connects to charon.
    ///
    /// - Parameters:
    ///   - path: the Unix socket's path, 1 to 107 bytes.
    ///   - deadline: until when to try while charon has too many waiting clients.
    /// - Throws: `ViciError.notRunning` when nobody listens, `.notPermitted`, `.unusablePath`, `.connectTimedOut`, or
    ///   `.notConnected` for another errno.
    public init(path: String = Session.defaultPath, deadline: ContinuousClock.Instant) throws(ViciError) {
        connection = try Connection.to(path: path, deadline: deadline)
    }

    /// False once the session was closed, by `close()` or by a failure that leaves its state unknown.
    public var isOpen: Bool { connection.isOpen }

    /// Closes the connection; commands given later fail with `ViciError.sessionClosed`.
    public func close() { connection.close() }

    /// Gives a command and returns charon's answer as it is, also when it says `success=no`.
    ///
    /// - Throws: `ViciError.unencodable` before anything is sent; `.unknownCommand`; and, with the session then closed,
    ///   `.timedOut`, `.closedByDaemon`, `.broken` or `.malformed`.
    public func request(
        _ command: String, _ arguments: Message = Message(), deadline: ContinuousClock.Instant
    ) throws(ViciError) -> Message {
        try request(command, arguments, deadline: deadline) { _, _ in }
    }

    /// Gives a command that streams its data as events before it answers, and hands each event of that name on.
    ///
    /// The registration stays until the session ends, as charon sends these events only for commands of this session.
    ///
    /// - Parameters:
    ///   - command: the command's name, such as `list-sas`.
    ///   - arguments: what the command is given.
    ///   - event: the event's name, such as `list-sa` or `control-log`.
    ///   - deadline: until when to wait for the answer.
    ///   - body: called for each event, in order, while the command runs.
    /// - Returns: charon's final answer, as it is.
    /// - Throws: as `request`, and `ViciError.unknownEvent`.
    public func stream(
        _ command: String, _ arguments: Message = Message(), event: String, deadline: ContinuousClock.Instant,
        each body: (Message) -> Void
    ) throws(ViciError) -> Message {
        try register(event, deadline: deadline)
        return try request(command, arguments, deadline: deadline) { name, message in
            if name == event { body(message) }
        }
    }

    /// Gives a command whose answer must say `success=yes`.
    ///
    /// - Throws: as `request`, and `ViciError.refused` for every other answer.
    @discardableResult
    func perform(
        _ command: String, _ arguments: Message, deadline: ContinuousClock.Instant
    ) throws(ViciError) -> Message {
        let answer = try request(command, arguments, deadline: deadline)
        try Self.check(answer, of: command)
        return answer
    }

    /// Tells a refusal from success.
    ///
    /// - Throws: `ViciError.refused` unless the answer says `success=yes`.
    static func check(_ answer: Message, of command: String) throws(ViciError) {
        guard answer.text("success") != "yes" else { return }
        let said = answer.text("errmsg").map(\.sanitized) ?? ""
        let silence = answer["success"] == nil ? "its answer does not say whether it succeeded" : "it gave no reason"
        throw .refused(command: command, message: said.isEmpty ? silence : said)
    }

    private func register(_ event: String, deadline: ContinuousClock.Instant) throws(ViciError) {
        // Registering twice would bring every event twice.
        guard !registered.contains(event) else { return }
        let operation = "the registration of \(event)"
        let answer = try connection.exchange(.register(event), for: operation, deadline: deadline) { _, _ in }
        switch answer {
        case .eventConfirmed: registered.insert(event)
        case .eventUnknown: throw .unknownEvent(event)
        default: throw connection.outOfPlace(answer, in: operation)
        }
    }

    private func request(
        _ command: String, _ arguments: Message, deadline: ContinuousClock.Instant,
        events: (String, Message) -> Void
    ) throws(ViciError) -> Message {
        let answer = try connection.exchange(
            .request(command, arguments), for: command, deadline: deadline, events: events)
        switch answer {
        case .response(let message): return message
        case .unknownCommand: throw .unknownCommand(command)
        default: throw connection.outOfPlace(answer, in: command)
        }
    }
}
