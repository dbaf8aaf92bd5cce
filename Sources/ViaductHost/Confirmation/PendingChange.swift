internal import FoundationEssentials
internal import Glibc
internal import NetworkModel
public import ViaductCore

/// A change by `up --confirm` that nobody has confirmed yet: a note beside the journal.
///
/// The process that rolls it back, the guardian, holds a lock beside it for as long as it lives, so its death shows.
public struct PendingChange: Sendable, Hashable, Codable {
    /// The form of the file.
    var format = 1
    /// The boot in which it was made.
    var bootID: String
    /// Tells it from others of the same tunnel.
    var id = UInt64.random(in: .min ... .max)
    /// The tunnel.
    public var tunnel: String
    /// How many seconds there are to confirm.
    public var seconds: Int
    /// When they are over, by the clock that also counts sleep (CLOCK_BOOTTIME, seconds); nil while the change is made.
    public var deadline: Int?
    /// What the rollback could not take back; nil when none was tried.
    public var failure: String?
    /// Whether the process that rolls it back is alive; found out when it is read.
    public internal(set) var isGuarded = false

    private enum CodingKeys: CodingKey {
        case format, bootID, id, tunnel, seconds, deadline, failure
    }

    /// How it stands, as half a sentence.
    public var description: String {
        if let failure { return "an unconfirmed change could not be rolled back in full: \(failure)" }
        guard isGuarded else {
            return "an unconfirmed change stands, for the process that would have rolled it back is gone: "
                + "viaduct confirm \(tunnel) keeps it, viaduct down \(tunnel) takes the tunnel away"
        }
        guard let deadline else { return "a change that has to be confirmed is being made" }
        let left = max(0, deadline - Self.now)
        return "an unconfirmed change is rolled back in \(left) s: viaduct confirm \(tunnel) keeps it"
    }

    /// The time by the clock of deadlines.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec
    }
}

extension Journal {
    private func pendingFile(of tunnel: String) -> DiskFile { DiskFile(path: "\(path)/\(tunnel).pending") }

    /// What the guardian of a tunnel's unconfirmed change holds locked.
    func guardPath(of tunnel: String) -> String { "\(path)/.\(tunnel).guard" }

    /// The unconfirmed change of a tunnel; nil when there is none of this boot.
    ///
    /// - Throws: `FileError`.
    public func pendingChange(of tunnel: TunnelName) throws -> PendingChange? {
        let file = pendingFile(of: tunnel.text)
        let bytes: [UInt8]
        do {
            bytes = try file.read()
        } catch let error as FileError where error.isMissing {
            return nil
        }
        var pending = PendingChange(bootID: bootID, tunnel: tunnel.text, seconds: 0)
        if case .success(let read) = Result(catching: {
            try JSONDecoder().decode(PendingChange.self, from: Data(bytes))
        }) {
            guard read.bootID == bootID else { return nil }
            pending = read
        }
        let descriptor = open(guardPath(of: tunnel.text), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return pending }
        defer { close(descriptor) }
        pending.isGuarded = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
        return pending
    }

    /// Notes an unconfirmed change.
    ///
    /// - Throws: `FileError`.
    func note(_ pending: PendingChange) throws {
        try Folder(path: path).make()
        let bytes = Array(try JSONEncoder().encode(pending))
        try pendingFile(of: pending.tunnel).replace(with: Secret(bytes), temporary: ".\(pending.tunnel).pending")
    }

    /// A change of this boot that has to be confirmed.
    func newPendingChange(of tunnel: TunnelName, seconds: Int) -> PendingChange {
        PendingChange(bootID: bootID, tunnel: tunnel.text, seconds: seconds)
    }

    /// Takes the note away: what was changed stays.
    ///
    /// - Throws: `FileError`.
    func settlePendingChange(of tunnel: TunnelName) throws {
        try pendingFile(of: tunnel.text).remove()
        try DiskFile(path: guardPath(of: tunnel.text)).remove()
    }
}
