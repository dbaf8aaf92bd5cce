internal import Glibc

/// A file or folder could not be read or written.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was attempted, as a verb: `read`, `write`, `remove`, `lock`.
    public let action: String
    /// The path.
    public let path: String
    /// The errno (errno(3)).
    public let code: Int32
    /// True when the change may have been made all the same, as when it could only not be made safe from a crash.
    public let mayBeDone: Bool

    /// Makes an error of the errno of the call that just failed.
    init(_ action: String, _ path: String, code: Int32 = errno, mayBeDone: Bool = false) {
        self.action = action
        self.path = path
        self.code = code
        self.mayBeDone = mayBeDone
    }

    /// Whether the file is not there (ENOENT, ENOTDIR).
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// Whether the right is missing (EACCES, EPERM).
    public var isNotPermitted: Bool { code == EACCES || code == EPERM }

    /// Action, path, the C library's words for the errno, and the remedy where a right is missing.
    public var description: String {
        "cannot \(action) \(path): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")\(remedy)"
    }

    private var remedy: String {
        guard code == EACCES else { return "" }
        return geteuid() == 0
            ? "; it and its folder must be root's, as root's right to pass over owners is given up"
            : "; user \(geteuid()) has no right to it: run it as root, or chown it"
    }
}
