public import NetworkModel

/// A text that may have secrets in it: what a snippet of swanctl.conf is made of.
public enum TextPiece: Sendable, Hashable, Codable {
    /// Plain text.
    case plain(String)
    /// A secret, written as `0s` and base64.
    case secret(SecretReference)
}

extension SwanctlTree {
    /// The tree as text of swanctl.conf, indented by four blanks a level.
    ///
    /// Every value is quoted, for a value that is not may lose blanks, comments and braces to charon's lexer.
    public var text: [TextPiece] {
        var pieces: [TextPiece] = []
        write(to: &pieces, indent: "")
        return pieces.merged
    }

    private func write(to pieces: inout [TextPiece], indent: String) {
        for entry in entries {
            switch entry.node {
            case .text(let value):
                pieces.append(.plain("\(indent)\(entry.name) = \(Self.quoted(value))\n"))
            case .list(let values):
                pieces.append(.plain("\(indent)\(entry.name) = \(Self.quoted(values.joined(separator: ", ")))\n"))
            case .certificates(let paths):
                pieces.append(
                    .plain("\(indent)\(entry.name) = \(Self.quoted(paths.map(\.name).joined(separator: ", ")))\n"))
            case .secret(let reference):
                pieces += [.plain("\(indent)\(entry.name) = "), .secret(reference), .plain("\n")]
            case .section(let tree):
                pieces.append(.plain("\(indent)\(entry.name) {\n"))
                tree.write(to: &pieces, indent: indent + "    ")
                pieces.append(.plain("\(indent)}\n"))
            }
        }
    }

    /// A value in the quotes of swanctl.conf; only the quote and the backslash need an escape there.
    private static func quoted(_ value: String) -> String {
        var result = "\""
        for character in value.unicodeScalars {
            if character == "\"" || character == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(character)
        }
        return result + "\""
    }
}

extension [TextPiece] {
    /// The same text with neighbouring plain pieces joined.
    var merged: [TextPiece] {
        reduce(into: []) { result, piece in
            if case .plain(let next) = piece, case .plain(let last)? = result.last {
                result[result.count - 1] = .plain(last + next)
            } else {
                result.append(piece)
            }
        }
    }

    /// The secrets that the text refers to, each once.
    var references: [SecretReference] {
        compactMap { if case .secret(let reference) = $0 { reference } else { nil } }.uniqued
    }

    /// The greatest number of bytes that the text has with the secrets filled in.
    private func length(secrets: [SecretReference: Secret]) -> Int {
        reduce(0) { length, piece in
            switch piece {
            case .plain(let text): length + text.utf8.count
            case .secret(let reference): length + 8 + (secrets[reference]?.count ?? 0) * 4 / 3
            }
        }
    }

    /// The bytes of the text, with the secrets filled in; itself a secret when any piece is.
    ///
    /// - Parameter secrets: every secret that the text refers to.
    /// - Returns: the bytes.
    /// - Throws: `MissingSecret` when one is not there.
    public func bytes(secrets: [SecretReference: Secret]) throws(MissingSecret) -> Secret {
        var bytes: [UInt8] = []
        // All at once, as an array that grows leaves copies behind.
        bytes.reserveCapacity(length(secrets: secrets))
        for piece in self {
            switch piece {
            case .plain(let text): bytes += text.utf8
            case .secret(let reference):
                guard let secret = secrets[reference] else { throw MissingSecret(reference: reference) }
                bytes += "0s".utf8
                secret.reveal { Base64.encode($0, into: &bytes) }
            }
        }
        return Secret(wiping: &bytes)
    }
}

/// A secret was needed that has not been read.
public struct MissingSecret: Error, Hashable, CustomStringConvertible {
    /// Where it would have been.
    public let reference: SecretReference

    /// Makes the error.
    public init(reference: SecretReference) {
        self.reference = reference
    }

    /// One sentence for a person.
    public var description: String {
        switch reference {
        case .file(let path): "the secret in \(path) has not been read"
        case .credential(let name): "the credential \(name) has not been read"
        case .environment(let name): "the environment variable \(name), which holds the secret, is not set"
        case .spec(let tunnel): "the secret stands in the spec of \(tunnel), which has not been read"
        }
    }
}

extension Secret {
    /// The base64 text of some bytes (RFC 4648 section 4).
    public init(base64 bytes: [UInt8]) {
        var text: [UInt8] = []
        // All at once, as an array that grows leaves copies behind.
        text.reserveCapacity(bytes.count * 4 / 3 + 4)
        bytes.withUnsafeBufferPointer { Base64.encode($0, into: &text) }
        self.init(wiping: &text)
    }
}

/// Base64 with padding (RFC 4648 section 4): charon silently shortens what is not padded.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<Swift.min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for position in 0..<4 {
                result.append(
                    position <= group.count ? alphabet[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
            }
        }
    }
}
