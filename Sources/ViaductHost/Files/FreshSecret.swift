internal import CLinux
internal import Glibc
public import NetworkModel
internal import ViaductCore

/// Pre-shared keys that nobody has had before.
public enum FreshSecret {
    /// 256 bits of the kernel's random numbers (getrandom(2)), as 44 characters of base64.
    ///
    /// - Throws: `FileError` when the kernel gives none.
    public static func make() throws -> Secret {
        var bytes = [UInt8](repeating: 0, count: 32)
        defer { bytes.wipe() }
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { rest in
                getrandom(rest.baseAddress?.advanced(by: count), rest.count - count, 0)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { throw FileError("read", "getrandom(2)") }
            count += more
        }
        return Secret(base64: bytes)
    }
}
