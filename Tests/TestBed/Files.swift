import Glibc

/// Reading and writing files without Foundation.
enum Files {
    /// The whole content of a file.
    static func bytes(at path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw TestBedError.system("opening \(path)") }
        defer { close(file) }
        var content: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count >= 0 else { throw TestBedError.system("reading \(path)") }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    /// The whole content of a file as text.
    static func text(at path: String) throws -> String {
        String(decoding: try bytes(at: path), as: UTF8.self)
    }

    /// Writes a file anew, with these permissions whatever the umask.
    static func write(_ text: String, to path: String, mode: UInt32) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw TestBedError.system("creating \(path)") }
        defer { close(file) }
        guard fchmod(file, mode) == 0 else { throw TestBedError.system("permissions of \(path)") }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestBedError.system("writing \(path)") }
            sent += count
        }
    }

    /// What a symbolic link says; empty when it is none.
    static func target(ofLink path: String) -> String {
        var target = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &target, target.count)
        return String(decoding: target.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One file of a folder, seen without following links.
    struct Entry {
        /// Its path from the folder, as `conf.d/office.conf`.
        let path: String
        /// Its kind and permissions, as in `stat`.
        let mode: UInt32
        /// For a file its content, for a symbolic link its target.
        let content: [UInt8]
    }

    /// The names in a folder, in order; none when there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        closedir(stream)
        return names.sorted()
    }

    /// All that is in a folder, at any depth, in order of names; nothing when there is no such folder.
    static func entries(below folder: String, prefix: String = "") -> [Entry] {
        names(in: folder).flatMap { name -> [Entry] in
            let path = "\(folder)/\(name)"
            var status = stat()
            // What is gone again since readdir() was not there.
            guard lstat(path, &status) == 0 else { return [] }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                return [Entry(path: prefix + name, mode: status.st_mode, content: [])]
                    + entries(below: path, prefix: "\(prefix)\(name)/")
            case S_IFREG:
                return [Entry(path: prefix + name, mode: status.st_mode, content: (try? bytes(at: path)) ?? [])]
            case S_IFLNK:
                return [Entry(path: prefix + name, mode: status.st_mode, content: Array(target(ofLink: path).utf8))]
            default:
                return [Entry(path: prefix + name, mode: status.st_mode, content: [])]
            }
        }
    }
}
