/// The name of a network namespace, as ip-netns(8) keeps them: a file below /run/netns.
public struct NamespaceName: Sendable, Hashable, Comparable {
    /// The name's text.
    public let text: String

    /// Makes a name if it is a plain file name: 1...255 of `A-Z a-z 0-9 _ . -`, not beginning with `-` or `.`.
    public init?(_ text: some StringProtocol) {
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2e, 0x2d: true
            default: false
            }
        }
        guard (1...255).contains(text.utf8.count), isPlain, !text.hasPrefix("-"), !text.hasPrefix(".") else {
            return nil
        }
        self.text = String(text)
    }

    /// Sorts by the bytes of the name.
    public static func < (left: NamespaceName, right: NamespaceName) -> Bool {
        left.text < right.text
    }
}

extension NamespaceName: CustomStringConvertible {
    /// The name's text.
    public var description: String { text }
}

extension NamespaceName: Codable {
    /// Reads the name from its text.
    ///
    /// - Throws: `DecodingError` when it is no plain file name.
    public init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, as: "the name of a network namespace") { NamespaceName($0) }
    }

    /// Writes the name as text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
