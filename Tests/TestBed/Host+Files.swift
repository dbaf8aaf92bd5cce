import Glibc

extension Host {
    /// Which folders and files of a host are its own: where they appear in it, and where they are kept.
    static let ownFiles = [
        ("/run", "run"), ("/etc/swanctl", "swanctl"), ("/etc/viaduct", "viaduct"), ("/var/lib/viaduct", "state"),
        ("/etc/strongswan.conf", "strongswan.conf"), ("/etc/hosts", "hosts"),
    ]

    /// Where one of the host's own files is found from outside.
    /// - Parameter path: Its path in the host, as `/etc/viaduct/office.yaml`.
    /// - Returns: Its path outside.
    /// - Throws: ``TestBedError`` when the host has no file of its own there.
    public func outside(_ path: String) throws -> String {
        for (inside, kept) in Host.ownFiles where path == inside || path.hasPrefix(inside + "/") {
            return "\(folder)/\(kept)\(path.dropFirst(inside.count))"
        }
        throw TestBedError("\(path) is not a file that host \(name) has of its own")
    }

    /// Writes one of the host's own files.
    /// - Parameters:
    ///   - text: The whole content.
    ///   - path: Its path in the host, as `/etc/viaduct/office.yaml`; the folder must be there.
    ///   - mode: Its permissions.
    /// - Throws: ``TestBedError`` when it cannot be written.
    public func write(_ text: String, to path: String, mode: UInt32 = 0o644) throws {
        try Files.write(text, to: outside(path), mode: mode)
    }

    /// Reads one of the host's own files.
    /// - Parameter path: Its path in the host.
    /// - Returns: Its whole content.
    /// - Throws: ``TestBedError`` when it cannot be read.
    public func read(_ path: String) throws -> String {
        try Files.text(at: outside(path))
    }

    /// True when the host has such a file of its own.
    /// - Parameter path: Its path in the host.
    /// - Returns: Whether it is there, as file, folder or anything else.
    /// - Throws: ``TestBedError`` when the host has no files of its own there.
    public func has(_ path: String) throws -> Bool {
        access(try outside(path), F_OK) == 0
    }

    /// Deletes one of the host's own files.
    /// - Parameter path: Its path in the host.
    /// - Throws: ``TestBedError`` when it cannot be deleted.
    public func delete(_ path: String) throws {
        guard unlink(try outside(path)) == 0 else { throw TestBedError.system("deleting \(path)") }
    }
}
