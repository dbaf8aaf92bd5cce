/// Where a tunnel's spec is, from what was written on the command line.
public struct SpecLocation: Sendable, Hashable {
    /// The file's path as it is to be opened and named to people.
    public let path: String
    /// The absolute path of the file's folder, which relative paths in the spec start from.
    public let directory: String
    /// The tunnel's name: the file's, without the extension.
    public let name: TunnelName

    /// The folder of specs when no other is named.
    public static let usualDirectory = "/etc/viaduct"

    /// Finds the spec that an argument means.
    ///
    /// An argument with a slash in it, or one that ends in `.yaml`, `.yml` or `.json`, is a file; any other is the name
    /// of a tunnel, whose spec is `NAME.yaml` in the folder of specs.
    ///
    /// - Parameters:
    ///   - argument: the argument.
    ///   - configDirectory: the folder of specs.
    ///   - workingDirectory: the absolute path that relative ones start from.
    /// - Throws: `SpecError` when no tunnel can have the name.
    public init(
        argument: String, configDirectory: String = usualDirectory, workingDirectory: String
    ) throws(SpecError) {
        let endings = [".yaml", ".yml", ".json"]
        let isFile = argument.contains("/") || endings.contains { argument.hasSuffix($0) }
        let path = isFile ? argument : Self.join(configDirectory, argument + ".yaml")
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let file = parts.last ?? ""
        let ending = endings.first { file.hasSuffix($0) } ?? ""
        guard let name = TunnelName(file.dropLast(ending.count)) else {
            let remedy = "a name is 1...60 of A-Z a-z 0-9 _ -, not beginning with -, and not 'include'"
            throw SpecError(
                SpecProblem(
                    file: Quoted(argument).bare, what: "\(Quoted(file.dropLast(ending.count))) is not a tunnel's name",
                    remedy: remedy))
        }
        self.path = path
        self.name = name
        let folder = path.hasPrefix("/") ? path : Self.join(workingDirectory, path)
        let parent = folder.dropLast(file.count + 1)
        directory = parent.isEmpty ? "/" : String(parent)
    }

    /// Joins two paths, without the components `.` of the second.
    private static func join(_ directory: String, _ path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).filter { $0 != "." }
        return directory + (directory.hasSuffix("/") ? "" : "/") + parts.joined(separator: "/")
    }
}
