/// A machine on which steps are performed: the real one, or one made up in a test.
public protocol Host: ~Copyable {
    /// Makes one change.
    ///
    /// It leaves the machine as it was when it throws. A step that removes something succeeds when that is gone already.
    ///
    /// - Throws: why the change could not be made, in the words of the kernel or of charon.
    mutating func perform(_ step: Step) throws

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
