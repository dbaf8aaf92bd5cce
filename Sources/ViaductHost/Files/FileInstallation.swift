internal import Glibc
internal import NetworkModel
public import ViaductCore

/// Files stand where new ones were to be written.
public struct FilesInTheWay: Error, Sendable, Hashable, CustomStringConvertible {
    /// Their paths.
    public let paths: [String]
    /// One sentence for a person.
    public var description: String {
        "nothing was written, as \(paths.joined(separator: ", ")) \(paths.count == 1 ? "exists" : "exist"); say --force "
            + "to replace, or --output FOLDER for another place"
    }
}

/// Writes files into a folder: all of them, or none.
public struct FileInstallation {
    /// The folder.
    public let directory: String
    /// Whether files that exist are replaced.
    public let isForced: Bool

    /// Names a folder.
    public init(directory: String, isForced: Bool = false) {
        self.directory = directory
        self.isForced = isForced
    }

    /// Writes the files, for their owner alone.
    ///
    /// All is written under other names first, and takes its place when nothing can go wrong any more.
    ///
    /// - Parameters:
    ///   - drafts: the files.
    ///   - verify: is given each file's path below the folder and where it is until then; throwing leaves the folder as
    ///     it was.
    /// - Returns: the paths, in order.
    /// - Throws: `FilesInTheWay`, `FileError`, and what `verify` throws; then the folder is as it was.
    @discardableResult
    public func write(
        _ drafts: [FileDraft], verify: (_ path: String, _ temporary: String) throws -> Void = { _, _ in }
    ) throws -> [String] {
        try makeFolders(for: drafts)
        let paths = drafts.map { path($0.path) }
        let present = paths.filter { access($0, F_OK) == 0 }
        guard isForced || present.isEmpty else { throw FilesInTheWay(paths: present) }
        defer { for path in paths { unlink(Self.temporary(path)) } }
        for (draft, path) in zip(drafts, paths) { try DiskFile(path: Self.temporary(path)).create(with: draft.bytes) }
        for (draft, path) in zip(drafts, paths) { try verify(draft.path, Self.temporary(path)) }
        var placed: [String] = []
        do {
            for path in paths {
                try place(path)
                placed.append(path)
            }
        } catch {
            // What was replaced cannot be had back, and is complete; what is new goes.
            for path in placed where !present.contains(path) { unlink(path) }
            throw error
        }
        return paths
    }

    private func path(_ name: String) -> String { directory + (directory.hasSuffix("/") ? "" : "/") + name }

    private static func temporary(_ path: String) -> String { path.folder + "/." + path.lastComponent + ".new" }

    private func makeFolders(for drafts: [FileDraft]) throws {
        try Folder(path: directory).make()
        var made: Set<String> = []
        for folder in drafts.map({ path($0.path).folder }) where folder != directory && made.insert(folder).inserted {
            // From the outer ones to the inner ones.
            var partial = directory
            for part in folder.dropFirst(directory.count).split(separator: "/") {
                partial += (partial.hasSuffix("/") ? "" : "/") + part
                try Folder(path: partial).make()
            }
        }
    }

    /// Gives a file its name; without force only when nobody has it by now.
    private func place(_ path: String) throws {
        if isForced {
            guard rename(Self.temporary(path), path) == 0 else { throw FileError("write", path) }
        } else {
            guard link(Self.temporary(path), path) == 0 else {
                if errno == EEXIST { throw FilesInTheWay(paths: [path]) }
                throw FileError("write", path)
            }
        }
    }
}
