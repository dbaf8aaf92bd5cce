/// A packet whose route is asked for (RTM_GETROUTE, ip-route(8) `get`).
public struct RouteQuery: Sendable, Hashable {
    /// Where it goes to.
    public var destination: IPAddress
    /// Where it comes from; nil lets the kernel choose.
    public var source: IPAddress?
    /// Its mark (RTA_MARK), host byte order; 0 means none.
    public var mark: UInt32
    /// The interface it comes in by (RTA_IIF), which needs `source`; nil means that this host sends it.
    public var inputInterface: InterfaceName?
    /// The interface its socket is bound to (RTA_OIF); nil means none.
    public var outputInterface: InterfaceName?
    /// The owner of the socket (RTA_UID); nil means the caller.
    public var user: UInt32?
    /// Its IP protocol number (RTA_IP_PROTO), of TCP, UDP or ICMP; nil means none in particular.
    public var ipProtocol: UInt8?
    /// Its source port (RTA_SPORT) in host byte order, which needs `ipProtocol`; nil means none in particular.
    public var sourcePort: UInt16?
    /// Its destination port (RTA_DPORT) in host byte order, which needs `ipProtocol`; nil means none in particular.
    public var destinationPort: UInt16?
    /// Whether the entry of the table is wanted, with its prefix and metric, instead of what becomes of it for this
    /// packet (RTM_F_FIB_MATCH; IPv4 from kernel 4.17, IPv6 from 4.20).
    public var matchesTable: Bool

    /// Makes a query.
    public init(
        to destination: IPAddress, from source: IPAddress? = nil, mark: UInt32 = 0,
        inputInterface: InterfaceName? = nil, outputInterface: InterfaceName? = nil, user: UInt32? = nil,
        ipProtocol: UInt8? = nil, sourcePort: UInt16? = nil, destinationPort: UInt16? = nil, matchesTable: Bool = false
    ) {
        self.destination = destination
        self.source = source
        self.mark = mark
        self.inputInterface = inputInterface
        self.outputInterface = outputInterface
        self.user = user
        self.ipProtocol = ipProtocol
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.matchesTable = matchesTable
    }
}

/// What the kernel says to a `RouteQuery`.
public enum RouteAnswer: Sendable, Hashable {
    /// The packet takes this route; device, gateway, source, table, and MTU if the route has one, are in it.
    case found(Route)
    /// It is dropped by a route or rule of this type: blackhole, unreachable or prohibit.
    case dropped(RouteType)
    /// No table that the rules lead to has a route (ENETUNREACH).
    case none
}
