internal import NetworkModel

/// A request to the kernel as a value: the encoded message, and the words for it that an error will use.
///
/// Make requests with the static functions, gather as many as you like, and hand them to `NetlinkSocket.perform(_:)`.
/// A request holds interface indexes, so it belongs to the network namespace whose `InterfaceTable` it was made with.
///
/// What is built by whom: libnl-route's builders make the requests that create links and those for routes
/// (`rtnl_link_build_add_request`, `rtnl_route_build_add_request`, `rtnl_route_build_del_request`). All other requests
/// (link settings and removal, addresses, rules, queries) are libnl-3 messages and attributes, because libnl-route 3.7
/// cannot say what they need. What the kernel answers is never read by libnl-route, nor kept in one of its caches.
public struct Request: Sendable, Hashable {
    /// What it asks for.
    public let operation: NetlinkError.Operation
    let subject: Subject
    /// `struct nlmsghdr` and all that follows, padded to 4 bytes; sequence number and port are 0 until it is sent.
    let bytes: [UInt8]

    /// The object it is about, in words, such as `route 10.0.0.0/8 in table 100`.
    public var object: String { subject.description }
}

extension Request: CustomStringConvertible {
    /// The operation and the object, such as `add rule 5210 (IPv4)`.
    public var description: String { "\(operation.rawValue) \(object)" }
}

/// What a request is about; it gives errors their words and hints.
enum Subject: Sendable, Hashable {
    case link(name: String, kind: LinkKind?)
    case linkGroup(UInt32)
    case address(InterfaceAddress)
    case route(Route)
    case rule(Rule)
    case lookup(IPAddress)
    case firewallTable(FirewallTableName)
    /// Anything else: the socket, a list that is read, a namespace.
    case words(String)
}

extension Subject: CustomStringConvertible {
    var description: String {
        switch self {
        case .link(let name, let kind):
            guard let word = kind?.word, !word.isEmpty else { return "link \(name)" }
            return "\(word) link \(name)"
        case .linkGroup(let group): return "links of group \(group)"
        case .address(let address): return "address \(address.address) on \(address.interface)"
        case .route(let route):
            let type = route.type == .unicast ? "" : route.type.word + " "
            let table = route.table == Route.mainTable ? "" : " in table \(route.table)"
            let device = route.nextHops.count == 1 ? route.nextHops[0].device.map { " dev \($0)" } ?? "" : ""
            return "\(type)route \(route.destination)\(device)\(table)"
        case .rule(let rule): return "rule \(rule.priority) (\(rule.family == .ipv4 ? "IPv4" : "IPv6"))"
        case .lookup(let address): return "the route to \(address)"
        case .firewallTable(let name): return "firewall table inet \(name)"
        case .words(let words): return words
        }
    }
}
