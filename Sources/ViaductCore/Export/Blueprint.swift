internal import NetworkModel

/// All that there is of a tunnel when it is up, gathered from the steps that make it.
struct Blueprint {
    let tunnel: Tunnel
    /// The namespace of the link; nil means that of IKE.
    private(set) var namespace: NamespaceName?
    /// The links with all their settings; the first is the tunnel's.
    private(set) var links: [Link] = []
    private(set) var addresses: [InterfaceAddress] = []
    private(set) var routes: [Route] = []
    private(set) var rules: [Rule] = []
    private(set) var sysctls: [SysctlChange] = []
    private(set) var clamps: [MSSClamp] = []
    private(set) var hooks: [HookRun] = []
    private(set) var connections: [Connection] = []
    /// The snippet of swanctl.conf.
    private(set) var snippet: [TextPiece] = []
    /// The certificates and keys that the snippet names, with where they come from.
    private(set) var credentials: [ConfigurationFile] = []

    init(_ tunnel: Tunnel, plan: Plan) {
        self.tunnel = tunnel
        for step in plan.steps { add(step) }
    }

    var name: TunnelName { tunnel.name }

    private mutating func add(_ step: Step) {
        switch step {
        case .within(let namespace, let step):
            self.namespace = namespace
            add(step)
        case .addLink(let link):
            namespace = link.namespace ?? namespace
            links.append(link)
        case .changeKind(let name, from: _, to: let kind): change(name) { $0.kind = kind }
        case .changeLink(let edit): change(edit.name) { $0.apply(edit.to) }
        case .addAddress(let address): addresses.append(address)
        case .addRoute(let route): routes.append(route)
        case .addRule(let rule): rules.append(rule)
        case .setSysctl(let change): sysctls.append(change)
        case .addClamp(let clamp): clamps.append(clamp)
        case .writeFile(let file, replacing: _):
            switch file.content {
            case .text(let text): snippet += text
            case .copy: credentials.append(file)
            }
        case .loadConnection(let connection, replacing: _): connections.append(connection)
        case .runHooks(let run): hooks.append(run)
        // The first two are in the snippet as well; a wait and a packet leave nothing behind.
        case .loadSecret, .loadPool, .establish, .probe: break
        // Nothing is there yet that could be taken away.
        case .removeLink, .removeAddress, .removeRoute, .removeRule, .removeClamp, .removeFile, .unloadSecret,
            .unloadPool, .unloadConnection, .endSAs:
            break
        }
    }

    private mutating func change(_ name: InterfaceName, _ body: (inout Link) -> Void) {
        guard let index = links.firstIndex(where: { $0.name == name }) else { return }
        body(&links[index])
    }

    /// What no manager of links does: IKE, programs, a firewall's table, the namespace.
    func commonRemarks(of manager: String, hasNamespaces: Bool = false) -> [Export.Remark] {
        var remarks: [Export.Remark] = []
        if let namespace, !hasNamespaces {
            remarks.append(
                Export.Remark(
                    "\(manager) has no network namespaces, so all of this is where it runs, and not in \(namespace)"))
        }
        for clamp in clamps {
            remarks.append(Export.Remark("\(manager) does not lower the TCP MSS", by: [.addClamp(clamp)]))
        }
        for run in hooks {
            for hook in run.hooks + run.oppositeHooks {
                remarks.append(
                    Export.Remark(
                        what: "\(manager) runs no program '\(hook.moment.rawValue)'",
                        commands: [hook.words.map(Shell.quoted).joined(separator: " ")]))
            }
        }
        return remarks
    }

    /// That IKE is another manager's.
    func charonRemark(of manager: String) -> Export.Remark {
        Export.Remark("\(manager) knows nothing of IKE: `viaduct export swanctl \(name)` writes charon's part")
    }
}

extension Link {
    fileprivate mutating func apply(_ settings: LinkSettings) {
        if let mtu = settings.mtu { self.mtu = mtu }
        if let alias = settings.alias { self.alias = alias }
        if let isUp = settings.isUp { self.isUp = isUp }
        if let isMulticast = settings.isMulticast { self.isMulticast = isMulticast }
        if let mode = settings.addressGeneration { addressGeneration = mode }
        switch settings.master {
        case nil: break
        case .some(.none): master = nil
        case .of(let name): master = name
        }
    }
}
