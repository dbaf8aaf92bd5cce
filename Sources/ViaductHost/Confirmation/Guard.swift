internal import FoundationEssentials
internal import Glibc
internal import NetworkModel
internal import ViaductCore

/// The guardian's own side: it listens to `up --confirm`, and rolls the change back when the time is over, or at once when
/// that process dies in the middle.
public struct Guard {
    private let beginning: GuardianMessage.Beginning
    private let tunnel: TunnelName
    private let journal: Journal
    private var done: [Step] = []
    /// What `up` has begun to take back by itself.
    private var undone: [Step] = []
    private var input: [UInt8] = []
    private let descriptor: Int32

    /// The word on the command line that makes a process a guardian.
    public static let command = Guardian.command

    /// Makes this process deaf to the end of a terminal, and keeps no folder in use; SIGTERM ends it.
    public static func outliveTerminal() {
        _ = chdir("/")
        for number in [SIGHUP, SIGINT, SIGPIPE] { signal(number, SIG_IGN) }
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigprocmask(SIG_UNBLOCK, &set, nil)
    }

    /// Listens at a descriptor, and tells at another one when it is ready.
    ///
    /// - Parameters:
    ///   - descriptor: where messages come from.
    ///   - ready: where one byte is written, and which is closed then.
    /// - Throws: `FileError`; EPROTO when this is not started by `up --confirm`.
    public init(listeningAt descriptor: Int32, tellingAt ready: Int32) throws {
        self.descriptor = descriptor
        journal = try Journal()
        var bytes: [UInt8] = []
        guard let first = Self.nextLine(descriptor, &bytes), case .begin(let beginning)? = GuardianMessage(line: first),
            let tunnel = TunnelName(beginning.tunnel)
        else { throw FileError("read", "the orders", code: EPROTO) }
        self.beginning = beginning
        self.tunnel = tunnel
        input = bytes
        // Held until this process ends, whatever the way.
        let lock = open(
            journal.guardPath(of: beginning.tunnel), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode_t(0o600))
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw FileError("lock", beginning.tunnel) }
        var word: UInt8 = 1
        _ = write(ready, &word, 1)
        close(ready)
    }

    /// Waits for the end of the change and for its confirmation, and rolls back when that does not come.
    ///
    /// - Throws: what taking back throws.
    public mutating func run() throws {
        var isCut = true
        listening: while let line = Self.nextLine(descriptor, &input) {
            switch GuardianMessage(line: line) {
            case .step(let step)?: done.append(step)
            case .undo(let step)?: undone.append(step)
            case .failed?: return
            case .done?:
                isCut = false
                break listening
            case .begin?, nil: continue
            }
        }
        let end = isCut ? PendingChange.now : PendingChange.now + beginning.seconds
        while PendingChange.now < end {
            guard try isPending() else { return }
            usleep(100_000)
        }
        try journal.withLock(on: tunnel, wait: {}) { lock in
            if try isPending() { try rollBack(isCut: isCut, lock: lock) }
        }
    }

    private func isPending() throws -> Bool {
        try journal.pendingChange(of: tunnel)?.id == beginning.pending
    }

    private func rollBack(isCut: Bool, lock: MachineLock) throws {
        var host = try LiveHost(journal: journal, lock: lock, viciPath: beginning.viciPath)
        host.former = FormerFiles(beginning.files)
        var record = try journal.record(of: tunnel) ?? journal.newRecord(of: tunnel)
        record.stamp = beginning.stamp
        for step in beginning.released { record.join(step) }
        let rollback = Executor.undo(
            done, isLastInDoubt: isCut, resuming: undone, joined: beginning.joined, together: true, on: &host,
            record: &record)
        guard !rollback.isComplete else { return try journal.settlePendingChange(of: tunnel) }
        guard var pending = try journal.pendingChange(of: tunnel) else { return }
        pending.failure = "\(rollback)".split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "; ")
        try journal.note(pending)
    }

    /// The next line, without its end; nil at the end of the input.
    private static func nextLine(_ descriptor: Int32, _ buffer: inout [UInt8]) -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return Array(buffer[..<end])
            }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }
}
