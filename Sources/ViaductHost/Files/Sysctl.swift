internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore

/// Kernel settings below /proc/sys.
enum Sysctl {
    /// The value of a setting without its line end; nil when this kernel has no such setting.
    ///
    /// - Throws: `FileError`.
    static func value(of key: SysctlKey, in namespace: NamespaceName? = nil) throws -> String? {
        try inside(namespace) {
            do {
                let bytes = try DiskFile(path: key.path).read(limit: 4096)
                return String(decoding: bytes, as: UTF8.self).trimmingLineEnds
            } catch let error as FileError where error.isMissing {
                return nil
            }
        }
    }

    /// Sets a setting.
    ///
    /// - Throws: `FileError`.
    static func set(_ key: SysctlKey, to value: String, in namespace: NamespaceName? = nil) throws {
        try inside(namespace) {
            let descriptor = open(key.path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError("write", key.path) }
            defer { close(descriptor) }
            let bytes = Array(value.utf8)
            guard write(descriptor, bytes, bytes.count) == bytes.count else {
                throw FileError("write", key.path, mayBeDone: true)
            }
        }
    }

    /// Runs a body in a network namespace: /proc/sys/net shows that of the thread that opens a file.
    private static func inside<Answer>(_ namespace: NamespaceName?, _ body: () throws -> Answer) throws -> Answer {
        guard let namespace else { return try body() }
        return try NetworkNamespace.named(namespace.text).run { () throws(NetlinkError) in Result(catching: body) }
            .get()
    }
}

extension String {
    /// The text without the line ends at its end.
    var trimmingLineEnds: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
