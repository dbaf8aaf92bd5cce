internal import NetworkModel

/// A tunnel as a state of nmstate.
///
/// nmstate shows XFRM interfaces but makes none. What it has is libreswan's IPsec by NetworkManager, with a link that
/// libreswan makes; so the same peers are reached, by another IKE daemon.
struct NmstateExport {
    private let blueprint: Blueprint
    private var remarks: [Export.Remark] = []

    init(_ blueprint: Blueprint) {
        self.blueprint = blueprint
    }

    var export: Export {
        var copy = self
        return copy.made()
    }

    private mutating func made() -> Export {
        remarks.append(
            Export.Remark(
                "nmstate makes no XFRM interface: IPsec is libreswan's, by NetworkManager, on a link that libreswan makes and "
                    + "names; take the tunnel from charon"))
        let peers = zip(blueprint.tunnel.peers, blueprint.connections).map { interface($0, $1) }
        let routes = blueprint.routes.filter { $0.type != .unicast }.map(fence)
        tellRoutes()
        var rules: [SpecValue] = []
        for rule in blueprint.rules { if let value = self.rule(rule) { rules.append(value) } }
        for address in blueprint.addresses {
            remarks.append(
                Export.Remark("nmstate has no addresses of its own on libreswan's link", by: [.addAddress(address)]))
        }
        for change in blueprint.sysctls {
            remarks.append(Export.Remark("nmstate does not change kernel settings", by: [.setSysctl(change)]))
        }
        remarks += blueprint.commonRemarks(of: "nmstate")
        remarks.append(
            Export.Remark(
                "nmstate takes the secret in the state itself (`psk` of `libreswan`): write it there, mode 0600"))
        let document = SpecValue.mapping(
            .init("interfaces", .list(peers)),
            routes.isEmpty ? nil : .init("routes", .mapping(.init("config", .list(routes)))),
            rules.isEmpty ? nil : .init("route-rules", .mapping(.init("config", .list(rules)))))
        let heading =
            "# Made by `viaduct export nmstate \(blueprint.name)`.\n" + remarks.map { "# Not here: \($0)\n" }.joined()
        return Export(
            files: [Export.File("\(blueprint.name).yaml", heading + document.yaml)], remarks: remarks)
    }

    /// A peer as an interface of the type `ipsec`.
    private mutating func interface(_ peer: TunnelPeer, _ connection: Connection) -> SpecValue {
        let local = if case .list(let hosts)? = connection.tree["local_addrs"] { hosts.first } else { String?.none }
        if peer.remote.hosts.count > 1 || peer.remote.hosts.isEmpty {
            remarks.append(Export.Remark("nmstate has one address for the peer \(peer.connection)"))
        }
        if peer.children.count > 1 {
            remarks.append(
                Export.Remark(
                    "nmstate has one pair of selectors for each interface, so of \(peer.connection) only the child "
                        + "\(peer.children[0].name) is here"))
        }
        let locals = peer.children.first?.local ?? []
        if !locals.allSatisfy({ $0.prefix?.isEverything ?? false }) {
            remarks.append(
                Export.Remark(
                    "nmstate's left side is any address: the local selectors \(locals.map(\.description).joined(separator: ", ")) "
                        + "are not here, and the peer has to agree"))
        }
        return .mapping(
            .init("name", peer.connection.text), .init("type", "ipsec"), .init("state", "up"),
            .init("ipv4", .mapping(.init("enabled", "true"))),
            .init("libreswan", .mapping(libreswan(peer, local: local))))
    }

