internal import NetworkModel
public import ViaductCore

/// Writes specs and their secrets into a folder: all of them, or none.
public struct SpecInstallation {
    /// The files.
    private let files: FileInstallation
    /// The path of the JSON Schema that is written into each spec.
    private let schema: String

    /// Names a folder.
    ///
    /// - Parameters:
    ///   - directory: the folder.
    ///   - isForced: whether files that exist are replaced.
    ///   - schema: the path of the JSON Schema, for editors.
    public init(directory: String, isForced: Bool = false, schema: String) {
        files = FileInstallation(directory: directory, isForced: isForced)
        self.schema = schema
    }

    /// Writes the files, for their owner alone, and reads the specs again as `up` will.
    ///
    /// - Parameter specs: the specs; one with placeholders is written without being read.
    /// - Returns: the paths, each spec before its secrets.
    /// - Throws: `FilesInTheWay`, `FileError`, `SpecError`; then the folder is as it was.
    public func write(_ specs: [ImportedSpec]) throws -> [String] {
        try files.write(specs.flatMap { $0.drafts(schema: schema) }) { path, temporary in
            guard let spec = specs.first(where: { $0.fileName == path }), !spec.hasPlaceholders else { return }
            _ = try SpecReader.read(
                text: DiskFile(path: temporary).read(), file: "\(files.directory)/\(path)", name: spec.name,
                directory: SpecLibrary.absolute(files.directory), tableNames: TableNames.read())
        }
    }
}
