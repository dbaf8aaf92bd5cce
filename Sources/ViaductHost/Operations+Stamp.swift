internal import NetworkModel
internal import ViaductCore

extension Operations {
    /// Notes what a tunnel that is up was made of; it is up all the same when that cannot be noted.
    func noteOrigin(
        of tunnel: Tunnel, at location: SpecLocation, in record: inout Record, of journal: Journal, options: UpOptions
    ) {
        do {
            try stamp(tunnel, at: location, in: &record, of: journal, options: options)
        } catch {
            caution(
                "\(tunnel.name): all is done, but it could not be noted what it was made of: \(error); viaduct watch does not "
                    + "look after it until the next up")
        }
    }

    /// Notes what a tunnel that is up was made of.
    ///
    /// - Throws: `FileError`, `SecretError`.
    private func stamp(
        _ tunnel: Tunnel, at location: SpecLocation, in record: inout Record, of journal: Journal, options: UpOptions
    ) throws {
        guard !record.isEmpty else { return }
        var stamp = try stamp(of: tunnel, at: location, withCredentials: options.plan.withIKE)
        if !options.plan.withIKE { stamp.credentials = record.stamp?.credentials }
        guard record.stamp != stamp else { return }
        record.stamp = stamp
        try journal.save(record)
    }

    /// What a tunnel would be made of now.
    ///
    /// - Throws: `FileError`, `SecretError`.
    func stamp(of tunnel: Tunnel, at location: SpecLocation, withCredentials: Bool) throws -> SpecStamp {
        var credentials: [Secret]?
        if withCredentials {
            credentials =
                try Array(SecretFiles.secrets(of: tunnel).values) + Array(SecretFiles.sources(of: tunnel).values)
        }
        let bytes = try library.bytes(at: location)
        return SpecStamp(path: location.absolutePath, spec: bytes, credentials: credentials)
    }
}

extension SpecLocation {
    /// The spec's path, whatever folder it is looked at from.
    var absolutePath: String { (directory == "/" ? "" : directory) + "/" + path.lastComponent }
}

extension ApplyError {
    /// Whether all is in place but the SAs, which it was told to leave so (`--keep`).
    var isKept: Bool { rollback == nil && (step?.isProof ?? false) }
}
