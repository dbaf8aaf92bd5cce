/// The files of this repository.
public enum Repository {
    /// Its folder.
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// Reads a file.
    /// - Parameter path: Its path from the root of the repository, as `Docs/Examples/office.yaml`.
    /// - Returns: Its whole text.
    /// - Throws: ``TestBedError`` when it cannot be read.
    public static func text(of path: String) throws -> String {
        try Files.text(at: Self.path(of: path))
    }

    /// The absolute path of a file.
    /// - Parameter path: Its path from the root of the repository.
    /// - Returns: Where it is in the file system.
    public static func path(of path: String) -> String {
        "\(root)/\(path)"
    }
}
