internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import NetworkModel
public import ViaductCore

/// The records of what Viaduct did, one file a tunnel in a folder that only root can read.
public struct Journal: Sendable {
    /// The folder; on a file system that a reboot empties, as links and routes do not outlive one either.
    public let path: String
    let bootID: String

    /// The usual folder.
    public static let defaultPath = "/run/viaduct"

    /// Opens the journal; the folder is made when the first record is written.
    ///
    /// - Throws: `FileError` when the boot id cannot be read.
    public init(path: String = Self.defaultPath) throws {
        self.path = path
        bootID =
            String(
                decoding: try DiskFile(path: "/proc/sys/kernel/random/boot_id").read(limit: 64), as: UTF8.self
            ).trimmingLineEnds
    }

    /// An empty record of a tunnel, for this boot.
    public func newRecord(of tunnel: TunnelName) -> Record {
        Record(tunnel: tunnel.text, bootID: bootID)
    }

    /// The record of a tunnel; nil when there is none of this boot.
    ///
    /// One that makes no sense is treated as lost (`damage(of:)` tells): the marks in the kernel still tell what is ours.
    ///
    /// - Throws: `FileError` when the file is there and cannot be read.
    public func record(of tunnel: TunnelName) throws -> Record? {
        try record(named: file(of: tunnel.text))
    }

    /// The records of all other tunnels that claim what several may need: rules and settings of the whole machine.
    ///
    /// - Throws: `FileError`.
    func sharers(besides tunnel: String) throws -> [Record] {
        try files().filter { try $0.path.lastComponent != "\(tunnel).json" && $0.mayShare }.compactMap(record(named:))
    }

    /// The records of all tunnels.
    ///
    /// - Throws: `FileError`.
    public func records() throws -> [Record] { try files().compactMap(record(named:)) }

    private func files() throws -> [DiskFile] {
        try Folder(path: path).names().filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
            .map { DiskFile(path: "\(path)/\($0)") }
    }

    private func record(named file: DiskFile) throws -> Record? {
        switch try reading(of: file) {
        case .record(let record) where record.bootID == bootID: record
        case .record, .missing, .damaged: nil
        }
    }

    /// What a file turns out to be.
    private enum Reading {
        case missing
        case record(Record)
        /// It makes no sense, and why.
        case damaged(String)
    }

    /// The two things that every form of the journal has.
    private struct Head: Decodable {
        var format: Int
        var bootID: String

        init(_ record: Record) {
            (format, bootID) = (record.format, record.bootID)
        }
    }

    private func reading(of file: DiskFile) throws -> Reading {
        let bytes: [UInt8]
        do {
            bytes = try file.read(limit: 16 << 20)
        } catch let error as FileError where error.isMissing {
            return .missing
        }
        let decoded = Result { try JSONDecoder().decode(Record.self, from: Data(bytes)) }
        let head: Head
        switch Result(catching: {
            try (try? decoded.get()).map(Head.init) ?? JSONDecoder().decode(Head.self, from: Data(bytes))
        }) {
        case .success(let found): head = found
        case .failure: return .damaged(bytes.isEmpty ? "it is empty" : "it is cut off or overwritten")
        }
        // Whatever an earlier boot's journal says, it speaks of nothing that is there.
        guard head.bootID == bootID else { return .missing }
        guard head.format == Record.currentFormat else {
            let age = head.format > Record.currentFormat ? "a newer" : "an older"
            return .damaged("its form, \(head.format), is that of \(age) version of viaduct")
        }
        switch decoded {
        case .success(let record) where record.tunnel == file.path.lastComponent.dropLast(".json".count):
            return .record(record)
        case .success(let record): return .damaged("it is that of the tunnel \(record.tunnel)")
        case .failure: return .damaged("what it says makes no sense to this version")
        }
    }

    /// A journal that makes no sense.
    public struct Damage: Sendable, Hashable {
        /// The file.
        public let path: String
        /// What is wrong with it, as half a sentence.
        public let reason: String
    }

    /// What is wrong with the journal of a tunnel; nil when nothing is, or there is none.
    ///
    /// - Throws: `FileError` when the file is there and cannot be read.
    public func damage(of tunnel: TunnelName) throws -> Damage? {
        let file = file(of: tunnel.text)
        guard case .damaged(let reason) = try reading(of: file) else { return nil }
        return Damage(path: file.path, reason: reason)
    }

    /// Puts a journal that makes no sense aside, beside its place, so that a new one can be written and nothing is lost.
    ///
    /// - Returns: where it is now.
    /// - Throws: `FileError`.
    public func setAside(_ damage: Damage) throws -> String {
        let aside = damage.path + ".unreadable"
        try DiskFile(path: damage.path).move(to: aside)
        return aside
    }

    /// Writes a record, at once and for good.
    ///
    /// - Throws: `FileError`.
    public func save(_ record: Record) throws {
        try Folder(path: path).make()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = Array(try encoder.encode(record))
        try file(of: record.tunnel).replace(with: Secret(bytes), temporary: ".\(record.tunnel).json")
    }

