/// A part of swanctl.conf as an ordered tree.
///
/// The file under conf.d and the message to charon are both made of one such value, so they cannot differ in names,
/// order or content.
public struct SwanctlTree: Sendable, Hashable, Codable {
    /// The entries, in order.
    public var entries: [Entry]

    /// One name and what stands behind it.
    public struct Entry: Sendable, Hashable, Codable {
        /// The key or section name, of the grammar of `TunnelName`.
        public var name: String
        /// The value.
        public var node: Node

        /// Makes an entry.
        public init(_ name: String, _ node: Node) {
            self.name = name
            self.node = node
        }
    }

    /// What stands behind a name.
    public enum Node: Sendable, Hashable, Codable {
        /// One value.
        case text(String)
        /// Several values; none holds a comma.
        case list([String])
        /// A section.
        case section(SwanctlTree)
        /// A secret: its bytes over VICI, `0s` and base64 in the file.
        case secret(SecretReference)
        /// Certificates: the contents of the files over VICI, their names (below swanctl's folder for them) in the file.
        case certificates([ConfigurationPath])
    }

    /// Makes a tree.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// The node behind a name; nil when there is none.
    public subscript(name: String) -> Node? {
        entries.first { $0.name == name }?.node
    }

    /// The section behind a name; nil when there is none.
    public func section(_ name: String) -> SwanctlTree? {
        guard case .section(let tree)? = self[name] else { return nil }
        return tree
    }
}

/// Where a secret is to be had, in a form that may be written to the journal: it never holds the secret itself.
public enum SecretReference: Sendable, Hashable, Codable {
    /// A file, by absolute path; closing line ends do not count.
    case file(String)
    /// An environment variable, by its name.
    case environment(String)
    /// A credential of the systemd unit that runs Viaduct; closing line ends do not count.
    case credential(CredentialName)
    /// The spec of a tunnel, which holds the secret in its text.
    case spec(tunnel: String)
}

/// A file below swanctl's folder.
public struct ConfigurationPath: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The folder below swanctl's, such as `conf.d`, `private` or `x509`.
    public var folder: Folder
    /// The file's name.
    public var name: String

    /// A folder below swanctl's.
    public enum Folder: String, Sendable, Hashable, Codable, CaseIterable {
        /// Snippets of swanctl.conf.
        case snippets = "conf.d"
        /// End entity certificates.
        case certificates = "x509"
        /// CA certificates.
        case authorities = "x509ca"
        /// Private keys.
        case keys = "private"
    }

    /// swanctl's folder; fixed, as charon's AppArmor profile and swanctl itself expect it.
    public static let root = "/etc/swanctl"

    /// Makes a path.
    public init(_ folder: Folder, _ name: String) {
        self.folder = folder
        self.name = name
    }

    /// The absolute path.
    public var description: String { "\(Self.root)/\(folder.rawValue)/\(name)" }
}
