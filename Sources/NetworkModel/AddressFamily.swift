/// An address family of the Internet protocols.
public enum AddressFamily: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// IPv4 (`AF_INET`).
    case ipv4
    /// IPv6 (`AF_INET6`).
    case ipv6

    /// The number of bits in an address of this family: 32 or 128.
    public var bitCount: Int {
        switch self {
        case .ipv4: 32
        case .ipv6: 128
        }
    }

    /// The family switch of ip(8): `-4` or `-6`.
    public var ipOption: String {
        switch self {
        case .ipv4: "-4"
        case .ipv6: "-6"
        }
    }

    /// IPv4 sorts before IPv6.
    public static func < (left: AddressFamily, right: AddressFamily) -> Bool {
        left.bitCount < right.bitCount
    }
}
