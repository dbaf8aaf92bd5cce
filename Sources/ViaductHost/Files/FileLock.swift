internal import Glibc

/// A lock that one process at a time holds (flock(2)).
///
/// The kernel lets it go when that process ends, however it ends. The file is removed with it, and its folder made for it.
final class FileLock {
    private let path: String
    private var descriptor: Int32?

    init(path: String) {
        self.path = path
    }

    deinit {
        release()
    }

    /// Waits for the lock.
    ///
    /// - Parameters:
    ///   - isInterruptible: whether a signal ends the waiting.
    ///   - wait: called once when another process holds it.
    /// - Throws: `FileError`; `Interruption.Interrupted`.
    func take(isInterruptible: Bool = true, wait: () -> Void = {}) throws {
        var hasWaited = false
        while true {
            let descriptor = try file()
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else {
                    let error = FileError("lock", path)
                    close(descriptor)
                    throw error
                }
                if !hasWaited { wait() }
                hasWaited = true
                usleep(50_000)
                guard isInterruptible else { continue }
                do {
                    try Interruption.check()
                } catch {
                    close(descriptor)
                    throw error
                }
            }
            var held = stat()
            var named = stat()
            if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino {
                self.descriptor = descriptor
                return
            }
            // Its last holder has removed it.
            close(descriptor)
        }
    }

    /// Lets the lock go; nothing when it is not held.
    func release() {
        guard let descriptor else { return }
        // Removed while held: who waits for it finds the file gone and takes a new one.
        unlink(path)
        close(descriptor)
        self.descriptor = nil
    }

    private func file() throws -> Int32 {
        while true {
            try Folder(path: path.folder).make()
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor >= 0 { return descriptor }
            // The last holder has just removed the folder.
            guard errno == ENOENT else { throw FileError("lock", path) }
        }
    }
}
