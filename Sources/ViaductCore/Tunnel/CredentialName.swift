/// The name of a credential that systemd hands to a service (`LoadCredential=`, systemd.exec(5)).
public struct CredentialName: Sendable, Hashable, CustomStringConvertible {
    /// The name's text.
    public let text: String

    /// Makes a name if it is a plain file name that systemd takes: 1...255 of `A-Z a-z 0-9 _ . @ -`, not beginning with
    /// `.` or `-`.
    public init?(_ text: some StringProtocol) {
        let isPlain = text.utf8.allSatisfy {
            SpecKeys.isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "@")
        }
        guard (1...255).contains(text.utf8.count), isPlain, !text.hasPrefix("."), !text.hasPrefix("-") else {
            return nil
        }
        self.text = String(text)
    }

    /// The name's text.
    public var description: String { text }

    /// The environment variable that names the folder in which systemd puts the credentials of a service.
    public static let folderVariable = "CREDENTIALS_DIRECTORY"
}

extension CredentialName: Codable {
    /// Reads the name from its text.
    ///
    /// - Throws: `DecodingError` when it is no name of a credential.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = CredentialName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the name of a credential")
        }
        self = name
    }

    /// Writes the name as text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
