/// One line of the table of what was tried, as `make reliability` shows it.
public struct Figure: Sendable, Hashable {
    /// What was tried.
    public var what: String
    /// How often.
    public var tried: Int
    /// How often it was as it must be.
    public var passed: Int
    /// How often not.
    public var failed: Int
    /// What belongs to it, as for how long; empty for nothing.
    public var note: String

    /// Makes a line.
    public init(_ what: String, tried: Int, passed: Int, failed: Int, note: String = "") {
        self.what = what
        self.tried = tried
        self.passed = passed
        self.failed = failed
        self.note = note
    }

    /// Writes lines to a file of the folder that `VIADUCT_RELIABILITY` names; nothing when it names none.
    /// - Parameters:
    ///   - figures: The lines, which take the place of those of an earlier run.
    ///   - name: The file's name without `.tsv`.
    /// - Throws: ``TestBedError`` when it cannot be written.
    public static func write(_ figures: [Figure], to name: String) throws {
        guard let folder = variable("VIADUCT_RELIABILITY") else { return }
        let lines = figures.map { "\($0.what)\t\($0.tried)\t\($0.passed)\t\($0.failed)\t\($0.note)\n" }
        try Files.write(lines.joined(), to: "\(folder)/\(name).tsv", mode: 0o644)
    }
}
