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

/// Writes specs and their secrets into a folder: all of them, or none.
public struct SpecInstallation {
    /// The folder.
    public let directory: String
    /// Whether files that exist are replaced.
    public let isForced: Bool

    /// A file to be written.
    private struct Draft {
        let path: String
        let bytes: [UInt8]
        var temporary: String { path.folder + "/." + path.lastComponent + ".new" }
    }

    /// Names a folder.
    public init(directory: String, isForced: Bool = false) {
        self.directory = directory
        self.isForced = isForced
    }

    /// Writes the files, for their owner alone, and reads the specs again as `up` will.
    ///
    /// All is written under other names first, and takes its place when nothing can go wrong any more.
    ///
    /// - Returns: the paths, each spec before its secrets.
    /// - Throws: `FilesInTheWay`, `FileError`, `SpecError`; then the folder is as it was.
    public func write(_ specs: [ImportedSpec]) throws -> [String] {
        try Folder(path: directory).make()
        let drafts = specs.flatMap { spec in
            [Draft(path: path(spec.fileName), bytes: Array(spec.text.utf8))]
                + spec.secrets.map {
                    Draft(path: path($0.fileName), bytes: $0.secret.reveal { Array($0) } + [UInt8(ascii: "\n")])
                }
        }
        let present = drafts.map(\.path).filter { access($0, F_OK) == 0 }
        guard isForced || present.isEmpty else { throw FilesInTheWay(paths: present) }
        defer { for draft in drafts { unlink(draft.temporary) } }
        for draft in drafts { try write(draft) }
        for spec in specs { try check(spec) }
        var placed: [String] = []
        do {
            for draft in drafts {
                try place(draft)
                placed.append(draft.path)
            }
        } catch {
            // What was replaced cannot be had back, and is complete; what is new goes.
            for path in placed where !present.contains(path) { unlink(path) }
            throw error
        }
        return placed
    }

    private func path(_ name: String) -> String { directory + (directory.hasSuffix("/") ? "" : "/") + name }

    private func write(_ draft: Draft) throws {
        // What an earlier crash left under this name is ours, for the name is.
        if unlink(draft.temporary) != 0, errno != ENOENT { throw FileError("write", draft.temporary) }
        let descriptor = open(draft.temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileError("write", draft.temporary) }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw FileError("write", draft.temporary) }
        var rest = draft.bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError("write", draft.temporary) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileError("write", draft.temporary) }
    }

    /// Reads a spec as it is on the disk.
    private func check(_ spec: ImportedSpec) throws {
        let path = path(spec.fileName)
        let bytes = try DiskFile(path: Draft(path: path, bytes: []).temporary).read()
        _ = try SpecReader.read(
            text: bytes, file: path, name: spec.name, directory: SpecLibrary.absolute(directory),
            tableNames: TableNames.read())
    }

    /// Gives a file its name; without force only when nobody has it by now.
    private func place(_ draft: Draft) throws {
        if isForced {
            guard rename(draft.temporary, draft.path) == 0 else { throw FileError("write", draft.path) }
        } else {
            guard link(draft.temporary, draft.path) == 0 else {
                if errno == EEXIST { throw FilesInTheWay(paths: [draft.path]) }
                throw FileError("write", draft.path)
            }
        }
    }
}
