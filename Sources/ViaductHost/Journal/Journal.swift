internal import FoundationEssentials
internal import Glibc
public import ViaductCore

/// The records of what Viaduct did, one file a tunnel in a folder that only root can read.
public struct Journal: Sendable {
    /// The folder; on a file system that a reboot empties, as links and routes do not outlive one either.
    public let path: String
    private let bootID: String

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
    /// One that cannot be read is treated as lost: the marks in the kernel still tell what is ours.
    ///
    /// - Throws: `FileError` when the file is there and cannot be read.
    public func record(of tunnel: TunnelName) throws -> Record? {
        try record(named: file(of: tunnel.text))
    }

    /// The records of all other tunnels.
    ///
    /// - Throws: `FileError`.
    public func records(besides tunnel: String) throws -> [Record] {
        try records().filter { $0.tunnel != tunnel }
    }

    /// The records of all tunnels.
    ///
    /// - Throws: `FileError`.
    public func records() throws -> [Record] {
        try Folder(path: path).names().filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
            .compactMap { try record(named: DiskFile(path: "\(path)/\($0)")) }
    }

    private func record(named file: DiskFile) throws -> Record? {
        let bytes: [UInt8]
        do {
            bytes = try file.read(limit: 16 << 20)
        } catch let error as FileError where error.isMissing {
            return nil
        }
        guard
            case .success(let record) = Result(catching: { try JSONDecoder().decode(Record.self, from: Data(bytes)) }),
            record.format == Record.currentFormat, record.bootID == bootID
        else { return nil }
        return record
    }

    /// Writes a record, at once and for good.
    ///
    /// - Throws: `FileError`.
    public func save(_ record: Record) throws {
        try Folder(path: path).make()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = Array(try encoder.encode(record))
        try file(of: record.tunnel).replace(with: bytes, temporary: ".\(record.tunnel).json")
    }

    /// Removes a record, and the folder when it was the last.
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
        let machine = MachineLock(FileLock(path: "\(path)/lock"))
        try own.take(wait: wait)
        defer {
            own.release()
            rmdir(path)
        }
        try machine.file.take()
        defer { machine.file.release() }
        return try body(machine)
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
