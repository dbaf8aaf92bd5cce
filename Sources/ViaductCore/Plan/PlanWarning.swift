/// Something on the machine that may disturb a tunnel, though nothing stands in the way of its plan.
public enum PlanWarning: Hashable, Sendable, CustomStringConvertible {
    /// charon's plugin bypass-lan takes a network for a LAN whose packets need no policy, and a VTI drops them; the
    /// remedy.
    case bypassedLAN(network: String, interface: String, remedy: String)
    /// charon's plugin connmark gives packets marks from 1 up, and one of them is that of the VTI.
    case connectionMark(UInt32)
    /// Of kernels from this version on it is said that packets which come in miss a VTI.
    case missedVTI(kernel: String)

    /// What may be disturbed, and what to do about it.
    public var description: String {
        switch self {
        case .bypassedLAN(let network, let interface, let remedy):
            "charon's plugin bypass-lan takes \(network) on \(interface) for a LAN, and what goes from one address of it "
                + "to another does not get through a VTI: \(remedy)"
        case .connectionMark(let mark):
            "charon's plugin connmark gives packets marks from 1 up, and what bears mark \(mark) goes into this VTI's "
                + "tunnel, wherever it is routed: give interface.id 256 or more"
        case .missedVTI(let kernel):
            "packets that come in are reported to miss a VTI on some kernels from 6.12 on, and this is \(kernel) "
                + "(strongSwan issue 2647): if none arrives, set interface.kind: xfrm at this end"
        }
    }
}
