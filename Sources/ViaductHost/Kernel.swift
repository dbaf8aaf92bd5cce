internal import Glibc
internal import ViaductCore

/// The kernel that runs here.
enum Kernel {
    /// Its version (uname(2)); nil when its release is not understood.
    static var version: KernelVersion? {
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return KernelVersion(release)
    }
}
