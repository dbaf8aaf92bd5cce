internal import Glibc
internal import NetworkModel
internal import ViaductCore

/// A secret could not be had, or is not safe to use.
public struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it should have come from, and what is wrong; never the secret.
    public let description: String
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

    /// The contents of the certificate and key files that a tunnel's spec names, by path.
    ///
    /// - Throws: `SecretError` when a private key's file may be read by others; `FileError`.
    static func sources(of tunnel: Tunnel) throws -> [String: Secret] {
        var sources: [String: Secret] = [:]
        for authentication in tunnel.authentications {
            guard case .certificate(let files) = authentication else { continue }
            for path in [files.certificate, files.authority].compactMap({ $0 }) {
                sources[path] = Secret(try DiskFile(path: path).read())
            }
            if let path = files.key {
                sources[path] = Secret(try DiskFile(path: path).read { try check($0, path: path) })
            }
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
        case .file(let path):
            var bytes = try DiskFile(path: path).read(limit: 65536) { try check($0, path: path) }
            // As the shell's $(cat FILE) does, so that the printed script sends the same bytes.
            while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            guard !bytes.isEmpty else { throw SecretError(description: "the secret in \(path) is empty") }
            guard !bytes.contains(0) else { throw SecretError(description: "the secret in \(path) has a NUL byte") }
            return Secret(bytes)
        }
    }

    /// Refuses a secret's file that others than its owner may use, or that is neither root's nor the caller's.
    static func check(_ status: stat, path: String) throws(SecretError) {
        guard status.st_mode & 0o077 == 0 else {
            throw SecretError(
                description: "the secret file \(path) may be used by others than its owner: chmod 600 \(path)")
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw SecretError(
                description: "the secret file \(path) belongs to another user: chown root \(path)")
        }
    }
}
