internal import FoundationEssentials

/// The file that a diagram is written to.
enum DiagramFile {
    /// Writes it, in the place of an older one.
    ///
    /// - Throws: what the file system says.
    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