    /// Removes a record.
    ///
    /// - Throws: `FileError`.
    public func forget(_ record: Record) throws {
        try file(of: record.tunnel).remove()
    }

    private func file(of tunnel: String) -> DiskFile { DiskFile(path: "\(path)/\(tunnel).json") }

    /// Runs a body while no other process works on the same tunnel, and tidies the folder behind it.
    ///
    /// - Parameters:
    ///   - tunnel: the tunnel.
    ///   - wait: called once when another process holds the lock and it has to be waited for.
    ///   - body: the work; it is given the lock of the whole machine, held.
    /// - Returns: what the body returns.
    /// - Throws: `FileError`; `Interruption.Interrupted` while it waits; and what the body throws.
    public func withLock<Answer>(
        on tunnel: TunnelName, wait: () -> Void, _ body: (MachineLock) throws -> Answer
    ) throws -> Answer {
        let own = FileLock(path: "\(path)/.\(tunnel).lock")
        do {
            try own.take(wait: wait)
        } catch {
            rmdir(path)
            throw error
        }
        return try with(own, of: tunnel, body)
    }

    /// Runs a body if no other process works on the tunnel.
    ///
    /// - Parameters:
    ///   - tunnel: the tunnel.
    ///   - body: the work; it is given the lock of the whole machine, held.
    /// - Returns: what the body returns; nil when another process works on the tunnel.
    /// - Throws: as `withLock`.
    func withLockIfFree<Answer>(on tunnel: TunnelName, _ body: (MachineLock) throws -> Answer) throws -> Answer? {
        let own = FileLock(path: "\(path)/.\(tunnel).lock")
        guard try own.takeIfFree() else { return nil }
        return try with(own, of: tunnel, body)
    }

    /// Runs a body while no other process works on some tunnels.
    ///
    /// - Parameters:
    ///   - tunnels: the tunnels.
    ///   - wait: called with each that another process works on, when it has to be waited for.
    ///   - body: the work; it is given the lock of the whole machine, held.
    /// - Returns: what the body returns.
    /// - Throws: as `withLock`.
    func withLocks<Answer>(
        on tunnels: [TunnelName], wait: (TunnelName) -> Void, _ body: (MachineLock) throws -> Answer
    ) throws -> Answer {
        Self.raiseDescriptorLimit()
        // All take them in the order of names, so that none waits for one who waits for it.
        let locks = Set(tunnels).sorted().map { (tunnel: $0, file: FileLock(path: "\(path)/.\($0).lock")) }
        defer {
            for lock in locks { lock.file.release() }
            rmdir(path)
        }
        for lock in locks { try lock.file.take(wait: { wait(lock.tunnel) }) }
        try discardDrafts(of: tunnels)
        let machine = MachineLock(FileLock(path: "\(path)/lock"))
        try machine.file.take()
        defer { machine.file.release() }
        return try body(machine)
    }

    /// Lets this process open as many files as it may: each lock is one.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func with<Answer>(_ own: FileLock, of tunnel: TunnelName, _ body: (MachineLock) throws -> Answer) throws
        -> Answer
    {
        let machine = MachineLock(FileLock(path: "\(path)/lock"))
        defer {
            own.release()
            rmdir(path)
        }
        try discardDrafts(of: [tunnel])
        try machine.file.take()
        defer { machine.file.release() }
        return try body(machine)
    }

    /// Removes what processes that were killed while they wrote have left; the tunnels' locks are held.
    private func discardDrafts(of tunnels: [TunnelName]) throws {
        let drafts = Set(tunnels.flatMap { [".\($0).json", ".\($0).pending"] })
        for name in try Folder(path: path).names() where drafts.contains(name) {
            try DiskFile(path: "\(path)/\(name)").discard()
        }
    }
}

/// The lock that one process at a time holds while it looks at the machine, decides, and changes it.
///
/// Settings, rules, ids and priorities are shared by tunnels: what is decided from a look must be done before another
/// process looks.
public struct MachineLock {
    fileprivate let file: FileLock

    fileprivate init(_ file: FileLock) {
        self.file = file
    }

    /// Lets others work while this process only waits, for a peer or a hook.
    ///
    /// - Throws: `FileError` when it cannot be taken again; and what the body throws.
    func withoutLock<Answer>(_ body: () throws -> Answer) throws -> Answer {
        file.release()
        let answer = Result(catching: body)
        // What follows may be an undoing: no signal keeps it from its turn.
        try file.take(isInterruptible: false)
        return try answer.get()
    }
}

extension DiskFile {
    /// Whether a journal may claim what several tunnels need; most do not, and making sense of thousands takes its time.
    fileprivate var mayShare: Bool {
        get throws {
            do {
                let bytes = try read(limit: 16 << 20)
                return bytes.contains("addRule") || bytes.contains("setSysctl")
            } catch let error as FileError where error.isMissing {
                return false
            }
        }
    }
}

extension [UInt8] {
    /// Whether a word stands somewhere in the bytes.
    fileprivate func contains(_ word: StaticString) -> Bool {
        withUnsafeBytes { bytes in
            memmem(bytes.baseAddress, bytes.count, word.utf8Start, word.utf8CodeUnitCount) != nil
        }
    }
}
