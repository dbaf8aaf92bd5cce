/// Reads a spec: YAML text to a tunnel, or to everything that is wrong with it.
///
/// It does no input and output: the caller reads the file, and secret files and host names are left for later.
public enum SpecReader {
    /// Reads a spec from the bytes of its file.
    ///
    /// - Parameters:
    ///   - text: the file's bytes, UTF-8 with or without a byte order mark, at most 1 MiB.
    ///   - file: the file as it is to be named in problems.
    ///   - name: the tunnel's name, which `SpecLocation` takes from the file's.
    ///   - directory: the absolute path of the folder that relative paths in the spec start from.
    ///   - tableNames: names of routing tables beside `main`, `default` and `local` (/etc/iproute2/rt_tables).
    /// - Returns: the tunnel, sound in every field.
    /// - Throws: `SpecError` with all problems at once.
    public static func read(
        text: [UInt8], file: String, name: TunnelName, directory: String, tableNames: [String: UInt32] = [:]
    ) throws(SpecError) -> Tunnel {
        let root = try YAMLTree.read(text, file: file)
        let report = SpecReport(file: file)
        let field = SpecField(node: root, path: "", isConfidential: false, report: report)
        let reader = TunnelReader(name: name, directory: directory, tableNames: tableNames, report: report)
        let tunnel = reader.tunnel(field)
        if let error = SpecError(report.problems) { throw error }
        guard let tunnel else {
            throw SpecError(SpecProblem(file: file, what: "cannot be read"))
        }
        return tunnel
    }

    /// Reads a spec from text.
    ///
    /// - Parameters:
    ///   - text: the spec.
    ///   - file: the file as it is to be named in problems.
    ///   - name: the tunnel's name.
    ///   - directory: the absolute path of the folder that relative paths in the spec start from.
    ///   - tableNames: names of routing tables beside `main`, `default` and `local`.
    /// - Returns: the tunnel, sound in every field.
    /// - Throws: `SpecError` with all problems at once.
    public static func read(
        text: String, file: String, name: TunnelName, directory: String, tableNames: [String: UInt32] = [:]
    ) throws(SpecError) -> Tunnel {
        try read(text: Array(text.utf8), file: file, name: name, directory: directory, tableNames: tableNames)
    }
}
