import NetworkModel
import ViaductCore

extension FakeHost {
    /// Makes one change as kernel and charon would, with the errors that they would give.
    mutating func change(_ step: Step) throws {
        switch step {
        case .within(_, let step): try change(step)
        case .changeKind(let name, from: _, to: let kind): links[try index(of: name)].kind = kind
        case .addClamp(let clamp):
            guard !clamps.contains(where: { $0.name == clamp.table }) else { throw Failure("EEXIST \(clamp.table)") }
            clamps.append(MSSClampTable(name: clamp.table, comment: clamp.comment, clamp: clamp))
        case .removeClamp(let clamp): clamps.removeAll { $0.name == clamp.table }
        case .runHooks(let run): hooks.append(run.moment)
        case .loadPool(let pool): pools.insert(pool)
        case .unloadPool(let pool): pools.remove(pool)
        case .addLink(let link): try add(link)
        case .removeLink(let link): remove(link: link.name)
        case .changeLink(let change): try apply(change)
        case .addAddress(let address): try add(address)
        case .removeAddress(let address): remove(address)
        case .addRoute(let route): try add(route)
        case .removeRoute(let route):
            let wanted = route.shown
            routes.removeAll { $0 == wanted }
        case .addRule(let rule):
            guard !rules.contains(where: { $0.isTwin(of: rule) }) else { throw Failure("EEXIST rule") }
            rules = (rules + [rule]).sorted { ($0.family, $0.priority) < ($1.family, $1.priority) }
        case .removeRule(let rule): rules.removeAll { $0 == rule }
        case .setSysctl(let change):
            guard sysctls[change.key] != nil else { throw Failure("ENOENT \(change.key)") }
            sysctls[change.key] = change.to
        case .writeFile(let file, replacing: _): try write(file)
        case .removeFile(let file): files[file.path] = nil
        case .loadSecret(let secret): try load(secret)
        case .unloadSecret(let secret): try unload(secret)
        case .loadConnection(let connection, let old): try load(connection, replacing: old)
        case .unloadConnection(let connection): unload(connection)
        case .endSAs(of: let connection): endDead(of: connection)
        case .establish(let wanted): try establish(wanted)
        case .probe(let probe): try answer(probe)
        }
    }

    private func index(of link: InterfaceName) throws -> Int {
        guard let index = links.firstIndex(where: { $0.name == link }) else { throw Failure("ENODEV \(link)") }
        return index
    }

    // MARK: - Links

    private mutating func add(_ link: Link) throws {
        guard !links.contains(where: { $0.name == link.name }) else { throw Failure("EEXIST \(link.name)") }
        if case .xfrm(let xfrm) = link.kind {
            for other in links {
                guard case .xfrm(let its) = other.kind, its.ifID == xfrm.ifID else { continue }
                throw Failure("EEXIST if_id \(xfrm.ifID)")
            }
            if let device = xfrm.device { _ = try index(of: device) }
        }
        let hasIPv6 = link.mtu ?? 1500 >= 1280
        if case .vti = link.kind {
            for family in AddressFamily.allCases where family == .ipv4 || hasIPv6 {
                sysctls[.disablePolicy(family, link.name)] = "0"
            }
        }
        // As on the wire: flags are taken at creation, alias and address generation mode are not.
        links.append(
            Link(
                name: link.name, kind: link.kind, mtu: link.mtu ?? 1500, isMulticast: link.isMulticast,
                addressGeneration: hasIPv6 ? .eui64 : nil))
        if link.isUp { setUp(true, linkAt: links.count - 1) }
    }

    mutating func remove(link name: InterfaceName) {
        links.removeAll { $0.name == name }
        sysctls = sysctls.filter { $0.key.link != name.text }
        addresses.removeAll { $0.interface == name }
        routes.removeAll { $0.isOn(name) }
    }

    private mutating func apply(_ change: LinkChange) throws {
        let index = try index(of: change.name)
        if let mtu = change.to.mtu {
            guard (mtu < 1280) == (links[index].addressGeneration == nil) else {
                throw Failure("IPv6 comes or goes with the MTU of \(change.name)")
            }
            links[index].mtu = mtu
        }
        if let alias = change.to.alias { links[index].alias = alias.isEmpty ? nil : alias }
        if let group = change.to.group { links[index].group = group }
        if let isMulticast = change.to.isMulticast { links[index].isMulticast = isMulticast }
        // The kernel sets flags before it looks at the settings of a family.
        if let isUp = change.to.isUp, links[index].isUp != isUp { setUp(isUp, linkAt: index) }
        if let master = change.to.master {
            if case .of(let name) = master { links[index].master = name } else { links[index].master = nil }
        }
        if let mode = change.to.addressGeneration {
            guard links[index].addressGeneration != nil else { throw Failure("EAFNOSUPPORT \(change.name)") }
            links[index].addressGeneration = mode
        }
    }

    private mutating func setUp(_ isUp: Bool, linkAt index: Int) {
        let name = links[index].name
        links[index].isUp = isUp
        if isUp {
            if let mode = links[index].addressGeneration, mode != .none, let own = IPPrefix("fe80::1234/64") {
                addresses.append(InterfaceAddress(interface: name, address: own, scope: .link, origin: 2))
            }
        } else {
            routes.removeAll { $0.isOn(name) }
            addresses.removeAll { $0.interface == name && $0.address.family == .ipv6 }
        }
        refreshConnectedRoutes(of: name)
    }

