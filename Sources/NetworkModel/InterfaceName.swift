/// The name of a network interface, in the kernel's grammar (`dev_valid_name`, net/core/dev.c).
public struct InterfaceName: Sendable, Hashable, Comparable {
    /// The greatest length in bytes: `IFNAMSIZ` (linux/if.h) less the closing NUL.
    public static let maximumLength = 15

    /// The name's text.
    public let text: String

    /// Makes a name if the kernel would take it.
    ///
    /// 1...15 bytes, none of them `/`, `:`, NUL or white space, and neither `.` nor `..`.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...Self.maximumLength).contains(bytes.count), text != ".", text != "..",
            bytes.allSatisfy({ $0 != 0x2f && $0 != 0x3a && $0 > 0x20 && $0 != 0x7f && $0 != 0xa0 })
        else { return nil }
        self.text = String(text)
    }

    /// The loopback interface, `lo`, which every network namespace has.
    public static let loopback = InterfaceName(unchecked: "lo")

    /// Sorts by the bytes of the name.
    public static func < (left: InterfaceName, right: InterfaceName) -> Bool {
        left.text < right.text
    }

    private init(unchecked text: String) {
        self.text = text
    }
}

extension InterfaceName: CustomStringConvertible {
    /// The name's text.
    public var description: String { text }
}

extension InterfaceName: Codable {
    /// Reads the name from its text.
    ///
    /// - Throws: `DecodingError` when the kernel would refuse the name.
    public init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, as: "an interface name") { InterfaceName($0) }
    }

    /// Writes the name as text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
