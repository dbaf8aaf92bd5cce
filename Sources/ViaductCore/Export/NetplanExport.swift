internal import NetworkModel

/// A tunnel's link, addresses, routes and rules for netplan, rendered by networkd.
///
/// netplan makes VTIs, but no XFRM interfaces: those are made by a .netdev file beside it, and netplan has the rest.
struct NetplanExport {
    private let blueprint: Blueprint
    private var remarks: [Export.Remark] = []

    init(_ blueprint: Blueprint) {
        self.blueprint = blueprint
    }

    private static let manager = "netplan"

    var export: Export {
        var copy = self
        return copy.made()
    }

    private mutating func made() -> Export {
        let isVTI = blueprint.links.contains { if case .vti = $0.kind { true } else { false } }
        let links = blueprint.links.enumerated().map { index, link in
            SpecValue.Entry(link.name.text, .mapping(self.link(link) + (index == 0 ? inside() : [])))
        }
        let document = SpecValue.mapping(
            .init(
                "network",
                .mapping(
                    .init("version", "2"), .init("renderer", "networkd"),
                    .init(isVTI ? "tunnels" : "ethernets", .mapping(links)))))
        let networkd = NetworkdExport(blueprint)
        if !isVTI {
            remarks.append(
                Export.Remark(
                    "netplan makes no XFRM interfaces: copy \(networkd.devices.map(\.name).joined(separator: ", ")) to "
                        + "/etc/systemd/network as well"))
        }
        remarks += blueprint.commonRemarks(of: Self.manager)
        for link in blueprint.links {
            if let master = link.master {
                remarks.append(
                    Export.Remark(
                        "netplan names members in its VRF: add \(link.name) to `interfaces` of \(master) in `vrfs`"))
            }
            if let device = link.kind.device {
                remarks.append(Export.Remark("netplan does not bind \(link.name) to \(device)"))
            }
        }
        if blueprint.routes.contains(where: { $0.type == .unreachable }) {
            remarks.append(
                Export.Remark(
                    "networkd, below netplan, takes the unreachable routes away with the link, so they do not hold packets "
                        + "back when it is gone"))
        }
        remarks.append(blueprint.charonRemark(of: Self.manager))
        let heading =
            "# Made by `viaduct export netplan \(blueprint.name)`.\n"
            + remarks.map { "# Not here: \($0)\n" }.joined()
        return Export(
            files: [Export.File("netplan/60-\(blueprint.name).yaml", heading + document.yaml)]
                + (isVTI ? [] : networkd.devices) + [networkd.settings].compactMap { $0 },
            remarks: remarks)
    }

    private func link(_ link: Link) -> [SpecValue.Entry] {
        var entries: [SpecValue.Entry] = []
        if case .vti(let vti) = link.kind {
            entries += [
                .init("mode", link.kind.word), .init("local", "\(vti.local)"),
                .init("remote", vti.remote.map { "\($0)" } ?? "\(IPAddress.any(vti.family))"),
                .init("keys", .mapping(.init("input", "\(vti.inputKey)"), .init("output", "\(vti.outputKey)"))),
            ]
            if let mtu = link.mtu { entries.append(.init("mtu", "\(mtu)")) }
        }
        let hasLinkLocal = link.addressGeneration.map { $0 != .none } ?? false
        return entries + [
            .init("link-local", .list(hasLinkLocal ? [.text("ipv6")] : [])), .init("accept-ra", "false"),
            .init("optional", "true"),
        ]
    }

    private mutating func inside() -> [SpecValue.Entry] {
        var entries: [SpecValue.Entry] = []
        var addresses: [SpecValue] = []
        for address in blueprint.addresses {
            if address.peer != nil {
                remarks.append(Export.Remark("netplan has no peer's address", by: [.addAddress(address)]))
            } else {
                addresses.append(.text("\(address.address)"))
            }
        }
        if !addresses.isEmpty { entries.append(.init("addresses", .list(addresses))) }
        let routes = blueprint.routes.map { route($0) }
        if !routes.isEmpty { entries.append(.init("routes", .list(routes))) }
        var rules: [SpecValue] = []
        for rule in blueprint.rules { if let value = self.rule(rule) { rules.append(value) } }
        if !rules.isEmpty { entries.append(.init("routing-policy", .list(rules))) }
        return entries
    }

    private mutating func route(_ route: Route) -> SpecValue {
        if let size = route.advertisedMSS {
            remarks.append(Export.Remark("netplan does not set the advertised MSS \(size) of \(route.destination)"))
        }
        return .mapping(
            .init("to", "\(route.destination)"),
            route.type == .unicast ? .init("scope", "link") : .init("type", route.type.word),
            route.table == Route.mainTable ? nil : .init("table", "\(route.table)"),
            .init("metric", ifAny: metric(of: route).map { .text("\($0)") }),
            .init("from", ifAny: route.source.map { .text("\($0)") }),
            .init("mtu", ifAny: route.mtu.map { .text("\($0)") }))
    }

    /// The metric; netplan 0.106 writes those from 2^31 on as negative numbers.
    private mutating func metric(of route: Route) -> UInt32? {
        let most = UInt32(Int32.max)
        guard let metric = route.metric, metric > most else { return route.metric }
        if route.type == .unicast {
            remarks.append(
                Export.Remark("netplan takes metrics up to \(most), which that of \(route.destination) is now"))
        }
        return most
    }

    /// A rule; nil when netplan cannot say it, which is told.
    private mutating func rule(_ rule: Rule) -> SpecValue? {
        let hasMore =
            rule.isInverted || rule.inputInterface != nil || rule.outputInterface != nil || rule.ipProtocol != nil
            || rule.sourcePorts != nil || rule.destinationPorts != nil || rule.users != nil || rule.tunnelID != nil
            || rule.isL3Master || rule.suppressPrefixLength != nil || rule.suppressGroup != nil
            || rule.mark.map { $0.mask != .max } ?? false
        guard case .lookup(let table) = rule.action, !hasMore else {
            remarks.append(Export.Remark("netplan cannot say a rule", by: [.addRule(rule)]))
            return nil
        }
        let everything = rule.from == nil && rule.to == nil ? IPPrefix.everything(rule.family) : nil
        return .mapping(
            .init("from", ifAny: (rule.from ?? everything).map { .text("\($0)") }),
            .init("to", ifAny: rule.to.map { .text("\($0)") }), .init("table", "\(table)"),
            .init("priority", "\(rule.priority)"), .init("mark", ifAny: rule.mark.map { .text("\($0.value)") }),
            .init("type-of-service", ifAny: rule.typeOfService.map { .text("\($0)") }))
    }
}
