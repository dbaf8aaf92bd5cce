internal import NetworkModel

/// Routes by what tells them apart in the kernel; there may be tens of thousands of them.
struct RouteIndex {
    private let routes: [Route.Identity: [Route]]

    init(_ routes: some Sequence<Route>) {
        self.routes = Dictionary(grouping: routes, by: \.identity)
    }

    /// Those that the kernel takes for one, in the order given.
    subscript(identity: Route.Identity) -> [Route] { routes[identity] ?? [] }

    /// The first that is the same of the same maker, whatever the kernel noted beside; nil when there is none.
    func same(as route: Route) -> Route? { self[route.identity].first { $0.isSame(as: route) } }

    /// The first that was asked for so, when a route still is what was asked for; else the route itself.
    func asGiven(_ route: Route) -> Route { self[route.identity].first { $0.normalised == route.normalised } ?? route }
}

extension Observed {
    /// The routes that the tunnel's record claims, as they were asked for.
    var claimedRoutes: RouteIndex { RouteIndex((record?.claims ?? []).compactMap(\.addedRoute)) }
}
