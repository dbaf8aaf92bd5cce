public import NetworkModel

/// The packet as the kernel's IPsec code sees it (`struct flowi`).
public struct Flow: Sendable, Hashable {
    /// Where it comes from.
    public var source: IPAddress
    /// Where it goes to.
    public var destination: IPAddress
    /// Its IP protocol number.
    public var ipProtocol: UInt8
    /// Its source port, or the type of an ICMP message.
    public var sourcePort: UInt16
    /// Its destination port, or the code of an ICMP message.
    public var destinationPort: UInt16
    /// Its mark, host byte order.
    public var mark: UInt32
    /// The index of the interface it leaves by (`flowi_oif`); 0 for none.
    public var interfaceIndex: UInt32

    /// The family of its addresses.
    public var family: AddressFamily { destination.family }

    /// Makes a flow.
    public init(
        source: IPAddress, destination: IPAddress, ipProtocol: UInt8, sourcePort: UInt16 = 0,
        destinationPort: UInt16 = 0, mark: UInt32 = 0, interfaceIndex: UInt32 = 0
    ) {
        self.source = source
        self.destination = destination
        self.ipProtocol = ipProtocol
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.mark = mark
        self.interfaceIndex = interfaceIndex
    }

    /// The flow of a packet: a ping stands for ICMP without more words.
    init(_ packet: Packet, source: IPAddress, interfaceIndex: UInt32) {
        self.init(
            source: source, destination: packet.destination, ipProtocol: packet.ipProtocol,
            sourcePort: packet.sourcePort ?? 0, destinationPort: packet.destinationPort ?? 0, mark: packet.mark,
            interfaceIndex: interfaceIndex)
        if let type = Self.echoRequest[packet.ipProtocol] { sourcePort = type }
    }

    /// The flow of the answer to it.
    var reversed: Flow {
        var flow = self
        (flow.source, flow.destination) = (destination, source)
        if let type = Self.echoReply[ipProtocol] {
            (flow.sourcePort, flow.destinationPort) = (type, 0)
        } else {
            (flow.sourcePort, flow.destinationPort) = (destinationPort, sourcePort)
        }
        return flow
    }

    private static let echoRequest: [UInt8: UInt16] = [1: 8, 58: 128]
    private static let echoReply: [UInt8: UInt16] = [1: 0, 58: 129]
}

/// Why a selector does not match a packet.
public enum SelectorMismatch: Sendable, Hashable {
    /// It is for the other family.
    case family
    /// The source is not in its block.
    case source(IPPrefix)
    /// The destination is not in its block.
    case destination(IPPrefix)
    /// It is for another protocol.
    case ipProtocol(UInt8)
    /// It is for other source ports.
    case sourcePort(UInt16)
    /// It is for other destination ports.
    case destinationPort(UInt16)
    /// It is for packets that leave by another interface, by index.
    case interface(UInt32)
}

extension XFRMSelector {
    /// Why the selector does not match a packet; nil when it does (`xfrm_selector_match`).
    func mismatch(_ flow: Flow) -> SelectorMismatch? {
        guard destination.family == flow.family else { return .family }
        if !destination.contains(flow.destination) { return .destination(destination) }
        if !source.contains(flow.source) { return .source(source) }
        if ipProtocol != 0, ipProtocol != flow.ipProtocol { return .ipProtocol(ipProtocol) }
        if (destinationPort.value ^ flow.destinationPort) & destinationPort.mask != 0 {
            return .destinationPort(destinationPort.value)
        }
        if (sourcePort.value ^ flow.sourcePort) & sourcePort.mask != 0 { return .sourcePort(sourcePort.value) }
        if interfaceIndex != 0, interfaceIndex != flow.interfaceIndex { return .interface(interfaceIndex) }
        return nil
    }
}
