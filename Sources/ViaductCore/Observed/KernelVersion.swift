/// The running kernel's version.
public struct KernelVersion: Sendable, Hashable {
    /// The release as uname(2) gives it, such as `6.12.57+deb13-amd64`.
    public let release: String
    /// The first two numbers of it.
    public let major: Int, minor: Int

    /// Reads a release; nil when it does not begin with two numbers.
    public init?(_ release: String) {
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, release.first?.isNumber ?? false else { return nil }
        self.release = release
        (major, minor) = (numbers[0], numbers[1])
    }

    /// Whether packets that come in have been reported to miss a VTI on such a kernel.
    ///
    /// That was on 6.12, where 4.19 had been well (https://github.com/strongswan/strongswan/issues/2647); the cause is
    /// not known.
    var isReportedToMissVTI: Bool { (major, minor) >= (6, 12) }
}
