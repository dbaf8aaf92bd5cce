/// The name of a table of the firewall (NFTA_TABLE_NAME, linux/netfilter/nf_tables.h) that nft(8) takes without quoting.
public struct FirewallTableName: Sendable, Hashable, Comparable {
    /// The greatest length in bytes: `NFT_NAME_MAXLEN` (linux/netfilter/nf_tables.h) less the closing NUL.
    public static let maximumLength = 255
    /// What the names of our tables begin with.
    public static let prefix = "viaduct-"

    /// The name's text.
    public let text: String

    /// Makes a name if it fits the grammar: 1...255 of `A-Z a-z 0-9 _ - .`, beginning with a letter or `_`.
    ///
    /// nft's own words, such as `ip`, are not refused; a name with our prefix is none of them.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...Self.maximumLength).contains(bytes.count), let first = bytes.first,
            Self.isLetter(first) || first == 0x5f,
            bytes.allSatisfy({ Self.isLetter($0) || (0x30...0x39).contains($0) || "_-.".utf8.contains($0) })
        else { return nil }
        self.text = String(text)
    }

    /// The name of a tunnel's table: the tunnel's name behind the prefix, so that two tunnels never share one.
    ///
    /// - Parameter tunnel: the tunnel's name; nil is returned for one that has other bytes than `A-Z a-z 0-9 _ - .`.
    public init?(tunnel: some StringProtocol) {
        guard !tunnel.isEmpty else { return nil }
        self.init(Self.prefix + tunnel)
    }

    /// Whether the name has the prefix of ours.
    public var isOurs: Bool { text.utf8.starts(with: Self.prefix.utf8) }

    /// Sorts by the bytes of the name.
    public static func < (left: FirewallTableName, right: FirewallTableName) -> Bool {
        left.text < right.text
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}

extension FirewallTableName: CustomStringConvertible {
    /// The name's text.
    public var description: String { text }
}

extension FirewallTableName: Codable {
    /// Reads the name from its text.
    ///
    /// - Throws: `DecodingError` when it does not fit the grammar.
    public init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, as: "a name of a firewall table") { FirewallTableName($0) }
    }

    /// Writes the name as text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
