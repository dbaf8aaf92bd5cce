internal import NetworkModel
public import ViaductCore

/// What an import needs of this machine: the files of other programs, and what names mean now.
public enum ImportSources {
    /// Imports a file of swanctl.conf, with all that it includes.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - options: what is wished; what the machine knows is filled in.
    /// - Returns: the specs.
    /// - Throws: `FileError` when the file cannot be read, `SettingsError` when it is none, `ImportError`.
    public static func swanctl(_ path: String, options: ImportOptions) throws -> ImportResult {
        let tree = try SettingsFiles.tree(at: path)
        return try SwanctlImport.specs(of: tree, options: try filled(options, folder: swanctlFolder(of: path)))
    }

    /// The options, with the keys in swanctl's folder and the resolver of this machine.
    private static func filled(_ options: ImportOptions, folder: String) throws -> ImportOptions {
        var options = options
        options.directory = folder
        for name in ["private", "rsa", "ecdsa", "pkcs8"] {
            options.keys += try Folder(path: "\(folder)/\(name)").names().map { "\(folder)/\(name)/\($0)" }
        }
        options.resolve = HostNames.addresses
        return options
    }

    /// The folder that certificates are beside: that of swanctl.conf, or the one above conf.d.
    private static func swanctlFolder(of path: String) -> String {
        let folder = path.folder.hasPrefix("/") ? path.folder : SpecLibrary.absolute(path.folder)
        return folder.lastComponent == "conf.d" ? folder.folder : folder
    }
}
