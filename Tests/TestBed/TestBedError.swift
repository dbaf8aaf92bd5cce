import Glibc

/// What a scenario could not do, in words for the one who reads the failure.
public struct TestBedError: Error, CustomStringConvertible {
    /// What was attempted, on which object, and the other side's own words.
    public let description: String

    /// Makes an error.
    /// - Parameter description: What was attempted, on which object, and the other side's own words.
    public init(_ description: String) {
        self.description = description
    }

    /// An error from `errno`, to be made directly after the call that failed.
    static func system(_ attempt: String) -> TestBedError {
        let code = errno
        return TestBedError("\(attempt): \(String(cString: strerror(code)))")
    }
}
