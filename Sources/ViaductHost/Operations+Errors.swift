internal import Netlink
internal import ViaductCore
internal import Vici

extension ViciError {
    /// Whether the connection to charon is gone, and perhaps charon with it.
    var isBrokenOff: Bool {
        switch self {
        case .closedByDaemon, .sessionClosed, .broken: true
        case .notRunning, .notPermitted, .unusablePath, .notConnected, .connectTimedOut, .timedOut, .refused,
            .unknownCommand, .unknownEvent, .malformed, .unencodable:
            false
        }
    }

    /// Whether charon was not reached at all, or what it held is gone with it.
    var isUnreachable: Bool {
        switch self {
        case .notRunning, .notPermitted, .unusablePath, .notConnected, .connectTimedOut: true
        case .timedOut, .closedByDaemon, .broken, .sessionClosed, .refused, .unknownCommand, .unknownEvent, .malformed,
            .unencodable:
            false
        }
    }
}

extension Operations {
    /// Whether an error means that charon could not be reached.
    public static func isCharonMissing(_ error: any Error) -> Bool {
        if let error = error as? ApplyError { return isCharonMissing(error.cause) }
        switch error as? ViciError {
        case .notRunning, .notConnected, .connectTimedOut, .closedByDaemon, .timedOut: return true
        default: return false
        }
    }

    /// Whether an error means that a right is missing (EPERM, EACCES, CAP_NET_ADMIN).
    public static func isNotPermitted(_ error: any Error) -> Bool {
        switch error {
        case let error as ApplyError: return isNotPermitted(error.cause)
        case is Privilege.Missing: return true
        case let error as FileError: return error.isNotPermitted
        case let error as NetlinkError: return error.isNotPermitted
        case let error as ViciError:
            if case .notPermitted = error { return true }
            return false
        default: return false
        }
    }
}
