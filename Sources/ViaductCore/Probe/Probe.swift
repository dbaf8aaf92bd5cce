public import NetworkModel

/// A packet that is sent through a tunnel, and looked for in the counters of its SAs.
public struct Probe: Sendable, Hashable, Codable {
    /// Where the echo request goes.
    public var destination: IPAddress
    /// Where it comes from; nil leaves it to the kernel.
    public var source: IPAddress?
    /// The link that it goes out by.
    public var interface: InterfaceName
    /// The connections whose SAs carry it.
    public var connections: [String]
    /// What their policies and SAs bear.
    public var binding: Binding
    /// Whether `up` fails when it does not come back; else it warns.
    public var isRequired: Bool

    /// Makes a probe.
    public init(
        to destination: IPAddress, from source: IPAddress? = nil, by interface: InterfaceName, connections: [String],
        binding: Binding, isRequired: Bool
    ) {
        self.destination = destination
        self.source = source
        self.interface = interface
        self.connections = connections
        self.binding = binding
        self.isRequired = isRequired
    }

    /// The probe that a tunnel's spec asks for; nil for none.
    init?(of tunnel: Tunnel, by interface: InterfaceName, binding: Binding) {
        let destination: IPAddress?
        let isRequired: Bool
        switch tunnel.probe {
        case .off: return nil
        case .address(let address): (destination, isRequired) = (address, true)
        case .automatic: (destination, isRequired) = (tunnel.farAddress, false)
        }
        guard let destination else { return nil }
        let route = tunnel.routes.filter { $0.destination.contains(destination) }
            .max { $0.destination.length < $1.destination.length }
        self.init(
            to: destination, from: route?.source, by: interface, connections: tunnel.peers.map(\.connection.text),
            binding: binding, isRequired: isRequired)
    }
}
