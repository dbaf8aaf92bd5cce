internal import Glibc
internal import NetworkModel

/// A file by its path, with the few operations that Viaduct needs, each crash-safe or refused.
struct DiskFile {
    var path: String

    /// The file's bytes.
    ///
    /// - Parameters:
    ///   - limit: the greatest size that is read.
    ///   - check: is given the file's status before a byte is read, so that a secret can be refused by its mode.
    /// - Returns: the bytes.
    /// - Throws: `FileError`, EFBIG beyond the limit; and what `check` throws.
    func read(limit: Int = 1 << 20, check: (stat) throws -> Void = { _ in }) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try read(into: &bytes, limit: limit, check: check)
        return bytes
    }

    private func read(into bytes: inout [UInt8], limit: Int, check: (stat) throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("read", path) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError("read", path, code: EISDIR) }
        try check(status)
        // Files below /proc tell no size.  What is read is never to be copied when the array grows, for it may be a secret.
        let size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
        bytes.reserveCapacity(size > 0 ? min(size, limit) + 1 : limit + 65536)
        var buffer = [UInt8](repeating: 0, count: min(max(size + 1, 4096), 65536))
        defer { buffer.wipe() }
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError("read", path) }
            if count == 0 { return }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw FileError("read", path, code: EFBIG) }
        }
    }

    /// The file's bytes as a secret: read into one piece of memory, which is overwritten.
    ///
    /// - Parameters: as of `read`.
    /// - Returns: the bytes.
    /// - Throws: as `read`.
    func readSecret(limit: Int = 1 << 20, check: (stat) throws -> Void = { _ in }) throws -> Secret {
        var bytes: [UInt8] = []
        defer { bytes.wipe() }
        try read(into: &bytes, limit: limit, check: check)
        return Secret(bytes)
    }

    /// When the file, or its name or owner, was last changed (`st_ctim`), since the beginning of 1970.
    ///
    /// - Throws: `FileError`.
    func changed() throws -> Duration {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError("read", path) }
        return Duration(status.st_ctim)
    }

    /// Puts bytes in the file's place at once: readers see the old file or the new one, also after a crash.
    ///
    /// - Parameters:
    ///   - bytes: the new content.
    ///   - temporary: the name, in the same folder, under which it is written first.
    ///   - mode: its permissions.
    ///   - verify: is called when the bytes are on disk under the temporary name; throwing leaves the old file.
    /// - Throws: `FileError`; and what `verify` throws.
    func replace(with bytes: Secret, temporary: String, mode: mode_t = 0o600, verify: () throws -> Void = {}) throws {
        let folder = path.folder
        let draft = folder + "/" + temporary
        do {
            try DiskFile(path: draft).create(with: bytes, mode: mode)
            try verify()
            guard rename(draft, path) == 0 else { throw FileError("write", path, mayBeDone: true) }
        } catch {
            unlink(draft)
            throw error
        }
        try Self.sync(folder: folder)
    }

    /// Writes a new file, and sees to it that its bytes are on disk; what an earlier crash left under the name goes.
    ///
    /// - Parameters:
    ///   - bytes: its content.
    ///   - mode: its permissions.
    /// - Throws: `FileError`; a part of the file may be there then.
    func create(with bytes: Secret, mode: mode_t = 0o600) throws {
        // The name is ours alone, so what has it is ours.
        if unlink(path) != 0, errno != ENOENT { throw FileError("write", path) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw FileError("write", path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0 else { throw FileError("write", path) }
        try bytes.reveal { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileError("write", path) }
                written += count
            }
        }
        guard fsync(descriptor) == 0 else { throw FileError("write", path) }
    }

    /// Removes the file; one that is not there is no error.
    ///
    /// - Throws: `FileError`.
    func remove() throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path, mayBeDone: true) }
        try Self.sync(folder: path.folder)
    }

    /// Removes a draft that nobody reads, so it need not be known to be gone after a crash.
    ///
    /// - Throws: `FileError`.
    func discard() throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path, mayBeDone: true) }
    }

    /// Gives the file another name in its folder, in the place of what has that name.
    ///
    /// - Throws: `FileError`.
    func move(to other: String) throws {
        guard rename(path, other) == 0 else { throw FileError("rename", path) }
        try Self.sync(folder: path.folder)
    }

    private static func sync(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw FileError("write", folder, mayBeDone: true)
        }
        defer { close(descriptor) }
        // Some file systems cannot sync a folder (EINVAL); they keep the order of renames by themselves.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("write", folder, mayBeDone: true) }
    }
}

extension String {
    /// The path of the folder that a path lies in.
    var folder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }

    /// The last component of a path.
    var lastComponent: String {
        lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self
    }
}
