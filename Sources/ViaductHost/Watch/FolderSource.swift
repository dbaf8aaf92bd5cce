internal import Glibc

/// Tells when files of some folders come, go or are written (inotify(7)).
struct FolderSource: ~Copyable {
    let descriptor: Int32
    private let folders: [String]
    private var isWatched: [Bool]

    /// - Throws: `FileError` when no inotify instance is left.
    init(_ folders: [String]) throws {
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        self.folders = folders
        isWatched = folders.map { _ in false }
        guard descriptor >= 0 else { throw FileError("open", "an inotify instance") }
        attach()
    }

    deinit { close(descriptor) }

    /// Takes up the folders again that were not there before.
    mutating func attach() {
        let mask = UInt32(IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR)
        for (index, folder) in folders.enumerated() where !isWatched[index] {
            isWatched[index] = inotify_add_watch(descriptor, folder, mask) >= 0
        }
    }

    /// The names of the files that something happened to; temporary ones, with a dot in front, are not among them.
    mutating func names() -> Set<String> {
        var names = Set<String>()
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return names }
            buffer[..<count].withUnsafeBytes { bytes in
                var offset = 0
                let header = MemoryLayout<inotify_event>.size
                while offset + header <= bytes.count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let text = bytes[(offset + header)...].prefix(Int(event.len)).prefix { $0 != 0 }
                    names.insert(String(decoding: text, as: UTF8.self))
                    // The folder itself went; or so much happened that the kernel did not keep all of it.
                    if event.mask & UInt32(IN_IGNORED) != 0 { isWatched = isWatched.map { _ in false } }
                    offset += header + Int(event.len)
                }
            }
            names = names.filter { !$0.hasPrefix(".") }
        }
    }
}
