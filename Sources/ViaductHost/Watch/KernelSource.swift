internal import Glibc
internal import Netlink
internal import NetworkModel

/// The kernel's changes in one namespace, less those that cannot concern a tunnel.
///
/// A class, as one is kept for each namespace in a dictionary.
final class KernelSource {
    private let socket: NetlinkSocket
    private var interfaces: InterfaceTable

    /// Begins to listen.
    ///
    /// - Throws: `NetlinkError`.
    init(_ subsystem: NetlinkSocket.Subsystem, in namespace: NetworkNamespace = .current) throws(NetlinkError) {
        socket = try NetlinkSocket(subsystem, in: namespace)
        switch subsystem {
        case .route: try socket.subscribe(to: [.links, .addresses, .routes, .rules])
        case .xfrm: try socket.subscribe(to: [.policies, .expirations])
        case .netfilter: break
        }
        interfaces = subsystem == .route ? InterfaceTable(try socket.links()) : InterfaceTable()
    }

    /// What to poll for.
    var descriptor: Int32 { socket.descriptor }

    /// Takes all changes that have come, and tells whether one may concern a tunnel.
    ///
    /// - Throws: `NetlinkError`.
    func drain(_ isRelevant: (Netlink.Event) -> Bool) throws(NetlinkError) -> Bool {
        var isAnyRelevant = false
        while true {
            let events = try socket.events(before: .now, interfaces: &interfaces)
            if events.isEmpty { return isAnyRelevant }
            isAnyRelevant = isAnyRelevant || events.contains(where: isRelevant)
        }
    }
}
