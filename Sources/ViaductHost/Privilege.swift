/// What this process is allowed to do.
public enum Privilege {
    /// The right to change the network is missing.
    public struct Missing: Error, Sendable, CustomStringConvertible {
        /// What needs the right.
        public let action: String
        /// What is missing, and the remedy.
        public var description: String {
            "\(action) needs the capability CAP_NET_ADMIN, which this process lacks: run it as root, as with sudo"
        }
    }

    /// Makes sure that this process may change links, routes and policies (CAP_NET_ADMIN, capabilities(7)).
    ///
    /// - Throws: `Missing`; `FileError` when /proc cannot be read.
    public static func requireNetworkAdministration(for action: String) throws {
        let status = String(decoding: try DiskFile(path: "/proc/self/status").read(), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let text = line?.split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) } ?? 0
        guard text >> 12 & 1 == 1 else { throw Missing(action: action) }
    }
}
