/// The name of an IP protocol, as getprotobyname(3) has it.
public struct IPProtocolName: Sendable, Hashable, CustomStringConvertible {
    /// The protocol's number.
    public var number: UInt8

    /// Makes the name of a number.
    public init(_ number: UInt8) {
        self.number = number
    }

    /// Reads a name or a number; nil for what is neither.
    ///
    /// ICMP has a number for each family, and `icmp` is IPv4's.
    public init?(_ text: some StringProtocol) {
        guard let known = Self.numbers[String(text)] ?? UInt8(text) else {
            return nil
        }
        number = known
    }

    /// The name; the number where it has none here.
    public var description: String { Self.numbers.first { $0.value == number }?.key ?? "protocol \(number)" }

    /// The name in capitals, as of `ESP`.
    public var capitals: String { description.uppercased() }

    private static let numbers: [String: UInt8] = [
        "icmp": 1, "ipip": 4, "tcp": 6, "udp": 17, "dccp": 33, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51, "icmpv6": 58,
        "ipcomp": 108, "l2tp": 115, "sctp": 132, "udplite": 136,
    ]
}
