import Glibc

/// One fault that a program meets: the library `testbed/faults.c` brings it about, the program knows nothing of it.
public struct Fault: Sendable, Hashable, CustomStringConvertible {
    /// What happens; the head of `testbed/faults.c` says more.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The call fails with that errno; of a message to the kernel, the kernel's answer says so.
        case permission = "EPERM"
        /// The same with EBUSY.
        case busy = "EBUSY"
        /// The same with ENOMEM.
        case memory = "ENOMEM"
        /// The same with ENOSPC.
        case space = "ENOSPC"
        /// The same with EIO.
        case io = "EIO"
        /// A message cannot be sent.
        case unsent = "SEND"
        /// The answer ends in its middle; of a file, half is written.
        case truncated = "TRUNCATE"
        /// The kernel's answer is lost.
        case lost = "LOST"
        /// charon resets the connection in place of an answer.
        case reset = "RESET"
        /// charon's answer comes when nobody waits for it any more.
        case late = "LATE"
        /// A change of a file is made, and yet the call fails.
        case belied = "LATEFAIL"
        /// SIGKILL right before.
        case killBefore = "KILL_BEFORE"
        /// SIGKILL right after.
        case killAfter = "KILL_AFTER"
        /// SIGTERM right before.
        case terminate = "TERM"
        /// SIGINT right before.
        case interrupt = "INT"

        /// Whether the process does not outlive it.
        public var isDeadly: Bool { self == .killBefore || self == .killAfter }
    }

    /// The number of the point, from 1.
    public var point: Int
    /// What happens there.
    public var kind: Kind
    /// Whether all later changes of files fail in the same way, as on a disk that is full.
    public var persists: Bool

    /// Makes a fault.
    public init(at point: Int, _ kind: Kind, persists: Bool = false) {
        self.point = point
        self.kind = kind
        self.persists = persists
    }

    /// Number and kind.
    public var description: String { "\(kind.rawValue) at \(point)\(persists ? " and on" : "")" }
}

/// A place in a run where a program reaches the outside.
public struct FaultPoint: Sendable, Hashable {
    /// What is done there.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        /// A message to the kernel.
        case netlink
        /// A message to charon.
        case vici
        /// A change of a file or folder, or of a setting below /proc/sys.
        case open, create, write, sync, rename, unlink, mkdir, rmdir, lock, chmod
        /// A look at a file or folder.
        case read, list
        /// The start of a program.
        case run
    }

    /// Its number, from 1.
    public var number: Int
    /// What is done.
    public var operation: Operation
    /// To what: the message's name, or the path.
    public var object: String

    /// What can go wrong there, deaths and signals apart.
    public var failures: [Fault.Kind] {
        // The errno that such a call can give, another one from point to point.
        let codes: [Fault.Kind] =
            switch operation {
            case .netlink: [.permission, .busy, .memory]
            case .vici: [.io]
            case .open, .create, .write, .sync, .rename, .mkdir, .chmod: [.space, .io]
            case .unlink, .rmdir, .read, .list, .lock: [.io, .permission]
            case .run: [.memory]
            }
        let code = codes[number % codes.count]
        return switch operation {
        case .netlink: object.contains("dump") ? [code, .truncated] : [code, .unsent, .truncated, .lost]
        case .vici: object == "connect" ? [code] : [code, .truncated, .reset, .late]
        case .write: [code, .truncated, .belied]
        case .open, .create, .sync, .rename, .unlink, .mkdir, .rmdir, .chmod: [code, .belied]
        case .read, .list, .lock, .run: [code]
        }
    }

    /// Reads a line of the library's log.
    init?(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let number = Int(words[0]), let operation = Operation(rawValue: String(words[1])) else {
            return nil
        }
        self.number = number
        self.operation = operation
        object = String(words[2].hasSuffix(" !") ? words[2].dropLast(2) : words[2])
    }
}

/// How a program ended that met a fault, or none.
public struct FaultedOutcome: Sendable {
    /// Status and outputs.
    public var outcome: Outcome
    /// Where it reached the outside.
    public var points: [FaultPoint]
    /// Where the fault came about; nil when it did not get that far.
    public var hit: FaultPoint?
}

extension Host {
    /// The library, as `make` has built it: `VIADUCT_FAULTS_LIBRARY`, else below `.build`.
    private static var faultLibrary: String {
        variable("VIADUCT_FAULTS_LIBRARY") ?? "\(Repository.root)/.build/faults.so"
    }

    /// Runs viaduct in this host with a fault, or only to learn its points.
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - fault: What goes wrong; nil for nothing.
    /// - Returns: How it ended, and its points.
    /// - Throws: ``TestBedError`` when it cannot be started, or the library has not been built.
    public func viaduct(_ arguments: [String], fault: Fault?) async throws -> FaultedOutcome {
        guard access(Host.faultLibrary, R_OK) == 0 else {
            throw TestBedError("there is no \(Host.faultLibrary): make faults.so")
        }
        let log = "/run/.testbed/faults"
        var settings = ["LD_PRELOAD=\(Host.faultLibrary)", "FAULT_LOG=\(log)"]
        if let fault {
            settings += ["FAULT_AT=\(fault.point)", "FAULT_KIND=\(fault.kind.rawValue)"]
            if fault.persists { settings.append("FAULT_REPEAT=1") }
        }
        if try has(log) { try delete(log) }
        // Set by env(1), so that nsenter(1) has no faults.
        let outcome = try await attempt(
            ["env"] + settings + [Host.viaductBinary] + arguments, timeout: .seconds(120))
        let lines = try has(log) ? try read(log).split(separator: "\n") : []
        return FaultedOutcome(
            outcome: outcome, points: lines.compactMap { FaultPoint($0) },
            hit: lines.first { $0.hasSuffix(" !") }.flatMap { FaultPoint($0) })
    }
}
