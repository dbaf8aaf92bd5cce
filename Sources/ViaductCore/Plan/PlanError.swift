/// Why a tunnel cannot be brought up on this machine as it is now; nothing has been changed.
public struct PlanError: Error, Hashable, CustomStringConvertible {
    /// Everything that stands in the way, never empty.
    public var obstacles: [Obstacle]

    /// Makes an error.
    public init(_ obstacles: [Obstacle]) {
        self.obstacles = obstacles
    }

    /// Every obstacle on a line of its own.
    public var description: String { obstacles.map(\.description).joined(separator: "\n") }

    /// One thing that stands in the way.
    public enum Obstacle: Hashable, Sendable, CustomStringConvertible {
        /// charon does not answer.
        case charonAbsent
        /// There is no route to the peer, or its name does not resolve.
        case noUnderlay(peer: String)
        /// An interface of this name is someone else's.
        case nameTaken(interface: String, kind: String)
        /// The if_id is in use.
        case idTaken(UInt32, by: String)
        /// The underlay device does not exist.
        case noDevice(String)
        /// The address is on another interface.
        case addressInUse(String, interface: String)
        /// A route of someone else's has the same destination, table and metric.
        case routeTaken(String, by: String)
        /// A rule of someone else's is the same but for its maker, and the kernel takes it once only.
        case ruleTaken(priority: UInt32, by: String)
        /// charon has a connection of this name that is not ours.
        case connectionTaken(String)
        /// The VRF does not exist.
        case noVRF(String)
        /// The network namespace does not exist.
        case noNamespace(String)
        /// The tunnel is up in another network namespace than the spec says; nil is that of the machine itself.
        case elsewhere(tunnel: String, namespace: String?)
        /// charon would put virtual addresses on a link of the underlay; the remedy.
        case addressesInstalled(String)
        /// charon would install routes for the VTI's any-to-any policies; what it reads, and the remedy.
        case routesInstalled(String)
        /// charon may still install them, as it does not act on its settings yet; what shows that, and what to run.
        case settingsNotRead(evidence: String, restart: String)
        /// The computed MTU is too small to carry the tunnel's families.
        case mtuTooSmall(Int, underlay: Int)
        /// The MTU of the spec is more than the kernel gives a VTI.
        case mtuTooGreat(UInt32, most: UInt32)

        /// What stands in the way, and what to do about it.
        public var description: String {
            switch self {
            case .charonAbsent:
                "charon does not answer: is strongSwan running? systemctl start strongswan"
            case .noUnderlay(let peer):
                "there is no route to the peer \(peer): set one, or check the name"
            case .nameTaken(let interface, let kind):
                "interface \(interface) is there already and is not this tunnel's (kind '\(kind)'): "
                    + "choose another interface.name, or remove it with: ip link delete dev \(interface)"
            case .idTaken(let id, let holder):
                "if_id \(id) is taken by \(holder): choose another interface.id, or leave it out"
            case .noDevice(let device):
                "the underlay device \(device) does not exist: correct interface.device, or leave it out"
            case .addressInUse(let address, let interface):
                "address \(address) is in use on \(interface): choose another in interface.addresses"
            case .routeTaken(let route, let holder):
                "\(route) is routed already (\(holder)): give the tunnel's route another metric or table"
            case .ruleTaken(let priority, let holder):
                "the rule of priority \(priority) is there already (\(holder)): give the tunnel's rule another priority"
            case .connectionTaken(let name):
                "charon has a connection '\(name)' that is not Viaduct's: rename the spec, or unload it"
            case .noVRF(let name):
                "there is no VRF \(name): make it with: ip link add name \(name) type vrf table NUMBER"
            case .noNamespace(let name):
                "there is no network namespace \(name): make it with: ip netns add \(name)"
            case .elsewhere(let tunnel, let namespace?):
                "the tunnel is up in network namespace \(namespace): take it down there first: viaduct down \(tunnel)"
            case .elsewhere(let tunnel, nil):
                "the tunnel is up outside of the network namespace: take it down there first: viaduct down \(tunnel)"
            case .addressesInstalled(let remedy):
                "charon would put the virtual address on a device of the underlay and not on the link: \(remedy)"
            case .routesInstalled(let remedy):
                "charon would install routes for the VTI's selectors and cut this machine off: \(remedy)"
            case .settingsNotRead(let evidence, let restart):
                "charon may still install routes for the VTI's selectors and cut this machine off, for \(evidence): "
                    + "let it read its settings again with: \(restart)"
            case .mtuTooSmall(let mtu, let underlay):
                "an underlay MTU of \(underlay) leaves \(mtu) bytes inside the tunnel, too little: set interface.mtu"
            case .mtuTooGreat(let mtu, let most):
                "a VTI cannot have an MTU of \(mtu): write at most \(most) as interface.mtu"
            }
        }
    }
}
