internal import NetworkModel

extension SelectorMismatch: CustomStringConvertible {
    /// What the selector is for, as a reason why it does not match.
    public var description: String {
        switch self {
        case .family: "it is for the other family"
        case .source(let block): "it is for packets from \(block)"
        case .destination(let block): "it is for packets to \(block)"
        case .ipProtocol(let number): "it is for \(IPProtocolName(number))"
        case .sourcePort(let port): "it is for source port \(port)"
        case .destinationPort(let port): "it is for destination port \(port)"
        case .interface(let index): "it is for packets that leave by interface number \(index)"
        }
    }
}

extension PolicyMismatch: CustomStringConvertible {
    /// What the policy is for, as a reason why it does not match.
    public var description: String {
        switch self {
        case .selector(let mismatch): "\(mismatch)"
        case .ifID(0): "it is for packets outside of XFRM interfaces"
        case .ifID(let id): "it is for the XFRM interface with if_id \(id)"
        case .mark(let mark): "it is for mark \(mark)"
        }
    }
}

extension StateMismatch: CustomStringConvertible {
    /// Why the SA does not serve.
    public var description: String {
        switch self {
        case .requestID(let number): "it has reqid \(number)"
        case .ifID(let id, let wanted):
            "it has \(id == 0 ? "no if_id" : "if_id \(id)"), and the policy has \(wanted == 0 ? "none" : "\(wanted)")"
        case .mark(let mark): "it has mark \(mark), which the policy's does not fit"
        case .source(let address): "it is from \(address)"
        case .mode(let mode): "it is of mode \(mode)"
        case .spi(let spi): "the policy asks for SPI 0x\(String(spi, radix: 16))"
        case .inbound: "it only takes packets in"
        case .selector: "it is for other inner packets"
        }
    }
}
