/// Where a certificate or a private key is to be had.
public enum FileSource: Sendable, Hashable, Codable {
    /// A file, by its absolute path.
    case file(String)
    /// A credential of the systemd unit that runs Viaduct.
    case credential(CredentialName)
}
