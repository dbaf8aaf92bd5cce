internal import NetworkModel
public import ViaductCore

extension Operations {
    /// The files of an export with the secrets in them.
    ///
    /// - Throws: `SecretError`, `FileError` when a secret cannot be had; `MissingSecret`.
    public func filled(_ export: Export, of tunnel: Tunnel) throws -> [FileDraft] {
        let secrets = export.references.isEmpty ? [:] : try SecretFiles.secrets(of: tunnel)
        return try export.files.map { file in
            FileDraft(path: file.name, bytes: try file.text.bytes(secrets: secrets))
        }
    }
}
