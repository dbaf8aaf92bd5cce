internal import ViaductCore
internal import ViaductHost

/// The exit status of the program; `viaduct --help` and Docs/Commands.md list it.
enum ExitStatus: Int32, CaseIterable {
    /// Done, or nothing to do.
    case done = 0
    /// Failed; what `up` did has been taken back, unless `--keep` or the message says otherwise.
    case failed = 1
    /// `plan` found a difference, or `check` something wrong.
    case differs = 2
    /// The command line is wrong; ArgumentParser's own status (EX_USAGE of sysexits.h).
    case usage = 64
    /// The spec or a secret's file is bad; nothing was changed.
    case badSpec = 65
    /// charon cannot be reached.
    case charonMissing = 69
    /// A right is missing.
    case notPermitted = 77

    /// The status for an error, by its type.
    init(_ error: any Error) {
        switch error {
        case is SpecError, is SecretError, is UnknownTunnel, is ImportError, is SettingsError: self = .badSpec
        case is PacketFault: self = .usage
        case let error as FileError where error.isMissing: self = .badSpec
        case let error as PlanError where error.obstacles.contains(.charonAbsent): self = .charonMissing
        case _ where Operations.isCharonMissing(error): self = .charonMissing
        case _ where Operations.isNotPermitted(error): self = .notPermitted
        default: self = .failed
        }
    }

    /// What the status means, in one sentence for the help.
    var meaning: String {
        switch self {
        case .done: "Done, or nothing to do."
        case .failed: "Failed; the message says why, and what is left."
        case .differs: "`plan` or `check` found something."
        case .usage: "The command line is wrong."
        case .badSpec: "A spec or secret is missing or bad; nothing was done."
        case .charonMissing: "charon cannot be reached, or went away."
        case .notPermitted: "A right is missing; run it as root."
        }
    }

    /// Every status with its meaning, a line each.
    static var table: String {
        allCases.map { status in
            let number = "\(status.rawValue)"
            return "  \(number)\(String(repeating: " ", count: 24 - number.count))\(status.meaning)"
        }.joined(separator: "\n")
    }
}
