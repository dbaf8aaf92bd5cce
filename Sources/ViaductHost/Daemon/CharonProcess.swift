internal import Glibc
internal import Netlink
internal import NetworkModel

/// The running charon, as far as /proc shows it.
public struct CharonProcess: Sendable, Hashable {
    /// The process's id.
    public let id: Int32
    /// The program's name (/proc/PID/comm): `charon-systemd` or `charon`.
    public let name: String
    /// The file of settings that its environment names (`STRONGSWAN_CONF`); nil when it names none, or when this
    /// process may not look.
    public let configurationFile: String?
    /// When it was started, since the beginning of 1970, to the tick of the kernel (10 ms); nil when that is not told.
    public let started: Duration?
    /// Whether this process may read charon's environment.
    public let isEnvironmentKnown: Bool

    /// The programs that are charon.
    static let names: Set<String> = ["charon-systemd", "charon"]

    /// Finds the charon that runs here.
    ///
    /// That of the file with its id comes first; charon-systemd writes none, so all processes are looked at then. A
    /// charon in another mount namespace has a /run and a socket of its own, and is not meant.
    ///
    /// - Parameters:
    ///   - processFolder: /proc.
    ///   - idFile: where charon writes its id.
    /// - Returns: charon; nil when none is found.
    /// - Throws: `FileError` when the folder of processes cannot be read.
    public static func find(
        processFolder: String = "/proc", idFile: String = "/var/run/charon.pid"
    ) throws -> CharonProcess? {
        // charon has more rights than we have now, and the kernel shows such a process to nobody who has less.
        try Capabilities.inspection.inEffect { try search(processFolder, idFile: idFile) }
    }

    private static func search(_ processFolder: String, idFile: String) throws -> CharonProcess? {
        let own = namespace(of: "self", in: processFolder).name
        let written = text(of: idFile).flatMap { Int32($0.trimmingLineEnds) }
        let ids = try Folder(path: processFolder).names().compactMap { Int32($0) }.sorted()
        for id in [written].compactMap(\.self) + ids {
            guard let name = text(of: "\(processFolder)/\(id)/comm")?.trimmingLineEnds, names.contains(name),
                case let place = namespace(of: "\(id)", in: processFolder), place.isHidden || place.name == own
            else { continue }
            return CharonProcess(id: id, name: name, processFolder: processFolder)
        }
        return nil
    }

    private init(id: Int32, name: String, processFolder: String) {
        self.id = id
        self.name = name
        let folder = "\(processFolder)/\(id)"
        started = Self.text(of: "\(folder)/stat").flatMap(Self.start)
        let bytes = DiskFile(path: "\(folder)/environ").readIfPossible()
        isEnvironmentKnown = bytes != nil
        let prefix = Array("STRONGSWAN_CONF=".utf8)
        // charon itself takes the first entry of a name, as getenv(3) does.
        let entry = bytes?.split(separator: 0).first { $0.starts(with: prefix) }
        let path = entry.map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
        configurationFile = path.map { path in
            let start = path.hasPrefix("/") ? "" : (Self.target(of: "\(folder)/cwd") ?? "") + "/"
            return start + path
        }
    }

    /// When a process was started, from its line in /proc/PID/stat: field 22, in ticks since the boot (proc(5)).
    private static func start(_ status: String) -> Duration? {
        // The second field is a name in parentheses, which may hold anything.
        guard let name = status.lastIndex(of: ")") else { return nil }
        let fields = status[name...].split(separator: " ").dropFirst()
        guard fields.count > 19, let ticks = Int64(fields[fields.startIndex + 19]) else { return nil }
        let boot = Duration.time(of: CLOCK_REALTIME) - .time(of: CLOCK_BOOTTIME)
        return boot + .seconds(ticks) / sysconf(Int32(_SC_CLK_TCK))
    }

    /// The mount namespace of a process, and whether this process may not look; without both it has ended, though its
    /// parent may not have noticed.
    private static func namespace(of process: String, in folder: String) -> (name: String?, isHidden: Bool) {
        errno = 0
        let name = target(of: "\(folder)/\(process)/ns/mnt")
        return (name, isHidden: name == nil && errno == EACCES)
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A small file's text; nil when it cannot be read, as that of a process that has just ended.
    private static func text(of path: String) -> String? {
        DiskFile(path: path).readIfPossible(limit: 4096).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension Duration {
    /// What a clock of the system shows (clock_gettime(2)).
    fileprivate static func time(of clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .init(time)
    }

    /// The same as a time of the C library.
    init(_ time: timespec) { self = .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec) }
}
