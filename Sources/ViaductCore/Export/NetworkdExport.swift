internal import NetworkModel

/// A tunnel's link, addresses, routes and rules for systemd-networkd (systemd.netdev(5), systemd.network(5)).
struct NetworkdExport {
    private let blueprint: Blueprint
    private var remarks: [Export.Remark] = []

    init(_ blueprint: Blueprint) {
        self.blueprint = blueprint
    }

    private static let manager = "networkd"

    var export: Export {
        var copy = self
        return copy.made()
    }

    /// The .netdev files alone, for a manager that has none of its own but stands on networkd.
    var devices: [Export.File] {
        blueprint.links.map { link in
            let heading = ["# Made by viaduct for the tunnel \(blueprint.name).", ""]
            return Export.File("40-\(link.name).netdev", (heading + device(link)).joined(separator: "\n") + "\n")
        }
    }

    /// The settings of the kernel that networkd leaves to sysctl.d(5); nil when there are none.
    var settings: Export.File? {
        guard !blueprint.sysctls.isEmpty else { return nil }
        let lines = blueprint.sysctls.map { "\($0.key) = \($0.to)\n" }.joined()
        return Export.File(
            "sysctl.d/90-\(blueprint.name).conf", "# Made by viaduct for the tunnel \(blueprint.name).\n" + lines)
    }

    private mutating func made() -> Export {
        var sections: [(link: Link, lines: [String])] = []
        for (index, link) in blueprint.links.enumerated() {
            var lines = network(link)
            if index == 0 {
                lines += blueprint.addresses.flatMap { address($0) }
                lines += blueprint.routes.flatMap { route($0) }
                for rule in blueprint.rules { lines += self.rule(rule) }
            }
            sections.append((link, lines))
        }
        tell()
        let comments =
            ["# Made by `viaduct export networkd \(blueprint.name)`."] + remarks.map { "# Not here: \($0)" } + [""]
        let networks = sections.map { section in
            Export.File(
                "40-\(section.link.name).network", (comments + section.lines).joined(separator: "\n") + "\n")
        }
        return Export(files: networks + devices + [settings].compactMap { $0 }, remarks: remarks)
    }

    private mutating func tell() {
        remarks += blueprint.commonRemarks(of: Self.manager)
        for link in blueprint.links {
            guard let device = link.kind.device else { continue }
            let key = if case .xfrm = link.kind { "Xfrm" } else { "Tunnel" }
            remarks.append(
                Export.Remark(
                    "networkd makes \(link.name) only when the .network file of \(device) has `\(key)=\(link.name)` in its "
                        + "section [Network]"))
        }
        if blueprint.routes.contains(where: { $0.type == .unreachable }) {
            remarks.append(
                Export.Remark(
                    "networkd takes the unreachable routes away with the link, so they do not hold packets back when it is gone"
                ))
        }
        remarks.append(blueprint.charonRemark(of: Self.manager))
    }

    private func device(_ link: Link) -> [String] {
        var lines = ["[NetDev]", "Name=\(link.name)", "Kind=\(link.kind.word)"]
        if let mtu = link.mtu { lines.append("MTUBytes=\(mtu)") }
        switch link.kind {
        case .xfrm(let xfrm):
            lines += ["", "[Xfrm]", "InterfaceId=\(xfrm.ifID)"]
            if xfrm.device == nil { lines.append("Independent=yes") }
        case .vti(let vti):
            lines += ["", "[Tunnel]", "Local=\(vti.local)"]
            lines.append("Remote=\(vti.remote.map { "\($0)" } ?? "any")")
            lines += ["InputKey=\(vti.inputKey)", "OutputKey=\(vti.outputKey)"]
            if vti.device == nil { lines.append("Independent=yes") }
        case .vrf, .other: break
        }
        return lines
    }

