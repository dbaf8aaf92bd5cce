internal import NetworkModel

extension Step {
    /// The commands that do by hand what performing the step does.
    public var commands: [Command] {
        switch self {
        case .within(let namespace, let step): step.commands.map { $0.within(namespace) }
        case .addLink(let link):
            [.run(["ip", "link", "add"] + link.creationWords)]
                + (link.namespace.map { [.run(["ip", "link", "set", "dev", link.name.text, "netns", $0.text])] } ?? [])
        case .removeLink(let link):
            [link.namespace.map { Self.removal(of: link).within($0) } ?? Self.removal(of: link)]
        case .changeKind(let name, from: _, to: let kind):
            [.run(["ip", "link", "change", "dev", name.text] + kind.words)]
        case .changeLink(let change): [.run(["ip", "link", "set", "dev", change.name.text] + change.words)]
        case .addAddress(let address): [.run(["ip", "address", "add"] + address.words)]
        case .removeAddress(let address): [.run(["ip", "address", "delete"] + address.words)]
        case .addRoute(let route): [.run(["ip", route.family.ipOption, "route", "add"] + route.words)]
        case .removeRoute(let route): [.run(["ip", route.family.ipOption, "route", "delete"] + route.words)]
        case .addRule(let rule): [.run(["ip", rule.family.ipOption, "rule", "add"] + rule.words)]
        case .removeRule(let rule): [.run(["ip", rule.family.ipOption, "rule", "delete"] + rule.words)]
        case .setSysctl(let change): [.run(["sysctl", "-q", "-w", "\(change.key)=\(change.to)"])]
        case .addClamp(let clamp): clamp.creationCommands.map { .run($0) }
        case .removeClamp(let clamp): [.run(clamp.table.removalCommand)]
        case .runHooks(let run):
            run.hooks.map { .run(["env"] + run.assignments + ["timeout", "\($0.timeout)"] + $0.words) }
        case .writeFile(let file, replacing: _): [.write(file)]
        case .removeFile(let file) where file.path.folder == .keys:
            [.run(["rm", "-f", "\(file.path)"]), Self.loadCredentials]
        case .removeFile(let file): [.run(["rm", "-f", "\(file.path)"])]
        // swanctl unloads a private key when its file is gone, which is the next step.
        case .unloadSecret(.privateKey): []
        case .loadSecret, .unloadSecret(.preshared): [Self.loadCredentials]
        case .loadPool, .unloadPool: [.run(["swanctl", "--load-pools"])]
        case .loadConnection(_, replacing: nil): [Self.loadConnections]
        case .loadConnection(let connection, replacing: _?):
            connection.startsByItself ? [Self.loadConnections] : [Self.loadConnections, connection.termination]
        case .unloadConnection(let connection): [Self.loadConnections, connection.termination]
        case .endSAs(of: let connection): [Connection(name: connection, tree: SwanctlTree()).termination]
        case .establish(let establishment): establishment.commands
        case .probe(let probe): [probe.command]
        }
    }

    private static func removal(of link: Link) -> Command {
        .run(["ip", "link", "delete", "dev", link.name.text])
    }

    private static let loadCredentials = Command.run(["swanctl", "--load-creds", "--noprompt"])
    private static let loadConnections = Command.run(["swanctl", "--load-conns"])
}

extension Connection {
    /// Whether charon initiates as soon as it has the connection, and again whenever the connection changes.
    public var startsByItself: Bool {
        guard let children = tree.section("children") else { return false }
        return children.entries.contains { entry in
            guard case .section(let child) = entry.node, case .text(let action)? = child["start_action"] else {
                return false
            }
            return action.hasSuffix("start")
        }
    }

    fileprivate var termination: Command {
        .run(["swanctl", "--terminate", "--ike", name, "--force", "--timeout", "5"], mayFail: true)
    }
}

extension Establishment {
    fileprivate var commands: [Command] { waits + assignments }

    /// The addresses stand in brackets behind the local end: `local  'ID' @ ADDRESS[PORT] [VIRTUAL VIRTUAL]`.
    private var assignments: [Command] {
        guard let assignee else { return [] }
        let ip = assignee.namespace.map { "ip -n \($0)" } ?? "ip"
        let listing = "swanctl --list-sas --ike \(connection) --noblock"
        let addresses = #"sed -n 's/^  local .*\] \[\(.*\)\]$/\1/p'"#
        let loop = "for a in $(\(listing) | \(addresses)); do \(ip) address add \"$a\" dev \(assignee.name); done"
        return [.run(["sh", "-c", loop])]
    }

    private var waits: [Command] {
        children.flatMap { child -> [Command] in
            let isThere = "swanctl --list-sas --ike \(connection) --child \(child) --noblock | grep -q INSTALLED"
            let wait = Command.run(["timeout", "30", "sh", "-c", "until \(isThere); do sleep 0.2; done"])
            let initiate = Command.run(["swanctl", "--initiate", "--ike", connection, "--child", child], mayFail: true)
            return initiates ? [initiate, wait] : [wait]
        }
    }
}

