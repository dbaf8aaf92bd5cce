/// How a program ended, and all it wrote.
public struct Outcome: Sendable {
    /// The words it was started with.
    public let arguments: [String]
    /// Its exit status; 128 plus the signal's number when a signal ended it, as a shell has it.
    public let status: Int32
    /// What it wrote to standard output.
    public let stdout: String
    /// What it wrote to standard error.
    public let stderr: String
    /// True when it was killed because its time was over.
    public let timedOut: Bool

    /// True when it ended by itself with status 0.
    public var succeeded: Bool { status == 0 && !timedOut }

    /// Both outputs, for searching in either.
    public var text: String { stdout + stderr }

    /// Itself, when the program succeeded.
    /// - Throws: ``TestBedError`` with the command line, the status and the output when it did not.
    @discardableResult
    public func checked() throws -> Outcome {
        guard succeeded else { throw TestBedError(description) }
        return self
    }
}

extension Outcome: CustomStringConvertible {
    /// The command line, the status and both outputs.
    public var description: String {
        let end = timedOut ? "killed when its time was over" : "status \(status)"
        return "`\(arguments.joined(separator: " "))`: \(end)\n\(stdout)\(stderr)"
    }
}