    // MARK: - Addresses

    private mutating func add(_ address: InterfaceAddress) throws {
        _ = try index(of: address.interface)
        let isThere = addresses.contains { other in
            guard other.interface == address.interface, other.address.address == address.address.address else {
                return false
            }
            // IPv4 takes the same address once for each prefix.
            return other.address.family == .ipv6 || other.subnet == address.subnet
        }
        guard !isThere else { throw Failure("EEXIST \(address.address)") }
        addresses.append(address)
        refreshConnectedRoutes(of: address.interface)
    }

    private mutating func remove(_ address: InterfaceAddress) {
        func isIt(_ other: InterfaceAddress) -> Bool {
            other.interface == address.interface && other.address == address.address && other.peer == address.peer
        }
        guard let index = addresses.firstIndex(where: isIt) else { return }
        let isFirst = !addresses[..<index].contains { $0.isSibling(of: address) }
        addresses.remove(at: index)
        guard address.address.family == .ipv4 else {
            for index in routes.indices where routes[index].source == address.address.address {
                routes[index].source = nil
            }
            refreshConnectedRoutes(of: address.interface)
            return
        }
        // The other addresses of a subnet go with its first (promote_secondaries=0).
        if isFirst { addresses.removeAll { $0.isSibling(of: address) } }
        let left = Set(addresses.map(\.address.address))
        routes.removeAll { $0.family == .ipv4 && ($0.source.map { !left.contains($0) } ?? false) }
        // The last one takes IPv4 itself along (fib_disable_ip).
        if !addresses.contains(where: { $0.interface == address.interface && $0.address.family == .ipv4 }) {
            routes.removeAll { $0.family == .ipv4 && $0.isOn(address.interface) }
        }
        refreshConnectedRoutes(of: address.interface)
    }

    /// Makes the kernel's own routes for the addresses of an interface what they should be.
    private mutating func refreshConnectedRoutes(of name: InterfaceName) {
        routes.removeAll { $0.isOn(name) && $0.origin == 2 }
        guard let link = links.first(where: { $0.name == name }) else { return }
        for address in addresses where address.interface == name {
            let own = address.address
            let isIPv4 = own.family == .ipv4
            routes.append(
                Route(
                    to: IPPrefix(host: own.address), type: .local, nextHops: [NextHop(device: name)], table: 255,
                    metric: isIPv4 ? nil : 0, source: isIPv4 ? own.address : nil, origin: 2,
                    scope: isIPv4 ? .host : nil))
            guard link.isUp, !address.subnet.isHost || address.peer != nil else { continue }
            let connected = Route(
                to: address.subnet, nextHops: [NextHop(device: name)], metric: isIPv4 ? nil : 256,
                source: isIPv4 ? own.address : nil, origin: 2, scope: isIPv4 ? .link : nil)
            if !routes.contains(where: { $0.isTwin(of: connected) }) { routes.append(connected) }
        }
    }

    // MARK: - Routes

    private mutating func add(_ route: Route) throws {
        let shown = route.shown
        guard !routes.contains(where: { $0.isTwin(of: shown) }) else { throw Failure("EEXIST \(route.destination)") }
        for device in route.nextHops.compactMap(\.device) {
            guard links[try index(of: device)].isUp else { throw Failure("ENETDOWN \(device)") }
        }
        if let source = route.source, !addresses.contains(where: { $0.address.address == source }) {
            throw Failure("EINVAL source \(source)")
        }
        routes.append(shown)
    }
}

extension InterfaceAddress {
    /// The prefix that the address puts on the link.
    var subnet: IPPrefix {
        (peer.flatMap { IPPrefix($0, length: address.length) } ?? address).network
    }

    /// Whether two addresses are of one IPv4 subnet of one interface, so that one is secondary to the other.
    fileprivate func isSibling(of other: InterfaceAddress) -> Bool {
        interface == other.interface && address.family == .ipv4 && subnet == other.subnet
    }
}

extension Route {
    /// The route as the kernel shows it.
    var shown: Route {
        var copy = self
        if family == .ipv6 {
            copy.metric = metric ?? 1024
            copy.scope = nil
        } else {
            copy.metric = metric == 0 ? nil : metric
            copy.scope = scope ?? (type == .unicast && !nextHops.contains { $0.gateway != nil } ? .link : .universe)
        }
        if [.blackhole, .unreachable, .prohibit, .throw].contains(type) { copy.nextHops = [] }
        return copy
    }

    /// Whether the kernel would not have both: same destination, table and metric.
    func isTwin(of other: Route) -> Bool {
        destination == other.destination && table == other.table && (shown.metric ?? 0) == (other.shown.metric ?? 0)
    }

    fileprivate func isOn(_ device: InterfaceName) -> Bool { nextHops.contains { $0.device == device } }
}

extension Rule {
    /// Whether the kernel would not have both: the same but for who made it.
    func isTwin(of other: Rule) -> Bool {
        var copy = other
        copy.origin = origin
        return copy == self
    }
}
