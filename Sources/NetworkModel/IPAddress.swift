internal import Glibc

/// An IPv4 or IPv6 address, without a zone.
///
/// The bytes are kept in network order, so `bytes` is what goes on the wire and what netlink attributes carry.
public struct IPAddress: Sendable, Hashable, Comparable {
    /// The address in network byte order: 4 bytes for IPv4, 16 for IPv6.
    public let bytes: [UInt8]

    /// The family, which the number of bytes decides.
    public var family: AddressFamily { bytes.count == 4 ? .ipv4 : .ipv6 }

    /// Makes an address of bytes in network order.
    ///
    /// - Parameter bytes: 4 bytes for IPv4, 16 for IPv6; any other count gives nil.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Parses the usual text of an address, as inet_pton(3) takes it.
    ///
    /// IPv4 is four decimal numbers without leading zeros; IPv6 is any form of RFC 4291 section 2.2. A zone (`%eth0`),
    /// a prefix length, or blanks give nil.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard !text.utf8.contains(0) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer[..<4])
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer
        } else {
            return nil
        }
    }

    /// The address of all zeros, which stands for "any" (`0.0.0.0` or `::`).
    public static func any(_ family: AddressFamily) -> IPAddress {
        IPAddress(unchecked: [UInt8](repeating: 0, count: family.bitCount / 8))
    }

    /// True for `0.0.0.0` and `::`.
    public var isAny: Bool { bytes.allSatisfy { $0 == 0 } }

    /// True for multicast addresses (`224.0.0.0/4`, `ff00::/8`).
    public var isMulticast: Bool { family == .ipv4 ? bytes[0] >> 4 == 14 : bytes[0] == 0xff }

    /// True for loopback addresses (`127.0.0.0/8`, `::1`).
    public var isLoopback: Bool {
        family == .ipv4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// True for link-local addresses (`169.254.0.0/16`, `fe80::/10`).
    public var isLinkLocal: Bool {
        family == .ipv4
            ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
    }

    /// IPv4 sorts before IPv6, and within a family the bytes decide.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.bytes.count != right.bytes.count { return left.bytes.count < right.bytes.count }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted quad, or the form of RFC 5952.
    public var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(family == .ipv4 ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension IPAddress: Codable {
    /// Reads the address from its text.
    ///
    /// - Throws: `DecodingError` when the text is no address.
    public init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, as: "an IP address") { IPAddress($0) }
    }

    /// Writes the address as its canonical text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Decodes a value that is written as one text; shared by the types of this module that have a grammar.
func decodeText<Value>(from decoder: any Decoder, as what: String, _ parse: (String) -> Value?) throws -> Value {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = parse(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not \(what)")
    }
    return value
}
