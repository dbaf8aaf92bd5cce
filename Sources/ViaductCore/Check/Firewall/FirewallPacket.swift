internal import NetworkModel

/// A packet as the firewall sees it; what is nil is not known, and nothing is concluded from it.
struct FirewallPacket {
    var source: IPAddress?
    var destination: IPAddress?
    var family: AddressFamily
    /// The IP protocol: 50 ESP, 17 UDP.
    var ipProtocol: UInt8?
    /// The UDP ports.
    var ports: (source: UInt16, destination: UInt16)?
    /// The device it comes in by; empty for none, nil for any.
    var inputInterface: String?
    /// The device it goes out by; empty for none, nil for any.
    var outputInterface: String?
    /// The numbers of the two devices; nil when not known.
    var inputIndex: UInt32?
    var outputIndex: UInt32?
    /// Whether connection tracking knows the flow already.
    var isEstablished: Bool

    /// A property (NFT_META_*), as the register gets it; nil bytes are not known.
    func meta(_ key: UInt32) -> [UInt8?] {
        switch key {
        // NFT_META_PROTOCOL: the ethertype in network order.
        case 1: return family == .ipv4 ? [0x08, 0x00] : [0x86, 0xdd]
        // NFT_META_IIF and NFT_META_OIF: numbers in host order.
        case 4: return Self.number(inputIndex)
        case 5: return Self.number(outputIndex)
        // NFT_META_IIFNAME and NFT_META_OIFNAME: 16 bytes.
        case 6: return Self.name(inputInterface)
        case 7: return Self.name(outputInterface)
        // NFT_META_NFPROTO.
        case 15: return [family == .ipv4 ? 2 : 10]
        // NFT_META_L4PROTO.
        case 16: return [ipProtocol]
        default: return [UInt8?](repeating: nil, count: 16)
        }
    }

    private static func number(_ number: UInt32?) -> [UInt8?] {
        number.map { value in withUnsafeBytes(of: value) { Array($0) } } ?? [UInt8?](repeating: nil, count: 4)
    }

    private static func name(_ text: String?) -> [UInt8?] {
        guard let text else { return [UInt8?](repeating: nil, count: 16) }
        return Array(text.utf8.prefix(15)) + [UInt8](repeating: 0, count: 16 - min(15, text.utf8.count))
    }

    /// What connection tracking says (NFT_CT_*): only the state is known, as a number in host order.
    func tracking(_ key: UInt32) -> [UInt8?] {
        guard key == 0 else { return [UInt8?](repeating: nil, count: 16) }
        // NF_CT_STATE_BIT: 2 established, 8 new.
        return withUnsafeBytes(of: UInt32(isEstablished ? 2 : 8)) { Array($0) }
    }

    /// Bytes of the network header (base 1) or the transport header (base 2).
    func payload(base: UInt32, offset: Int, length: Int) -> [UInt8?] {
        let header: [UInt8?] =
            switch base {
            case 1: networkHeader
            case 2: transportHeader
            default: []
            }
        return (offset..<offset + max(0, length)).map { header.indices.contains($0) ? header[$0] : nil }
    }

    private var networkHeader: [UInt8?] {
        func bytes(_ address: IPAddress?, _ count: Int) -> [UInt8?] {
            address.map { $0.bytes } ?? [UInt8?](repeating: nil, count: count)
        }
        switch family {
        case .ipv4:
            var header = [UInt8?](repeating: nil, count: 12)
            header[0] = 0x45
            header[9] = ipProtocol
            return header + bytes(source, 4) + bytes(destination, 4)
        case .ipv6:
            var header = [UInt8?](repeating: nil, count: 8)
            header[6] = ipProtocol
            return header + bytes(source, 16) + bytes(destination, 16)
        }
    }

    private var transportHeader: [UInt8?] {
        guard let ports else { return [] }
        return [ports.source, ports.destination].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    }
}