extension Probe {
    fileprivate var command: Command {
        let source = source.map { ["-I", "\($0)"] } ?? []
        return .run(
            ["ping", "-n", "-q", "-c", "3", "-W", "2", "-I", interface.text] + source + ["\(destination)"],
            mayFail: !isRequired)
    }
}

extension Link {
    fileprivate var creationWords: [String] {
        // With the word `name`, as ip takes a link called `mtu`, or `m`, for a keyword otherwise.
        var words = ["name", name.text]
        if let mtu { words += ["mtu", "\(mtu)"] }
        return words + kind.words
    }
}

extension LinkKind {
    fileprivate var words: [String] {
        var words = ["type", word]
        switch self {
        case .xfrm(let xfrm):
            if let device = xfrm.device { words += ["dev", device.text] }
            words += ["if_id", "\(xfrm.ifID)"]
        case .vti(let vti):
            words += ["local", "\(vti.local)"]
            if let remote = vti.remote { words += ["remote", "\(remote)"] }
            words += ["ikey", "\(vti.inputKey)", "okey", "\(vti.outputKey)"]
            if let device = vti.device { words += ["dev", device.text] }
        case .vrf(let table): words += ["table", "\(table)"]
        case .other: break
        }
        return words
    }
}

extension LinkChange {
    fileprivate var words: [String] {
        var words: [String] = []
        if let mtu = to.mtu { words += ["mtu", "\(mtu)"] }
        if let alias = to.alias { words += ["alias", alias] }
        if let mode = to.addressGeneration { words += ["addrgenmode", mode.rawValue] }
        switch to.master {
        case nil: break
        case .some(.none): words.append("nomaster")
        case .of(let master): words += ["master", master.text]
        }
        if let group = to.group { words += ["group", "\(group)"] }
        if let isMulticast = to.isMulticast { words += ["multicast", isMulticast ? "on" : "off"] }
        if let isUp = to.isUp { words.append(isUp ? "up" : "down") }
        return words
    }
}

extension InterfaceAddress {
    fileprivate var words: [String] {
        var words: [String]
        if let peer {
            words = ["\(address.address)", "peer", "\(peer)/\(address.length)"]
        } else {
            words = ["\(address)"]
        }
        words += ["dev", interface.text]
        if scope != .universe { words += ["scope", "\(scope.rawValue)"] }
        return words
    }
}

extension Route {
    fileprivate var words: [String] {
        var words = type == .unicast ? [] : [type.word]
        words.append("\(destination)")
        if nextHops.count == 1 {
            words += nextHops[0].words
        }
        if table != Route.mainTable { words += ["table", "\(table)"] }
        if let metric { words += ["metric", "\(metric)"] }
        words += ["proto", "\(origin)"]
        if let scope { words += ["scope", "\(scope.rawValue)"] }
        if let source { words += ["src", "\(source)"] }
        if let mtu { words += ["mtu", "\(mtu)"] }
        if let advertisedMSS { words += ["advmss", "\(advertisedMSS)"] }
        if nextHops.count > 1 {
            words += nextHops.flatMap { ["nexthop"] + $0.words + ["weight", "\($0.weight)"] }
        }
        return words
    }
}

extension NextHop {
    fileprivate var words: [String] {
        var words: [String] = []
        if let gateway { words += ["via", "\(gateway)"] }
        if let device { words += ["dev", device.text] }
        if isOnLink { words.append("onlink") }
        return words
    }
}

extension Rule {
    fileprivate var words: [String] {
        var words = ["priority", "\(priority)"]
        if isInverted { words.append("not") }
        // ip(8) wants a selector before a table, and `from all` is one that says nothing.
        words += ["from", from.map { "\($0)" } ?? "all"]
        if let to { words += ["to", "\(to)"] }
        if let typeOfService { words += ["tos", "0x" + String(typeOfService, radix: 16)] }
        if let mark { words += ["fwmark", "\(mark)"] }
        if let inputInterface { words += ["iif", inputInterface.text] }
        if let outputInterface { words += ["oif", outputInterface.text] }
        if let users { words += ["uidrange", "\(users.lowerBound)-\(users.upperBound)"] }
        if let ipProtocol { words += ["ipproto", "\(ipProtocol)"] }
        if let ports = sourcePorts { words += ["sport", "\(ports.lowerBound)-\(ports.upperBound)"] }
        if let ports = destinationPorts { words += ["dport", "\(ports.lowerBound)-\(ports.upperBound)"] }
        if let tunnelID { words += ["tun_id", "\(tunnelID)"] }
        if isL3Master { words.append("l3mdev") }
        switch action {
        case .lookup(let table): if !isL3Master { words += ["lookup", "\(table)"] }
        case .goto(let priority): words += ["goto", "\(priority)"]
        case .nop: words.append("nop")
        case .blackhole: words.append("blackhole")
        case .unreachable: words.append("unreachable")
        case .prohibit: words.append("prohibit")
        }
        if let suppressPrefixLength { words += ["suppress_prefixlength", "\(suppressPrefixLength)"] }
        if let suppressGroup { words += ["suppress_ifgroup", "\(suppressGroup)"] }
        words += ["protocol", "\(origin)"]
        return words
    }
}
