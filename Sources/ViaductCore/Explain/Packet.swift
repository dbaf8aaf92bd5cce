public import NetworkModel

/// A packet whose way is to be explained.
public struct Packet: Sendable, Hashable {
    /// Where it goes to.
    public var destination: IPAddress
    /// Where it comes from; nil lets the kernel choose, which it does only for packets of this machine.
    public var source: IPAddress?
    /// Its mark, host byte order; 0 means none.
    public var mark: UInt32
    /// The interface it comes in by; nil means that this machine sends it.
    public var arrival: InterfaceName?
    /// The interface or VRF that the sending socket is bound to (SO_BINDTODEVICE); nil means none.
    public var boundTo: InterfaceName?
    /// Its IP protocol number; a ping (ICMP, or ICMPv6) unless said otherwise.
    public var ipProtocol: UInt8
    /// Its source port; nil means none in particular.
    public var sourcePort: UInt16?
    /// Its destination port; nil means none in particular.
    public var destinationPort: UInt16?

    /// The family of both addresses.
    public var family: AddressFamily { destination.family }

    /// Makes the description of a packet.
    ///
    /// - Parameters:
    ///   - destination: where it goes to.
    ///   - source: where it comes from; nil lets the kernel choose.
    ///   - mark: its mark, host byte order.
    ///   - arrival: the interface it comes in by; nil for a packet of this machine.
    ///   - boundTo: the interface or VRF that its socket is bound to.
    ///   - ipProtocol: its IP protocol number; nil for a ping.
    ///   - sourcePort: its source port.
    ///   - destinationPort: its destination port.
    public init(
        to destination: IPAddress, from source: IPAddress? = nil, mark: UInt32 = 0, arrival: InterfaceName? = nil,
        boundTo: InterfaceName? = nil, ipProtocol: UInt8? = nil, sourcePort: UInt16? = nil,
        destinationPort: UInt16? = nil
    ) {
        self.destination = destination
        self.source = source
        self.mark = mark
        self.arrival = arrival
        self.boundTo = boundTo
        self.ipProtocol = ipProtocol ?? (destination.family == .ipv4 ? 1 : 58)
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
    }

    /// What is wrong with the question itself; nil when it can be asked.
    public var fault: PacketFault? {
        if let source, source.family != family { return .mixedFamilies }
        if arrival != nil, source == nil { return .arrivalWithoutSource }
        if arrival != nil, boundTo != nil { return .arrivalOfSocket }
        if sourcePort != nil || destinationPort != nil, !Self.withPorts.contains(ipProtocol) {
            return .portsWithoutProtocol
        }
        return nil
    }

    /// The protocols that have ports: TCP, UDP, DCCP, SCTP and UDP-Lite.
    static let withPorts: Set<UInt8> = [6, 17, 33, 132, 136]
}

/// Why a question about a packet cannot be asked.
public enum PacketFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Source and destination are of different families.
    case mixedFamilies
    /// A packet from outside has no source.
    case arrivalWithoutSource
    /// A packet from outside has no socket here.
    case arrivalOfSocket
    /// Ports were given, but no protocol that has them.
    case portsWithoutProtocol

    /// What is wrong, with the remedy.
    public var description: String {
        switch self {
        case .mixedFamilies: "source and destination are of different families: give two of one family"
        case .arrivalWithoutSource: "a packet that comes in has a source: say --from ADDRESS with --iif"
        case .arrivalOfSocket: "a packet that comes in has no socket here: say --iif or --oif, not both"
        case .portsWithoutProtocol: "ports need a protocol that has them: say --proto tcp or --proto udp"
        }
    }
}
