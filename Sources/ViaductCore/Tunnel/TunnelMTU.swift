public import NetworkModel

/// The MTU of a tunnel's link, computed so that no packet has to be fragmented on the underlay.
public enum TunnelMTU {
    /// The least MTU of a link that carries IPv4 (RFC 791), in bytes.
    public static let minimum: UInt32 = 68
    /// The least MTU of a link that carries IPv6 (RFC 8200), in bytes; the kernel turns IPv6 off below it.
    public static let ipv6Minimum: UInt32 = 1280

    /// The greatest MTU that holds for whichever of the proposals is chosen.
    ///
    /// - Parameters:
    ///   - underlay: the MTU of the path to the peer in bytes, which is the route's and not always the device's.
    ///   - outer: the family of the underlay.
    ///   - isEncapsulated: whether ESP travels in UDP; say true when it is not known.
    ///   - proposals: all ESP proposals of the link's children.
    /// - Returns: bytes; nil when there is no proposal, or not even the least packet fits.
    public static func value(
        underlay: UInt32, outer: AddressFamily, isEncapsulated: Bool, proposals: [Proposal]
    ) -> UInt32? {
        proposals.flatMap { ESPOverhead.possible(for: $0) }
            .map { $0.innerLength(underlay: Int(underlay), outer: outer, isEncapsulated: isEncapsulated) }
            .min()
            .map { UInt32(clamping: $0) }
            .flatMap { $0 >= minimum ? $0 : nil }
    }
}
