internal import Glibc
internal import Netlink
internal import NetworkModel
internal import ViaductCore

/// A network namespace that is asked about a packet, looked at once.
final class Ground {
    let scene: Scene
    private let routing: NetlinkSocket
    private let interfaces: InterfaceTable

    /// Opens a namespace and looks at it.
    ///
    /// - Throws: `NetlinkError`.
    init(_ namespace: NetworkNamespace) throws(NetlinkError) {
        let routing = try NetlinkSocket(.route, in: namespace)
        let links = try routing.links()
        interfaces = InterfaceTable(links)
        scene = Scene(
            links: links.map { SceneLink($0) },
            addresses: try routing.addresses(interfaces: interfaces).map(\.address), rules: try routing.rules(),
            transforms: try Self.transforms(in: namespace))
        self.routing = routing
    }

    /// The policies and states; nil without the right to see them.
    private static func transforms(in namespace: NetworkNamespace) throws(NetlinkError) -> Transforms? {
        do throws(NetlinkError) {
            let xfrm = try NetlinkSocket(.xfrm, in: namespace)
            return Transforms(
                policies: try xfrm.policies(), states: try xfrm.states(), blocked: try xfrm.blockedDirections())
        } catch {
            if error.isNotPermitted { return nil }
            // A kernel without IPsec has no policies.
            if error.isNotSupported { return Transforms() }
            throw error
        }
    }

    /// The namespace with an id as seen from this one; nil when none that we may enter has it.
    func namespace(id: Int32) throws -> NetworkNamespace? {
        var candidates: [NetworkNamespace] = [.current, .path("/proc/1/ns/net")]
        do {
            candidates += try Folder(path: "/run/netns").names().map { .named($0) }
        } catch let error as FileError where error.isMissing || error.isNotPermitted {}
        for candidate in candidates {
            do throws(NetlinkError) {
                // The first process has more rights than this one, and its namespace may not be looked at otherwise.
                let found = try Capabilities.inspection.inEffect { () throws(NetlinkError) in
                    try routing.identifier(of: candidate)
                }
                if found == id { return candidate }
            } catch {
                // A name of ip-netns may be left behind without its namespace, and others may not be ours to open.
                continue
            }
        }
        return nil
    }

    func route(_ query: RouteQuery) throws(NetlinkError) -> RouteReply {
        do throws(NetlinkError) {
            switch try routing.route(query, interfaces: interfaces) {
            case .found(let answer): return .found(answer.inItsTable, entry: try entry(query)?.inItsTable)
            case .dropped(let type): return .dropped(type)
            case .none: return .none
            }
        } catch {
            switch error.code {
            case EXDEV: return .filtered
            // Of a packet that comes in: its source is one that must not come from outside, or a route drops it.
            case EINVAL where query.inputInterface != nil: return .refused("invalid source or destination")
            default: throw error
            }
        }
    }

    /// The table's entry behind an answer; nil when the kernel does not tell it.
    private func entry(_ query: RouteQuery) throws(NetlinkError) -> Route? {
        var query = query
        query.matchesTable = true
        if case .found(let route) = try routing.route(query, interfaces: interfaces) { return route }
        return nil
    }

    func routes(table: UInt32, family: AddressFamily) throws(NetlinkError) -> [Route] {
        try routing.routes(family: family, table: table, interfaces: interfaces)
    }
}

extension Route {
    /// The route with its own table: the kernel keeps `local` in `main` while there are no rules, and tells that number.
    fileprivate var inItsTable: Route {
        guard family == .ipv4, table == Route.mainTable, type == .local || type == .broadcast else { return self }
        var route = self
        route.table = 255
        return route
    }
}

extension SceneLink {
    /// Takes over what the kernel tells of a link.
    fileprivate init(_ link: KernelLink) {
        self.init(
            index: link.index, link: link.link, hasCarrier: link.isRunning, isExternal: link.isExternal)
        switch link.link.kind {
        case .xfrm, .vti: outerNamespaceID = link.underlayNamespaceID.flatMap { $0 < 0 ? nil : $0 }
        // The other end of a veth may be elsewhere too, and that means nothing to policies.
        case .vrf, .other: break
        }
    }
}
