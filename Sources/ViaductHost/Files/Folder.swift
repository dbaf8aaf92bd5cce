internal import Glibc

/// A folder by its path.
struct Folder {
    var path: String

    /// Makes the folder, readable by root alone, when it is not there.
    ///
    /// - Throws: `FileError`.
    func make() throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError("make", path) }
    }

    /// The names in the folder, sorted; none when it is not there.
    ///
    /// - Throws: `FileError`.
    func names() throws -> [String] {
        guard let handle = opendir(path) else {
            if errno == ENOENT { return [] }
            throw FileError("read", path)
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
