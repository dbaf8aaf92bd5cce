internal import Glibc
internal import NetworkModel
internal import ViaductCore

/// A secret could not be had, or is not safe to use.
public struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it should have come from, and what is wrong; never the secret.
    public let description: String
    /// Whether it is a credential, and this process no part of the unit that has it.
    let isElsewhere: Bool

    /// Makes an error.
    init(description: String, isElsewhere: Bool = false) {
        self.description = description
        self.isElsewhere = isElsewhere
    }
}

extension Tunnel {
    /// How each end of each connection proves who it is.
    var authentications: [Authentication] {
        peers.flatMap { [$0.local.authentication, $0.remote.authentication] }
    }
}

/// Reads secrets and the files of certificate authentication from where specs say they are.
enum SecretFiles {
    /// Every secret that a tunnel's spec refers to.
    ///
    /// - Throws: `SecretError` when one is missing, empty, or in a file that others may read.
    static func secrets(of tunnel: Tunnel) throws -> [SecretReference: Secret] {
        var secrets: [SecretReference: Secret] = [:]
        for authentication in tunnel.authentications {
            guard case .psk(let source) = authentication else { continue }
            secrets[source.reference(tunnel: tunnel.name)] = try secret(from: source)
        }
        return secrets
    }

    /// The contents of the certificates and keys that a tunnel's spec names.
    ///
    /// - Throws: `SecretError` when a private key's file may be read by others; `FileError`.
    static func sources(of tunnel: Tunnel) throws -> [FileSource: Secret] {
        var sources: [FileSource: Secret] = [:]
        for authentication in tunnel.authentications {
            guard case .certificate(let files) = authentication else { continue }
            for source in [files.certificate, files.authority].compactMap({ $0 }) {
                sources[source] = try source.read(isSecret: false)
            }
            if let source = files.key { sources[source] = try source.read(isSecret: true) }
        }
        return sources
    }

    static func secret(from source: SecretSource) throws -> Secret {
        switch source {
        case .inline(let secret): return secret
        case .environment(let name):
            guard let value = getenv(name), value.pointee != 0 else {
                throw SecretError(description: "the environment variable \(name), which must hold the key, is not set")
            }
            return Secret(String(cString: value).utf8)
        case .file(let path): return try line(in: .file(path), named: "the secret in \(path)")
        case .credential(let name): return try line(in: .credential(name), named: "the credential \(name)")
        }
    }

    /// A pre-shared key in a file, without the line ends behind it.
    private static func line(in source: FileSource, named name: String) throws -> Secret {
        // As the shell's $(cat FILE) does, so that the printed script sends the same bytes.
        let secret = try source.read(limit: 65536, isSecret: true).withoutLineEnds
        guard secret.count > 0 else { throw SecretError(description: "\(name) is empty") }
        guard !secret.contains(0) else { throw SecretError(description: "\(name) has a NUL byte") }
        return secret
    }

    /// Refuses a secret's file that others than its owner may use, or that is neither root's nor the caller's.
    static func check(_ status: stat, path: String, forbidden: mode_t = 0o077) throws(SecretError) {
        guard status.st_mode & forbidden == 0 else {
            throw SecretError(
                description: "the secret file \(path) may be used by others than its owner: chmod 600 \(path)")
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw SecretError(
                description: "the secret file \(path) belongs to another user: chown root \(path)")
        }
    }
}
