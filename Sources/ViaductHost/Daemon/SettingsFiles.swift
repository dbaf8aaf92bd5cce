internal import Glibc
public import ViaductCore

/// Files of settings on this machine.
public enum SettingsFiles {
    /// Reads a file of settings and all that it includes.
    ///
    /// - Parameter path: the file's path.
    /// - Returns: the tree; files of an include that cannot be read are among its warnings, as they are only that to
    ///   strongSwan.
    /// - Throws: `FileError` when the file itself cannot be read; `SettingsError`.
    public static func tree(at path: String) throws -> SettingsTree {
        let file = SettingsFile(path: path, bytes: try DiskFile(path: path).read())
        return try SettingsParser.parse(file, include: included)
    }

    /// The files that a pattern in a file means, sorted as glob(3) does; none when there is no match.
    static func included(_ pattern: String, by file: String) throws(SettingsError) -> [SettingsFile] {
        let full = pattern.hasPrefix("/") ? pattern : file.folder + "/" + pattern
        var matches = glob_t()
        defer { globfree(&matches) }
        guard glob(full, GLOB_ERR, nil, &matches) == 0 else { return [] }
        return (0..<Int(matches.gl_pathc)).compactMap { index in
            guard let path = matches.gl_pathv[index].map({ String(cString: $0) }) else { return nil }
            return SettingsFile(path: path, bytes: DiskFile(path: path).readIfPossible())
        }
    }
}

extension DiskFile {
    /// The file's bytes; nil when they cannot be read, where why is of no interest.
    func readIfPossible(limit: Int = 1 << 20) -> [UInt8]? {
        guard case .success(let bytes) = Result(catching: { try read(limit: limit) }) else { return nil }
        return bytes
    }
}