    private func network(_ link: Link) -> [String] {
        var lines = ["[Match]", "Name=\(link.name)", "", "[Link]", "RequiredForOnline=no"]
        if let mtu = link.mtu { lines.append("MTUBytes=\(mtu)") }
        lines.append("Multicast=\(link.isMulticast ? "yes" : "no")")
        lines += ["", "[Network]"]
        lines.append("Description=viaduct:\(blueprint.name)")
        switch link.addressGeneration {
        case nil, .some(.none): lines.append("LinkLocalAddressing=no")
        case .eui64: lines += ["LinkLocalAddressing=ipv6", "IPv6LinkLocalAddressGenerationMode=eui64"]
        case .stableSecret: lines += ["LinkLocalAddressing=ipv6", "IPv6LinkLocalAddressGenerationMode=stable-privacy"]
        case .random: lines += ["LinkLocalAddressing=ipv6", "IPv6LinkLocalAddressGenerationMode=random"]
        }
        lines += ["IPv6AcceptRA=no", "ConfigureWithoutCarrier=yes"]
        if let master = link.master { lines.append("VRF=\(master)") }
        return lines
    }

    private func address(_ address: InterfaceAddress) -> [String] {
        var lines = ["", "[Address]", "Address=\(address.address)"]
        if let peer = address.peer { lines.append("Peer=\(peer)/\(address.address.length)") }
        // Of an IPv4 address networkd would make up a broadcast address, and the scope `link` of one in 169.254.0.0/16.
        if address.address.family == .ipv4 { lines += ["Broadcast=no", "Scope=global"] }
        return lines
    }

    private func route(_ route: Route) -> [String] {
        var lines = ["", "[Route]", "Destination=\(route.destination)"]
        if route.type != .unicast { lines.append("Type=\(route.type.word)") }
        if route.table != Route.mainTable { lines.append("Table=\(route.table)") }
        if let metric = route.metric { lines.append("Metric=\(metric)") }
        if let source = route.source { lines.append("PreferredSource=\(source)") }
        if let mtu = route.mtu { lines.append("MTUBytes=\(mtu)") }
        if let size = route.advertisedMSS { lines.append("TCPAdvertisedMaximumSegmentSize=\(size)") }
        lines.append("Protocol=\(route.origin)")
        return lines
    }

    private mutating func rule(_ rule: Rule) -> [String] {
        var lines = ["", "[RoutingPolicyRule]", "Priority=\(rule.priority)", "Family=\(rule.family.rawValue)"]
        switch rule.action {
        case .lookup(let table): lines.append("Table=\(table)")
        case .blackhole: lines.append("Type=blackhole")
        case .unreachable: lines.append("Type=unreachable")
        case .prohibit: lines.append("Type=prohibit")
        case .goto, .nop: return refuse(rule, " that jumps or is jumped to")
        }
        if rule.tunnelID != nil { return refuse(rule, " by tunnel id") }
        if rule.isL3Master { return refuse(rule, " of VRFs") }
        if rule.isInverted { lines.append("InvertRule=yes") }
        if let from = rule.from { lines.append("From=\(from)") }
        if let to = rule.to { lines.append("To=\(to)") }
        if let mark = rule.mark {
            lines.append("FirewallMark=\(mark.value)" + (mark.mask == .max ? "" : "/\(mark.mask)"))
        }
        if let device = rule.inputInterface { lines.append("IncomingInterface=\(device)") }
        if let device = rule.outputInterface { lines.append("OutgoingInterface=\(device)") }
        if let number = rule.ipProtocol { lines.append("IPProtocol=\(number)") }
        if let ports = rule.sourcePorts { lines.append("SourcePort=\(ports.lowerBound)-\(ports.upperBound)") }
        if let ports = rule.destinationPorts { lines.append("DestinationPort=\(ports.lowerBound)-\(ports.upperBound)") }
        if let users = rule.users { lines.append("User=\(users.lowerBound)-\(users.upperBound)") }
        if let service = rule.typeOfService { lines.append("TypeOfService=\(service)") }
        if let length = rule.suppressPrefixLength { lines.append("SuppressPrefixLength=\(length)") }
        if let group = rule.suppressGroup { lines.append("SuppressInterfaceGroup=\(group)") }
        return lines
    }

    private mutating func refuse(_ rule: Rule, _ what: String) -> [String] {
        remarks.append(Export.Remark("networkd cannot say a rule\(what)", by: [.addRule(rule)]))
        return []
    }
}

extension LinkKind {
    /// The device that the link is bound to; nil for none.
    var device: InterfaceName? {
        switch self {
        case .xfrm(let xfrm): xfrm.device
        case .vti(let vti): vti.device
        case .vrf, .other: nil
        }
    }
}