    private mutating func libreswan(_ peer: TunnelPeer, local: String?) -> [SpecValue.Entry] {
        let remotes = peer.children.first?.remote ?? []
        if remotes.count > 1 {
            remarks.append(
                Export.Remark(
                    "nmstate has one remote selector: of \(remotes.map(\.description).joined(separator: ", ")) the first is here"
                ))
        }
        let isSecret = if case .psk = peer.local.authentication { true } else { false }
        if !isSecret {
            remarks.append(
                Export.Remark("nmstate takes certificates by their nickname in libreswan's NSS database (`leftcert`)"))
        }
        var entries: [SpecValue.Entry?] = [
            .init("left", ifAny: local.map { .text($0) }),
            .init("leftid", ifAny: peer.local.identity.map { .text(Self.identity($0)) }),
            .init("right", peer.remote.hosts.first?.description ?? "%any"),
            .init("rightid", ifAny: peer.remote.identity.map { .text(Self.identity($0)) }),
            .init("rightsubnet", ifAny: remotes.first?.prefix.map { .text("\($0)") }),
            .init("ikev2", peer.ike.version == 2 ? "insist" : "no"),
            isSecret ? .init("authby", "secret") : nil,
        ]
        entries += [
            .init("ike", ifAny: proposals(peer.ike.proposals, "ike").map { .text($0) }),
            .init("esp", ifAny: proposals(peer.children.first?.esp.proposals ?? [], "esp").map { .text($0) }),
            .init("ikelifetime", "\(peer.ike.rekeyTime)"),
            .init("salifetime", ifAny: (peer.children.first?.esp.rekeyTime).map { .text("\($0)") }),
            .init("dpddelay", "\(peer.ike.deadPeerDelay.count)"),
            .init("dpdaction", peer.start == .up ? "restart" : "hold"), .init("ipsec-interface", "yes"),
        ]
        return entries.compactMap { $0 }
    }

    /// A name with `@`, so that libreswan does not look it up.
    private static func identity(_ text: String) -> String {
        IPAddress(text) != nil || text.contains("@") || text.contains("=") ? text : "@" + text
    }

    private mutating func proposals(_ proposals: [Proposal], _ key: String) -> String? {
        var texts: [String] = []
        for proposal in proposals {
            if let text = LibreswanProposal.text(proposal) {
                texts.append(text)
            } else {
                remarks.append(Export.Remark("libreswan has no words for the \(key) proposal \(proposal.text)"))
            }
        }
        return texts.isEmpty ? nil : texts.joined(separator: ",")
    }

    private mutating func tellRoutes() {
        for route in blueprint.routes where route.type == .unicast {
            remarks.append(
                Export.Remark("libreswan routes \(route.destination) by itself, if it is in `rightsubnet`", by: []))
        }
    }

    private func fence(_ route: Route) -> SpecValue {
        .mapping(
            .init("destination", "\(route.destination)"), .init("route-type", route.type.word),
            route.table == Route.mainTable ? nil : .init("table-id", "\(route.table)"),
            .init("metric", ifAny: route.metric.map { .text("\($0)") }))
    }

    /// A rule; nil when nmstate cannot say it, which is told.
    private mutating func rule(_ rule: Rule) -> SpecValue? {
        let hasMore =
            rule.isInverted || rule.outputInterface != nil || rule.ipProtocol != nil || rule.sourcePorts != nil
            || rule.destinationPorts != nil || rule.users != nil || rule.tunnelID != nil || rule.isL3Master
            || rule.suppressGroup != nil || rule.typeOfService != nil
        // Nil for what nmstate has no word for.
        let what: SpecValue.Entry?
        switch rule.action {
        case .lookup(let table): what = .init("route-table", "\(table)")
        case .blackhole, .unreachable, .prohibit: what = .init("action", "\(rule.action)")
        case .goto, .nop: what = nil
        }
        guard let what, !hasMore else {
            remarks.append(Export.Remark("nmstate cannot say a rule", by: [.addRule(rule)]))
            return nil
        }
        return .mapping(
            .init("priority", "\(rule.priority)"), .init("family", rule.family.rawValue),
            .init("ip-from", ifAny: rule.from.map { .text("\($0)") }),
            .init("ip-to", ifAny: rule.to.map { .text("\($0)") }), what,
            .init("fwmark", ifAny: rule.mark.map { .text("\($0.value)") }),
            .init("fwmask", ifAny: rule.mark.flatMap { $0.mask == .max ? nil : .text("\($0.mask)") }),
            .init("iif", ifAny: rule.inputInterface.map { .text($0.text) }),
            .init("suppress-prefix-length", ifAny: rule.suppressPrefixLength.map { .text("\($0)") }))
    }
}
