internal import Netlink
public import NetworkModel
public import ViaductCore

/// What an import needs of this machine: the files of other programs, and what names mean now.
public enum ImportSources {
    /// Imports a file of swanctl.conf, with all that it includes.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - options: what is wished; what the machine knows is filled in.
    /// - Returns: the specs.
    /// - Throws: `FileError` when the file cannot be read, `SettingsError` when it is none, `ImportError`.
    public static func swanctl(_ path: String, options: ImportOptions) throws -> ImportResult {
        let tree = try SettingsFiles.tree(at: path)
        return try SwanctlImport.specs(of: tree, options: try filled(options, folder: swanctlFolder(of: path)))
    }

    /// Imports an ipsec.conf, with all that it includes.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - secrets: the file with the secrets; nil takes ipsec.secrets beside it, if there is one.
    ///   - options: what is wished; what the machine knows is filled in.
    /// - Returns: the specs.
    /// - Throws: `FileError`, `SettingsError`, `ImportError`.
    public static func ipsec(_ path: String, secrets: String?, options: ImportOptions) throws -> ImportResult {
        let file = SettingsFile(path: path, bytes: try DiskFile(path: path).read())
        var options = options
        options.directory = "/etc/ipsec.d"
        options.resolve = HostNames.addresses
        let routing = try NetlinkSocket(.route)
        options.localAddresses = try routing.addresses(interfaces: InterfaceTable()).map(\.address.address.address)
        let beside = path.folder + "/ipsec.secrets"
        var credentials: SettingsFile?
        if let secrets {
            credentials = SettingsFile(path: secrets, bytes: try DiskFile(path: secrets).read())
        } else if let bytes = DiskFile(path: beside).readIfPossible() {
            credentials = SettingsFile(path: beside, bytes: bytes)
        }
        return try IPsecImport.specs(of: file, secrets: credentials, options: options, include: SettingsFiles.included)
    }

    /// Imports the customer gateway configuration of AWS Site-to-Site VPN.
    ///
    /// - Throws: `FileError`, `SettingsError`, `ImportError`.
    public static func aws(_ path: String, options: AWSImport.Options) throws -> ImportResult {
        try AWSImport.specs(of: SettingsFile(path: path, bytes: try DiskFile(path: path).read()), options: options)
    }

    /// Reads a pre-shared key from a file.
    ///
    /// - Throws: `SecretError` when the file is empty, or may be used by others; `FileError`.
    public static func secret(_ path: String) throws -> Secret { try SecretFiles.secret(from: .file(path)) }

    /// The options, with the keys in swanctl's folder and the resolver of this machine.
    private static func filled(_ options: ImportOptions, folder: String) throws -> ImportOptions {
        var options = options
        options.directory = folder
        for name in ["private", "rsa", "ecdsa", "pkcs8"] {
            options.keys += try Folder(path: "\(folder)/\(name)").names().map { "\(folder)/\(name)/\($0)" }
        }
        options.resolve = HostNames.addresses
        return options
    }

    /// The folder that certificates are beside: that of swanctl.conf, or the one above conf.d.
    private static func swanctlFolder(of path: String) -> String {
        let folder = path.folder.hasPrefix("/") ? path.folder : SpecLibrary.absolute(path.folder)
        return folder.lastComponent == "conf.d" ? folder.folder : folder
    }
}
