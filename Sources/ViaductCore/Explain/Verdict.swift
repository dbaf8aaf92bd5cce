public import NetworkModel

/// What becomes of a packet.
public enum Verdict: Sendable, Hashable {
    /// It leaves encrypted, by an XFRM interface or a VTI that its route leads to.
    case tunnel(name: String, interface: InterfaceName)
    /// It leaves encrypted, by a policy that caught it after its route was found.
    case policy(name: String)
    /// It leaves as it is.
    case clear(interface: InterfaceName)
    /// It is for this machine.
    case local(interface: InterfaceName?)
    /// It does not get out.
    case dropped(DropReason)
    /// What is needed to tell cannot be seen.
    case unknown(UnknownReason)

    /// The one word for it in JSON.
    public var word: String {
        switch self {
        case .tunnel: "tunnel"
        case .policy: "policy"
        case .clear: "clear"
        case .local: "local"
        case .dropped: "dropped"
        case .unknown: "unknown"
        }
    }
}

extension Verdict: CustomStringConvertible {
    /// The verdict in one line.
    public var description: String {
        switch self {
        case .tunnel(let name, let interface):
            name == interface.text ? "tunnel \(name)" : "tunnel \(name), by interface \(interface)"
        case .policy(let name): "policy \(name)"
        case .clear(let interface): "clear by \(interface)"
        case .local(let interface): interface.map { "local: for this machine, by \($0)" } ?? "local: for this machine"
        case .dropped(let reason): "dropped, because \(reason)"
        case .unknown(let reason): "unknown, because \(reason)"
        }
    }
}

/// Why a verdict cannot be given.
public enum UnknownReason: Sendable, Hashable, CustomStringConvertible {
    /// The policies and SAs are root's to see; where the route leads to.
    case policiesUnseen(InterfaceName)
    /// The namespace in which a link's outer side is cannot be entered.
    case namespaceUnseen(InterfaceName)
    /// An XFRM interface takes its if_id from the route, which is not read here.
    case externalLink(InterfaceName)
    /// The outer packet of a tunnel goes into a tunnel again, deeper than is followed.
    case tooDeep

    /// The reason, as it follows "because".
    public var description: String {
        switch self {
        case .policiesUnseen(let interface):
            "only root may see the IPsec policies that decide about what leaves by \(interface)"
        case .namespaceUnseen(let interface):
            "the policies of \(interface) are in another network namespace, which has no name here or is not ours to enter"
        case .externalLink(let interface):
            "\(interface) is an external XFRM interface, which takes its if_id from each packet's route"
        case .tooDeep: "tunnels lead into tunnels more than four deep"
        }
    }
}
