public import NetworkModel

/// The room that a path leaves for packets, in bytes.
public struct Room: Sendable, Hashable {
    /// The largest packet that passes whole.
    public var mtu: Int
    /// The family of the packets.
    public var family: AddressFamily
    /// What decides it.
    public var limit: Limit
    /// The largest packet on the outer path; nil when nothing is put around.
    public var outerMTU: Int?
    /// What encryption adds to a packet of the largest size; nil when nothing is put around.
    public var overhead: Int?

    /// What decides the largest packet.
    public enum Limit: Sendable, Hashable {
        /// The MTU that the route has.
        case route
        /// The MTU of the interface.
        case interface(InterfaceName)
        /// What fits into the outer packet.
        case encryption
    }

    /// The largest payload of UDP that passes whole.
    public var udpPayload: Int { max(0, mtu - header - 8) }
    /// The largest segment of TCP that passes whole (MSS).
    public var tcpSegment: Int { max(0, mtu - header - 20) }
    /// The largest payload of a ping that passes whole (`ping -s`).
    public var pingPayload: Int { max(0, mtu - header - 8) }

    private var header: Int { family == .ipv4 ? 20 : 40 }
}

extension XFRMState {
    /// The largest inner packet for an outer one (`xfrm_state_mtu`), in bytes.
    func innerMTU(outer: Int) -> Int {
        let header = mode == 1 ? (source.family == .ipv4 ? 20 : 40) : 0
        switch ipProtocol {
        case 50:
            guard let overhead = ESPOverhead(algorithms) else { return outer }
            let fixed = (encapsulation == nil ? 0 : 8) + 8 + overhead.vectorLength + overhead.checkLength
            let room = outer - header - fixed
            // In transport mode the inner IP header stays outside of the encrypted part.
            let kept = mode == 1 ? 0 : source.family == .ipv4 ? 20 : 40
            return max(0, (room - kept) / overhead.alignment * overhead.alignment + kept - 2)
        case 51:
            let check = algorithms.first { $0.role == .integrity }?.checkLength ?? 96
            return outer - header - (12 + check / 8 + 3) / 4 * 4
        default: return outer - header
        }
    }

    /// The size of the outer packet, in bytes, around an inner one.
    func outerLength(inner: Int) -> Int {
        guard ipProtocol == 50, let overhead = ESPOverhead(algorithms), mode == 1 else { return inner }
        return overhead.packetLength(inner: inner, outer: source.family, isEncapsulated: encapsulation != nil)
    }
}

extension ESPOverhead {
    /// What an SA's algorithms add; nil for ciphers that are not known here.
    ///
    /// - Parameter algorithms: those of the kernel's state.
    public init?(_ algorithms: [XFRMAlgorithm]) {
        let integrity = algorithms.first { $0.role == .integrity }
        guard let cipher = algorithms.first(where: { $0.role == .combined || $0.role == .encryption }) else {
            return nil
        }
        let check = (cipher.role == .combined ? cipher.checkLength ?? 128 : integrity?.checkLength ?? 0) / 8
        switch cipher.name {
        case "ecb(cipher_null)", "cipher_null": self.init(vectorLength: 0, checkLength: check, alignment: 4)
        case let name where name.contains("cbc(des"): self.init(vectorLength: 8, checkLength: check, alignment: 8)
        case let name where name.contains("cbc("):
            let block = name.contains("blowfish") || name.contains("cast5") ? 8 : 16
            self.init(vectorLength: block, checkLength: check, alignment: block)
        default: self.init(vectorLength: 8, checkLength: check, alignment: 4)
        }
    }
}
