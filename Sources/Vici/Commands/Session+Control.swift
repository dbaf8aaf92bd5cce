extension Session {
    /// How long charon itself waits before it answers `initiate` or `terminate`.
    ///
    /// While charon waits it holds one of its 16 worker threads: run at most a few such commands at once. Before 5.9.11
    /// two at once with their log streamed could make charon hang.
    public enum Patience: Sendable, Equatable {
        /// Until the negotiation succeeded or failed (`timeout = 0`).
        case untilDone
        /// Not at all: the answer comes at once and no log is streamed (`timeout = -1`).
        case none
        /// That long, 1 ms to 24 days, and then fail (`timeout`); a negotiation goes on in charon all the same.
        case upTo(Duration)
    }

    /// Establishes a CHILD_SA, and its IKE_SA when there is none (`initiate`).
    ///
    /// While an equal CHILD_SA is up charon refuses; look at `sas` first. A refusal names no cause: that is in the log;
    /// `NegotiationFailure(log:)` finds it.
    ///
    /// - Parameters:
    ///   - child: the child's name; nil establishes only the IKE_SA.
    ///   - ike: the connection's name; nil finds the connection by its child.
    ///   - patience: how long charon waits.
    ///   - logLevel: -1 to 3, from silent to raw packets. Level 4 would show keys, so it is not sent.
    ///   - deadline: until when to wait for the answer; later than the patience ends.
    ///   - log: called for each line of charon's log about this command (`control-log`).
    /// - Throws: `ViciError`; `.refused` when negotiation failed or charon's patience ended.
    public func initiate(
        child: String?, ike: String? = nil, patience: Patience, logLevel: Int = 1, deadline: ContinuousClock.Instant,
        log: (LogLine) -> Void = { _ in }
    ) throws(ViciError) {
        var arguments = Message()
        arguments.append(child, named: "child")
        arguments.append(ike, named: "ike")
        arguments.append(try patience.text(for: "initiate"), named: "timeout")
        arguments.append(try Self.text(ofLogLevel: logLevel, for: "initiate"), named: "loglevel")
        try Self.check(try control("initiate", arguments, patience, deadline: deadline, log: log), of: "initiate")
    }

    /// Closes IKE_SAs, or one or more of their CHILD_SAs (`terminate`).
    ///
    /// - Parameters:
    ///   - target: which to close.
    ///   - force: forget an IKE_SA without waiting for the peer's answer, at the end of the patience.
    ///   - patience: how long charon waits for the peer.
    ///   - logLevel: -1 to 3, from silent to raw packets. Level 4 would show keys, so it is not sent.
    ///   - deadline: until when to wait for the answer; later than the patience ends.
    ///   - log: called for each line of charon's log about this command (`control-log`).
    /// - Returns: how many SAs matched and how many of them are closed; none matching is no error.
    /// - Throws: `ViciError`; `.refused` when an SA that matched could not be closed.
    @discardableResult
    public func terminate(
        _ target: Target, force: Bool = false, patience: Patience, logLevel: Int = 1,
        deadline: ContinuousClock.Instant, log: (LogLine) -> Void = { _ in }
    ) throws(ViciError) -> Termination {
        var arguments = target.arguments
        arguments.append(force ? "yes" : nil, named: "force")
        arguments.append(try patience.text(for: "terminate"), named: "timeout")
        arguments.append(try Self.text(ofLogLevel: logLevel, for: "terminate"), named: "loglevel")
        let answer = try control("terminate", arguments, patience, deadline: deadline, log: log)
        let result = Termination(matches: answer.number("matches"), terminated: answer.number("terminated") ?? 0)
        if let result, result.matches == 0 { return result }
        try Self.check(answer, of: "terminate")
        return result ?? Termination(matches: 0, terminated: 0)
    }

    /// Queues the rekeying of SAs (`rekey`); it is done later, and may fail unseen.
    ///
    /// - Parameters:
    ///   - target: which to rekey.
    ///   - reauthenticating: authenticate anew instead; only for IKE_SAs (`reauth`).
    ///   - deadline: until when to wait for the answer.
    /// - Returns: how many SAs matched; none is no error.
    /// - Throws: `ViciError`.
    @discardableResult
    public func rekey(
        _ target: Target, reauthenticating: Bool = false, deadline: ContinuousClock.Instant
    ) throws(ViciError) -> Int {
        var arguments = target.arguments
        arguments.append(reauthenticating ? "yes" : nil, named: "reauth")
        let answer = try request("rekey", arguments, deadline: deadline)
        if let matches: Int = answer.number("matches"), matches == 0 { return 0 }
        try Self.check(answer, of: "rekey")
        return answer.number("matches") ?? 0
    }

    /// Installs a child's trap, or its bypass or drop policy (`install`).
    ///
    /// - Parameters:
    ///   - child: the child's name.
    ///   - ike: the connection's name; nil finds the connection by its child.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`; `.refused` when the child is unknown or the policy could not be installed.
    public func install(
        child: String, ike: String? = nil, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        var arguments = Message([("child", .text(child))])
        arguments.append(ike, named: "ike")
        try perform("install", arguments, deadline: deadline)
    }

    /// Removes a child's trap, or its bypass or drop policy (`uninstall`).
    ///
    /// - Parameters:
    ///   - child: the child's name.
    ///   - ike: the connection's name; nil finds the connection by its child.
    ///   - deadline: until when to wait for the answer.
    /// - Throws: `ViciError`; `.refused` when no such policy is installed.
    public func uninstall(
        child: String, ike: String? = nil, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        var arguments = Message([("child", .text(child))])
        arguments.append(ike, named: "ike")
        try perform("uninstall", arguments, deadline: deadline)
    }

    private static func text(ofLogLevel level: Int, for command: String) throws(ViciError) -> String {
        guard (-1...3).contains(level) else {
            throw .unencodable(operation: command, reason: "a log level must be -1 to 3; 4 would show keys")
        }
        return String(level)
    }

    private func control(
        _ command: String, _ arguments: Message, _ patience: Patience, deadline: ContinuousClock.Instant,
        log: (LogLine) -> Void
    ) throws(ViciError) -> Message {
        guard patience != .none else { return try request(command, arguments, deadline: deadline) }
        return try stream(command, arguments, event: "control-log", deadline: deadline) { log(LogLine($0)) }
    }
}

extension Session.Patience {
    /// The value of `timeout`.
    ///
    /// - Throws: `ViciError.unencodable` for a length that charon would take for something else.
    fileprivate func text(for command: String) throws(ViciError) -> String {
        switch self {
        case .untilDone: return "0"
        case .none: return "-1"
        case .upTo(let time):
            guard let milliseconds = time.milliseconds, milliseconds > 0 else {
                throw .unencodable(operation: command, reason: "a timeout must be 1 ms to 24 days")
            }
            return String(milliseconds)
        }
    }
}
