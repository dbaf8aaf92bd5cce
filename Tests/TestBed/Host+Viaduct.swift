import Glibc

extension Host {
    /// The program under test: `VIADUCT_BINARY`, else the one beside the bundle of tests.
    public static let viaductBinary: String = {
        if let given = variable("VIADUCT_BINARY") { return given }
        let own = Files.target(ofLink: "/proc/self/exe")
        return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]) + "/viaduct"
    }()

    /// Runs viaduct in this host, the real one, and waits for its end.
    /// - Parameters:
    ///   - arguments: Its arguments, as `"up", "office"`.
    ///   - through: Words put before it, as of a program that takes privileges away.
    ///   - environment: Variables to set in addition to our own.
    ///   - timeout: It is killed after this time.
    /// - Returns: Its status, its answer (stdout) and its talk (stderr).
    /// - Throws: ``TestBedError`` when it cannot be started.
    public func viaduct(
        _ arguments: String..., through: [String] = [], environment: [String: String] = [:],
        timeout: Duration = .seconds(600)
    ) async throws -> Outcome {
        try await attempt(
            through + [Host.viaductBinary] + arguments, environment: environment, timeout: timeout)
    }
}
