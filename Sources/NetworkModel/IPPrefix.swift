/// An address block: an address and the number of its leading bits that count.
///
/// The host bits may be set, as in an interface address `10.9.0.1/24`; `network` clears them.
public struct IPPrefix: Sendable, Hashable, Comparable {
    /// The address, host bits included.
    public let address: IPAddress
    /// The prefix length in bits: 0...32 for IPv4, 0...128 for IPv6.
    public let length: Int

    /// The family of the address.
    public var family: AddressFamily { address.family }

    /// Makes a prefix.
    ///
    /// - Parameters:
    ///   - address: the address; host bits may be set.
    ///   - length: bits; nil means the whole address (`/32` or `/128`). Out of range gives nil.
    public init?(_ address: IPAddress, length: Int? = nil) {
        let length = length ?? address.family.bitCount
        guard (0...address.family.bitCount).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Parses `ADDRESS/LENGTH`, or `ADDRESS` alone for the whole address.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        let digits = parts[1]
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            digits == "0" || !digits.hasPrefix("0"), let length = Int(digits)
        else { return nil }
        self.init(address, length: length)
    }

    /// The prefix of a host: all bits of the address count.
    public init(host address: IPAddress) {
        self.address = address
        length = address.family.bitCount
    }

    /// The prefix that holds every address of a family (`0.0.0.0/0` or `::/0`).
    public static func everything(_ family: AddressFamily) -> IPPrefix {
        IPPrefix(unchecked: .any(family), length: 0)
    }

    /// The same block with the host bits cleared.
    public var network: IPPrefix {
        var bytes = address.bytes
        for index in bytes.indices {
            let kept = min(8, max(0, length - index * 8))
            bytes[index] &= UInt8(truncatingIfNeeded: 0xff00 >> kept)
        }
        return IPPrefix(unchecked: IPAddress(unchecked: bytes), length: length)
    }

    /// True when no bit behind the prefix length is set.
    public var isNetwork: Bool { network.address == address }

    /// True when the prefix is a single address.
    public var isHost: Bool { length == family.bitCount }

    /// True when the prefix holds every address of its family.
    public var isEverything: Bool { length == 0 }

    /// Tells whether an address lies in this block; never for the other family.
    public func contains(_ other: IPAddress) -> Bool {
        other.family == family && IPPrefix(unchecked: other, length: length).network.address == network.address
    }

    /// Tells whether a block lies wholly in this one; never for the other family.
    public func contains(_ other: IPPrefix) -> Bool {
        other.length >= length && contains(other.address)
    }

    /// Tells whether two blocks share an address.
    public func overlaps(_ other: IPPrefix) -> Bool {
        contains(other) || other.contains(self)
    }

    /// Sorts by address, then from the wider to the narrower block.
    public static func < (left: IPPrefix, right: IPPrefix) -> Bool {
        (left.address, left.length) < (right.address, right.length)
    }

    private init(unchecked address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }
}

extension IPPrefix: CustomStringConvertible {
    /// `ADDRESS/LENGTH`, always with the length.
    public var description: String { "\(address)/\(length)" }
}

extension IPPrefix: Codable {
    /// Reads the prefix from its text.
    ///
    /// - Throws: `DecodingError` when the text is no prefix.
    public init(from decoder: any Decoder) throws {
        self = try decodeText(from: decoder, as: "an address prefix") { IPPrefix($0) }
    }

    /// Writes the prefix as `ADDRESS/LENGTH`.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
