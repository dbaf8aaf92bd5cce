internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore

extension FileSource {
    /// Where the file is now.
    ///
    /// - Throws: `SecretError` for a credential where systemd hands over none.
    func path() throws(SecretError) -> String {
        switch self {
        case .file(let path): return path
        case .credential(let name):
            guard let folder = getenv(CredentialName.folderVariable), folder.pointee == UInt8(ascii: "/") else {
                throw SecretError(
                    description: "the credential \(name) is there only in a unit that loads it "
                        + "(LoadCredential=\(name):FILE): $\(CredentialName.folderVariable) is not set",
                    isElsewhere: true)
            }
            return String(cString: folder) + "/" + name.text
        }
    }

    /// Where the file is now; nil for a credential where systemd hands over none.
    var pathIfThere: String? {
        guard case .success(let path) = Result(catching: { () throws(SecretError) in try path() }) else { return nil }
        return path
    }

    /// The file's bytes.
    ///
    /// - Parameters:
    ///   - limit: the greatest size that is read.
    ///   - isSecret: whether others must not be able to read it.
    /// - Returns: the bytes.
    /// - Throws: `FileError`; `SecretError` when it is not safe to use, or a credential that is not there.
    func read(limit: Int = 1 << 20, isSecret: Bool) throws -> Secret {
        let path = try path()
        do {
            return try Capabilities.readingEverywhere.inEffect {
                try DiskFile(path: path).readSecret(limit: limit) { status in
                    if isSecret { try check(status, path: path) }
                }
            }
        } catch let error as FileError where error.isMissing {
            guard case .credential(let name) = self else { throw error }
            throw SecretError(
                description: "the unit has no credential \(name): add LoadCredential=\(name):FILE to it",
                isElsewhere: false)
        }
    }

    /// Refuses a secret's file that others may use, or that is neither root's nor the caller's.
    private func check(_ status: stat, path: String) throws(SecretError) {
        switch self {
        case .file: try SecretFiles.check(status, path: path)
        // systemd lets the user of a unit read by an access list, whose mask stands in the group's bits.
        case .credential: try SecretFiles.check(status, path: path, forbidden: 0o007)
        }
    }
}
