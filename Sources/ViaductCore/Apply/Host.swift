/// A machine on which steps are performed: the real one, or one made up in a test.
public protocol Host: ~Copyable {
    /// Makes one change.
    ///
    /// It leaves the machine as it was when it throws something else than `InDoubt`. A step that removes something succeeds
    /// when that is gone already.
    ///
    /// - Throws: why the change could not be made, in the words of the kernel or of charon; `InDoubt` when it may have been
    ///   made, as when an answer is lost.
    mutating func perform(_ step: Step) throws

    /// Told before the first change of all that will be asked for as long as nothing fails, so that what can be made ready is.
    ///
    /// - Parameter runs: the changes, in order, as they will come together; those of the manner `single` come one by one.
    mutating func prepare(_ runs: [[Step]])

    /// Makes several changes of one manner (`Step.manner`), each as `perform` would: one that fails does not keep it from
    /// the others.
    ///
    /// - Parameter steps: the changes, in order.
    /// - Returns: what came of each, at its place.
    mutating func perform(together steps: [Step]) -> [Result<Void, any Error>]

    /// Told before steps are taken back: what is written from then on is what was there when the machine was looked at,
    /// secrets and all, though the spec or the files that it names may have others by now.
    mutating func beginUndo()

    /// Told after them, when others' work goes on.
    mutating func endUndo()

    /// Asked before each step that could still be left undone.
    ///
    /// - Throws: when somebody wants the work ended; what was done so far is then taken back.
    func checkForInterruption() throws

    /// Writes the journal such that it survives a crash of this process at any point.
    ///
    /// - Throws: when it could not be written.
    mutating func save(_ record: Record) throws

    /// What the journals of all other tunnels claim.
    ///
    /// - Throws: when they cannot be read.
    func claims(besides record: Record) throws -> [Step]

    /// Removes a tunnel's journal.
    ///
    /// - Throws: when it is still there.
    mutating func forget(_ record: Record) throws
}

extension Host where Self: ~Copyable {
    /// One by one.
    public mutating func perform(together steps: [Step]) -> [Result<Void, any Error>] {
        var results: [Result<Void, any Error>] = []
        for step in steps {
            do {
                try perform(step)
                results.append(.success(()))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    /// Nothing.
    public mutating func prepare(_ runs: [[Step]]) {}

    /// Nothing.
    public mutating func endUndo() {}
}

/// A step failed such that nobody knows whether it has happened.
public struct InDoubt: Error, CustomStringConvertible {
    /// What was seen of it.
    public let cause: any Error

    /// Makes the error of another.
    public init(_ cause: any Error) {
        self.cause = cause
    }

    /// The cause's words.
    public var description: String { "\(cause)" }
}
