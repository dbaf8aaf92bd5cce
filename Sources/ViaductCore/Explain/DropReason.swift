public import NetworkModel

/// Why a packet does not get out.
public enum DropReason: Sendable, Hashable {
    /// The source is no address of this machine.
    case foreignSource(IPAddress)
    /// The kernel refuses the addresses; its words.
    case refused(String)
    /// A route drops it.
    case route(Route)
    /// A rule drops it.
    case rule(Rule, RouteType)
    /// A route or rule that was not found again drops it.
    case routing(RouteType)
    /// No table has a route for it.
    case noRoute(IPAddress)
    /// Its source is reached by another way than it came by.
    case reversePath(InterfaceName)
    /// This machine does not forward what comes in by this interface; the setting that says so.
    case notForwarded(InterfaceName, SysctlKey)
    /// A policy drops it.
    case policy(XFRMPolicy, name: String?)
    /// By default what has no policy is dropped.
    case blockedByDefault(XFRMDirection)
    /// It came in clear, and a policy asks that it come encrypted.
    case cameInClear(XFRMPolicy, name: String?)
    /// It came through a tunnel that no policy admits it from.
    case notAdmitted(InterfaceName, XFRMDirection)
    /// The policy needs an SA that is not there.
    case noState(name: String, XFRMTemplate, isPending: Bool)
    /// The SA's lifetime is over.
    case spentState(name: String, XFRMState)
    /// No policy is for packets through this XFRM interface; its if_id.
    case noPolicy(InterfaceName, ifID: UInt32)
    /// No policy has this VTI's key as mark.
    case noMarkedPolicy(InterfaceName, key: UInt32)
    /// A policy lets it pass in clear, and its interface sends nothing in clear.
    case passedIntoTunnel(InterfaceName, XFRMPolicy)
    /// disable_xfrm of a VTI keeps it from finding its policy.
    case transformsDisabled(InterfaceName, SysctlKey)
    /// The SA is between other ends than the VTI.
    case otherEnds(InterfaceName, XFRMState)
    /// The outer packet has no route.
    case noOuterRoute(XFRMState, RouteType?)
    /// The outer packet's source is no address of this machine.
    case foreignOuterSource(XFRMState)
    /// The outer packet would go into the same interface again.
    case loop(InterfaceName)
    /// The interface is down.
    case interfaceDown(InterfaceName)
    /// The interface has no carrier.
    case noCarrier(InterfaceName)
}

extension DropReason: CustomStringConvertible {
    /// The reason, as it follows "because".
    public var description: String {
        switch self {
        case .foreignSource(let address): "\(address) is no address of this machine"
        case .refused(let words): "the kernel refuses to route it: \(words)"
        case .route(let route):
            "the \(route.type.word) route \(route.destination) in table \(TableName(route.table)) drops it"
        case .rule(let rule, let type): "rule \(rule.priority) drops it as \(type.word)"
        case .routing(let type): "a route or rule of type \(type.word) drops it"
        case .noRoute(let address): "there is no route to \(address)"
        case .reversePath(let interface):
            "its source is not reached by \(interface), and the reverse path filter of \(interface) is strict"
        case .notForwarded(let interface, let key): "what comes in by \(interface) is not forwarded (\(key) is 0)"
        case .policy(let policy, let name): "\(policy.title(name)) says to drop it"
        case .blockedByDefault(let direction):
            "no policy matches, and the default for direction \(direction.word) is to drop"
        case .cameInClear(let policy, let name):
            "it came in clear, and \(policy.title(name)) admits it only from IPsec"
        case .notAdmitted(let interface, let direction):
            "it came through \(interface), and no policy of direction \(direction.word) admits it"
        case .noState(let name, let template, let isPending):
            isPending
                ? "\(name) needs an SA to \(template.destination), which is still being negotiated"
                : "\(name) needs an SA to \(template.destination), and there is none"
        case .spentState(let name, let state):
            "the lifetime of the SA of \(name) (SPI \(state.spiText)) is over"
        case .noPolicy(let interface, let id): "no policy with if_id \(id) matches, which \(interface) needs"
        case .noMarkedPolicy(let interface, let key):
            "no policy with mark \(Mark(key)) matches, which the key of \(interface) needs"
        case .passedIntoTunnel(let interface, let policy):
            "\(policy.title(nil)) lets it pass in clear, and \(interface) sends nothing in clear"
        case .transformsDisabled(let interface, let key): "\(key) keeps \(interface) from encrypting it"
        case .otherEnds(let interface, let state):
            "the SA goes from \(state.source) to \(state.destination), and \(interface) has other ends"
        case .noOuterRoute(let state, let type):
            type.map { "the outer packet to \(state.destination) is dropped by its route (\($0.word))" }
                ?? "there is no route for the outer packet to \(state.destination)"
        case .foreignOuterSource(let state):
            "the SA's own end \(state.source) is no address of this machine"
        case .loop(let interface): "the outer packet would go into \(interface) again"
        case .interfaceDown(let interface): "\(interface) is down"
        case .noCarrier(let interface): "\(interface) has no carrier"
        }
    }
}

/// A routing table as ip(8) names it.
public struct TableName: Sendable, Hashable, CustomStringConvertible {
    /// The number.
    public var number: UInt32

    /// Makes the name of a number.
    public init(_ number: UInt32) {
        self.number = number
    }

    /// `main`, `local`, `default`, or the number.
    public var description: String {
        switch number {
        case 253: "default"
        case 254: "main"
        case 255: "local"
        default: "\(number)"
        }
    }
}

extension XFRMDirection {
    /// The word of ip(8) for the direction.
    public var word: String {
        switch self {
        case .input: "in"
        case .output: "out"
        case .forward: "fwd"
        case .socketInput: "socket in"
        case .socketOutput: "socket out"
        }
    }
}

extension XFRMState {
    /// The SPI as ip(8) and charon write it.
    public var spiText: String {
        let digits = String(spi, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}

extension XFRMPolicy {
    /// The policy in a few words: its name, or its selector.
    ///
    /// - Parameter name: charon's name; nil when it has none.
    /// - Returns: the words.
    public func title(_ name: String?) -> String {
        name.map { "policy \($0)" } ?? "policy \(selector.source) to \(selector.destination)"
    }
}
