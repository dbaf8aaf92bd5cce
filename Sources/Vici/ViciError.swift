internal import Glibc

/// What can go wrong in talking to charon over its VICI socket.
///
/// Words from charon (`errmsg`) are kept with control characters escaped, so every description is safe to print. No case
/// holds a value that was sent, so no key can appear in one.
public enum ViciError: Error, Sendable, Equatable {
    /// Nobody listens at the socket: it does not exist (ENOENT), or its daemon is gone (ECONNREFUSED).
    case notRunning(path: String)
    /// The socket may not be opened by this user (EACCES, EPERM).
    case notPermitted(path: String)
    /// The path cannot name a Unix socket: it is empty, longer than 107 bytes, or holds a NUL.
    case unusablePath(String)
    /// Connecting failed for another reason; `code` is the errno.
    case notConnected(path: String, code: Int32)
    /// The connection was not accepted in time: charon's backlog of waiting clients stayed full.
    case connectTimedOut(path: String, after: Duration)
    /// The deadline passed while the command was under way; the session is closed, as its answer may still come.
    case timedOut(operation: String, after: Duration)
    /// Charon closed the connection: it ended, was restarted, or refused an oversized request.
    case closedByDaemon(operation: String)
    /// Reading or writing failed; `code` is the errno.
    case broken(operation: String, code: Int32)
    /// The session was closed by an earlier failure or by `close()`; open a new one.
    case sessionClosed(operation: String)
    /// Charon answered `success=no`; `message` is its `errmsg`.
    case refused(command: String, message: String)
    /// This charon has no such command (CMD_UNKNOWN).
    case unknownCommand(String)
    /// This charon has no such event (EVENT_UNKNOWN).
    case unknownEvent(String)
    /// What charon sent is not the protocol; the session is closed.
    case malformed(operation: String, reason: String)
    /// The request cannot be expressed in the protocol; nothing was sent and the session stays usable.
    case unencodable(operation: String, reason: String)
}

extension ViciError: CustomStringConvertible {
    /// What was attempted, what happened, and the remedy where one is known.
    public var description: String {
        switch self {
        case .notRunning(let path):
            "charon does not answer at \(path.sanitized): is strongSwan running? systemctl start strongswan"
        case .notPermitted(let path):
            "charon's socket \(path.sanitized) may not be opened by this user:"
                + " run as root, or as a member of the group that owns the socket"
        case .unusablePath(let path):
            "\"\(path.sanitized)\" cannot be a socket's path: it must have 1 to 107 bytes and no NUL"
        case .notConnected(let path, let code):
            "connecting to charon at \(path.sanitized): \(Self.text(of: code))"
        case .connectTimedOut(let path, let time):
            "charon at \(path.sanitized) did not accept the connection within \(time.inSeconds)"
        case .timedOut(let operation, let time):
            "charon did not answer \(operation.sanitized) within \(time.inSeconds)"
        case .closedByDaemon(let operation):
            "charon closed the connection while answering \(operation.sanitized): it ended, or was restarted"
        case .broken(let operation, let code):
            "talking to charon for \(operation.sanitized): \(Self.text(of: code))"
        case .sessionClosed(let operation):
            "\(operation.sanitized) was not sent: the connection to charon is closed"
        case .refused(let command, let message):
            "charon refused \(command.sanitized): \(message)"
        case .unknownCommand(let command):
            "this charon does not know the command \(command.sanitized)"
        case .unknownEvent(let event):
            "this charon does not know the event \(event.sanitized)"
        case .malformed(let operation, let reason):
            "charon's answer to \(operation.sanitized) is malformed: \(reason)"
        case .unencodable(let operation, let reason):
            "\(operation.sanitized) cannot be sent to charon: \(reason)"
        }
    }

    private static func text(of code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return "\(String(cString: text)) (errno \(code))"
    }
}
