/// The lowering of the TCP maximum segment size (MSS) that is offered over a tunnel's link, for forwarded connections.
///
/// A SYN packet tells how long the segments may be that its sender takes. Hosts behind a tunnel offer what their own
/// links can take, which is more than the tunnel can; where path MTU discovery is broken, such connections stall. So
/// the option is lowered in the SYN packets of both directions that are forwarded by the link. Connections of the
/// gateway itself need none of it, as it knows its links.
///
/// It is made of a table of its own in the firewall (nf_tables, family `inet`), which nobody else writes to and whose
/// removal takes all of it away. `rules` tells what is in it. A SYN without the option is left alone: its sender takes
/// 536 bytes with IPv4 and 1220 with IPv6 (RFC 9293, 3.7.1), which the usual tunnel can carry.
public struct MSSClamp: Sendable, Hashable {
    /// The table that it makes.
    public let table: FirewallTableName
    /// The tunnel's link.
    ///
    /// It need not exist: packets are matched by its name.
    public let interface: InterfaceName
    /// To what size the offer is lowered.
    public let size: Size

    /// To what size the offer is lowered; a lower offer is left as it is.
    public enum Size: Sendable, Hashable, Codable {
        /// What the routes of both directions can carry, and what the link can.
        ///
        /// `linkMTU` is the MTU of the link in bytes, 68...65535. nil when it is not known, and then the offers that come
        /// in from the link are too high where routes depend on more than the destination (see `MSSClamp.rules`).
        case pathMTU(linkMTU: UInt32?)
        /// A number of bytes, 536...65495, for IPv4 and IPv6 alike.
        case bytes(UInt16)
    }

    /// Makes a clamp if it can be had.
    ///
    /// - Parameters:
    ///   - table: the table to make; nobody else may use it.
    ///   - interface: the tunnel's link. nil is returned for a name that no nft command can say: one that holds `"`, or
    ///     ends with `*`, which nft takes for a pattern.
    ///   - size: to what size the offer is lowered. nil is returned when it is out of its range.
    public init?(table: FirewallTableName, interface: InterfaceName, size: Size) {
        let isSayable = !interface.text.utf8.contains(0x22) && interface.text.utf8.last != 0x2a
        guard isSayable, size.isInRange else { return nil }
        self.table = table
        self.interface = interface
        self.size = size
    }
}

extension MSSClamp.Size {
    /// The numbers of bytes that can be chosen: from the least any host takes (RFC 9293) to that of the longest packet.
    public static let byteRange: ClosedRange<UInt16> = 536...65495
    /// The link MTUs in bytes that make sense: from the least for IPv4 (RFC 791) to the longest packet.
    public static let linkMTURange: ClosedRange<UInt32> = 68...65535

    fileprivate var isInRange: Bool {
        switch self {
        case .pathMTU(linkMTU: let mtu): mtu.map { Self.linkMTURange.contains($0) } ?? true
        case .bytes(let bytes): Self.byteRange.contains(bytes)
        }
    }
}

extension MSSClamp: Codable {
    private enum Key: String, CodingKey {
        case table, interface, size
    }

    /// Reads the clamp.
    ///
    /// - Throws: `DecodingError` when a value is missing or out of its range.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let clamp = try MSSClamp(
            table: container.decode(FirewallTableName.self, forKey: .table),
            interface: container.decode(InterfaceName.self, forKey: .interface),
            size: container.decode(Size.self, forKey: .size))
        guard let clamp else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no clamp of the TCP MSS"))
        }
        self = clamp
    }

    /// Writes the clamp.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(table, forKey: .table)
        try container.encode(interface, forKey: .interface)
        try container.encode(size, forKey: .size)
    }
}
