internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The request that adds a route (RTM_NEWROUTE, ip-route(8) `add`).
    ///
    /// It fails with EEXIST when the table has a route to the same prefix with the same metric.
    ///
    /// - Parameters:
    ///   - route: the route.
    ///   - interfaces: where devices are found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`: ENODEV when the table lacks a device, EINVAL for a weight outside of 1...256, EMSGSIZE
    ///   for more next hops than a message holds (more than 100).
    public static func add(_ route: Route, interfaces: InterfaceTable) throws(NetlinkError) -> Request {
        try encode(.add, route, interfaces: interfaces)
    }

    /// The request that adds a route or puts it in the place of the one to the same prefix with the same metric.
    ///
    /// - Parameters:
    ///   - route: the route.
    ///   - interfaces: where devices are found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`, as adding does.
    public static func replace(_ route: Route, interfaces: InterfaceTable) throws(NetlinkError) -> Request {
        try encode(.replace, route, interfaces: interfaces)
    }

    /// The request that removes a route (RTM_DELROUTE); ESRCH when it is not there.
    ///
    /// All of the route is sent, so that only it can match. A `scope` of nil matches any.
    ///
    /// - Parameters:
    ///   - route: the route.
    ///   - interfaces: where devices are found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`, as adding does.
    public static func delete(_ route: Route, interfaces: InterfaceTable) throws(NetlinkError) -> Request {
        try encode(.delete, route, interfaces: interfaces)
    }

    private static func encode(
        _ operation: NetlinkError.Operation, _ route: Route, interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        let draft = try RouteDraft(operation, route, interfaces: interfaces)
        return try draft.request()
    }
}
