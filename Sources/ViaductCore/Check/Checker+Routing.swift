internal import NetworkModel

extension Checker {
    /// Where packets go: routes, selectors, reverse path filtering, forwarding and redirects.
    mutating func checkRouting() {
        checkSelectors()
        checkLookups()
        checkReversePath()
        checkForwarding()
    }

    /// Whether the selectors that were negotiated cover what is routed into the link.
    private mutating func checkSelectors() {
        guard let tunnel, !children.isEmpty else { return }
        let remotes = children.flatMap(\.remoteSelectors).compactMap(Self.prefix)
        for route in tunnel.routes where !remotes.contains(where: { $0.contains(route.destination) }) {
            // A part of it may be: the default route with selectors of two halves, say.
            let isPart = remotes.contains { route.destination.contains($0) }
            add(
                .selectors, .error,
                "\(route.destination) is routed into the link, and the remote selectors of its SAs are "
                    + "\(children.flatMap(\.remoteSelectors).uniqued.joined(separator: ", "))"
                    + (isPart ? ": a part of it only" : ""),
                fix:
                    "let the peer offer \(route.destination) as its traffic selector, or take the route out of the spec"
            )
        }
        let locals = children.flatMap(\.localSelectors).compactMap(Self.prefix)
        for wanted in tunnel.children.flatMap(\.local).compactMap(\.prefix).uniqued
        where !locals.contains(where: { $0.contains(wanted) }) {
            let hasFamily = tunnel.routes.contains { $0.destination.family == wanted.family }
            guard hasFamily else { continue }
            add(
                .selectors, .error,
                "the spec offers \(wanted) as local selector, and the peer took only "
                    + "\(children.flatMap(\.localSelectors).uniqued.joined(separator: ", "))",
                fix: "let the peer take \(wanted) as its remote traffic selector")
        }
    }

    /// The prefix in a selector of charon's spelling, such as `10.1.0.0/16[tcp/http]`.
    private static func prefix(_ selector: String) -> IPPrefix? {
        IPPrefix(selector.prefix { $0 != "[" })
    }

    /// Whether the kernel sends the tunnel's packets into the link.
    private mutating func checkLookups() {
        guard !has(.linkMissing, .linkDown) else { return }
        let names = Set(links.map(\.name))
        for lookup in facts.lookups where !(lookup.device.map(names.contains) ?? false) {
            let place = lookup.device.map { "goes by \($0)" } ?? "has no way"
            let table = lookup.table.map { $0 == Route.mainTable ? "" : " (table \($0))" } ?? ""
            add(
                .routeElsewhere, .error,
                "a packet to \(lookup.address), which the spec routes into the tunnel, \(place)\(table)",
                fix: inside("ip route get \(lookup.address)") + " and ip rule show what takes it: remove that route or "
                    + "rule, or give the tunnel's a lower metric or priority")
        }
    }

    /// Whether what comes in by the link is dropped because its sender is routed elsewhere.
    private mutating func checkReversePath() {
        let elsewhere = facts.lookups.filter { lookup in
            lookup.prefix.family == .ipv4 && !links.contains { $0.name == lookup.device }
        }
        let tables = Set(
            tunnel?.routes.compactMap { route in
                route.destination.family == .ipv4 && route.table != nil ? route.destination : nil
            } ?? [])
        for link in links {
            let all = number("net", "ipv4", "conf", "all", "rp_filter")
            let own = number("net", "ipv4", "conf", link.name.text, "rp_filter")
            guard max(all, own) == 1 else { continue }
            let asymmetric =
                elsewhere.map(\.prefix)
                + tables.filter { prefix in
                    !facts.lookups.contains { $0.prefix == prefix }
                }
            guard let prefix = asymmetric.first else { continue }
            let key = "net/ipv4/conf/\(link.name)/rp_filter"
            add(
                .rpFilter, .error,
                "rp_filter is strict on \(link.name) (all \(all), \(link.name) \(own)), and answers to \(prefix) do not "
                    + "go by \(link.name)",
                fix: inside("sysctl -w \(key)=2"))
        }
    }

    private func number(_ components: String...) -> Int {
        var key = SysctlKey()
        key.components = components
        return facts.settings[key].flatMap { Int($0) } ?? 0
    }

    /// Whether packets pass between the tunnel and the networks behind this machine.
    private mutating func checkForwarding() {
        guard let tunnel, !links.isEmpty else { return }
        let families = Set(tunnel.routes.map(\.destination.family)).sorted()
        var isForwarding = false
        for family in families {
            let key = family == .ipv4 ? SysctlKey.forwardingIPv4 : .forwardingIPv6
            guard let value = machine.sysctls[key] else { continue }
            guard value == "0" else {
                isForwarding = isForwarding || family == .ipv4
                continue
            }
            guard tunnel.forwarding != .off, let network = networkBehind(family) else { continue }
            add(
                .forwardingOff, .warning, "\(key) is 0, and \(network.address.network) is on \(network.interface)",
                fix: "forwarding: true in the spec, then: viaduct up \(facts.name); or forwarding: false when only "
                    + "this machine uses the tunnel")
        }
        guard isForwarding, tunnel.peers.count > 1 else { return }
        for link in links {
            let all = number("net", "ipv4", "conf", "all", "send_redirects")
            let own = number("net", "ipv4", "conf", link.name.text, "send_redirects")
            guard max(all, own) > 0 else { continue }
            add(
                .redirects, .warning,
                "send_redirects is on for \(link.name) (all \(all), \(link.name) \(own)), and the link has "
                    + "\(tunnel.peers.count) peers",
                fix: inside("sysctl -w net/ipv4/conf/all/send_redirects=0 net/ipv4/conf/\(link.name)/send_redirects=0"))
        }
    }

    /// An address of this machine that belongs to a network behind it which the tunnel is to serve.
    private func networkBehind(_ family: AddressFamily) -> InterfaceAddress? {
        let own = Set(links.map(\.name) + underlayDevices)
        let locals = (tunnel?.children ?? []).flatMap(\.local).compactMap(\.prefix)
        return machine.addresses.first { address in
            let prefix = address.address
            return prefix.family == family && !own.contains(address.interface) && address.interface != .loopback
                && prefix.length < family.bitCount - 1 && !prefix.address.isLinkLocal && address.isGiven
                && (locals.isEmpty || locals.contains { $0.contains(prefix.address) })
        }
    }
}
