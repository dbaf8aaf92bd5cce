internal import Glibc

/// The service manager that started this process, as far as it wants to be told how it is (sd_notify(3)).
///
/// The protocol is datagrams of text to the Unix socket that `NOTIFY_SOCKET` names.
public struct ServiceManager: Sendable {
    private let address: String?
    /// How often it has to be told that the process is alive; nil when it does not ask for that (`WATCHDOG_USEC`).
    public let watchdog: Duration?

    /// Takes an environment as it is.
    ///
    /// - Parameters:
    ///   - environment: a variable's value; nil when it is not set.
    ///   - processID: the id of this process, which `WATCHDOG_PID` must name when it is set.
    public init(environment: (String) -> String?, processID: Int32) {
        address = environment("NOTIFY_SOCKET").flatMap { $0.isEmpty ? nil : $0 }
        let isMeant = environment("WATCHDOG_PID").map { Int32($0) == processID } ?? true
        let limit = isMeant ? environment("WATCHDOG_USEC").flatMap { Int64($0) } : nil
        watchdog = limit.flatMap { $0 > 0 ? .microseconds($0) / 2 : nil }
    }

    /// This process's own.
    public static var current: ServiceManager {
        ServiceManager(environment: { getenv($0).map { String(cString: $0) } }, processID: getpid())
    }

    /// Tells something, such as `READY=1`; when nobody listens, or cannot keep up, it is lost.
    public func tell(_ lines: String...) {
        guard let address else { return }
        var place = sockaddr_un()
        place.sun_family = sa_family_t(AF_UNIX)
        var name = Array(address.utf8)
        // An abstract name is written with an at sign, and sent with a zero byte (unix(7)).
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: place.sun_path) else { return }
        withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let text = Array(lines.joined(separator: "\n").utf8)
        withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
            }
        }
    }
}
