/// A rule of a clamp's chain: which SYN packets it is for, and to what it lowers their offer.
public struct MSSClampRule: Sendable, Hashable {
    /// Which way the packets go.
    public var direction: Direction
    /// The family of the packets; nil means both.
    public var family: AddressFamily?
    /// To what the offer is lowered.
    public var size: Size

    /// Makes a rule.
    public init(direction: Direction, family: AddressFamily?, size: Size) {
        self.direction = direction
        self.family = family
        self.size = size
    }

    /// Which way packets go, seen from the gateway.
    public enum Direction: Sendable, Hashable {
        /// They leave by the link (`oifname`).
        case output
        /// They came in by the link (`iifname`).
        case input
    }

    /// To what the offer is lowered; the kernel never raises it (`nft_exthdr_tcp_set_eval`, net/netfilter/nft_exthdr.c).
    public enum Size: Sendable, Hashable {
        /// What the routes to the packet's destination and back to its source can carry, less the headers (`rt mtu`).
        case routeMTU
        /// A number of bytes.
        case bytes(UInt16)
    }
}

extension MSSClamp {
    /// The rules in their order; all that match lower the offer one after the other, so the least of them counts.
    ///
    /// Why `rt mtu` is not enough for offers that come in by the link: the kernel takes the lesser MTU of the route on
    /// which the packet goes out and of the route back to its source (`get_tcpmss`, net/netfilter/nft_rt.c). The first
    /// is the LAN's. It is the way back that leads by the tunnel, but the kernel looks it up by the address alone, without
    /// mark, source or incoming interface; where a rule sends packets to the tunnel by one of those, it finds another
    /// route, as a rule the uplink's, whose MTU is too large. So those offers are held to the link's own MTU too.
    ///
    /// An offer that leaves by the link is on the route by the link already, with a path MTU learnt meanwhile if any.
    public var rules: [MSSClampRule] {
        switch size {
        case .bytes(let bytes):
            return [
                MSSClampRule(direction: .output, family: nil, size: .bytes(bytes)),
                MSSClampRule(direction: .input, family: nil, size: .bytes(bytes)),
            ]
        case .pathMTU(linkMTU: let linkMTU):
            let families = AddressFamily.allCases.filter { linkMTU ?? 0 >= $0.leastLinkMTU }
            return [
                MSSClampRule(direction: .output, family: nil, size: .routeMTU),
                MSSClampRule(direction: .input, family: nil, size: .routeMTU),
            ]
                + families.map { family in
                    let bytes = UInt16(clamping: (linkMTU ?? 0) - family.tcpHeaderLength)
                    return MSSClampRule(direction: .input, family: family, size: .bytes(bytes))
                }
        }
    }
}

extension AddressFamily {
    /// The least MTU of a link that the kernel has the family on, in bytes (RFC 791, RFC 8200).
    fileprivate var leastLinkMTU: UInt32 {
        switch self {
        case .ipv4: 68
        case .ipv6: 1280
        }
    }

    /// The length of the IP and the TCP header without options, in bytes.
    fileprivate var tcpHeaderLength: UInt32 {
        switch self {
        case .ipv4: 20 + 20
        case .ipv6: 40 + 20
        }
    }
}
