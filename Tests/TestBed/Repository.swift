/// The files of this repository.
public enum Repository {
    /// Its folder.
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// Reads a file.
    /// - Parameter path: Its path from the root of the repository, as `Docs/Examples/office.yaml`.
    /// - Returns: Its whole text.
    /// - Throws: ``TestBedError`` when it cannot be read.
    public static func text(of path: String) throws -> String {
        try Files.text(at: "\(root)/\(path)")
    }
}
