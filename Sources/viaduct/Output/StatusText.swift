internal import NetworkModel
internal import ViaductCore

/// The status of tunnels for a person.
struct StatusText {
    var isColoured: Bool
    /// The rates since the last look.
    var rates = StatusRates()

    /// Everything about each tunnel.
    func text(_ tunnels: [TunnelStatus]) -> String {
        tunnels.map(full).joined(separator: "\n")
    }

    /// One line for each tunnel.
    func lines(_ tunnels: [TunnelStatus], time: String) -> String {
        tunnels.map { tunnel in
            var (input, output) = (TrafficRate?.none, TrafficRate?.none)
            if let rate = rates[tunnel] { (input, output) = rate }
            func words(_ rate: TrafficRate?, _ count: [TrafficCount]) -> String {
                let sum = count.reduce(0) { $0 &+ $1.bytes }
                return Quantity.bytes(Double(sum)) + (rate.map { " (\(Quantity.bytes($0.bytes))/s)" } ?? "")
            }
            let children = tunnel.children
            return "\(time) \(tunnel.name) \(tunnel.condition.rawValue)"
                + " in \(words(input, children.map(\.input))) out \(words(output, children.map(\.output))): "
                + "\(tunnel.reason)\n"
        }.joined()
    }

    private func full(_ tunnel: TunnelStatus) -> String {
        let colour: Colour =
            switch tunnel.condition {
            case .up: .good
            case .waiting, .drifted: .doubtful
            case .blocked: .bad
            case .down: .strong
            }
        let word = colour.text(tunnel.condition.rawValue, isOn: isColoured)
        var text = "\(Colour.strong.text(tunnel.name.text, isOn: isColoured)): \(word), \(tunnel.reason)\n"
        func row(_ key: String, _ value: String) {
            guard !value.isEmpty else { return }
            text += "  \(key)\(String(repeating: " ", count: 12 - key.count))\(value)\n"
        }
        for link in tunnel.links { row("interface", words(link, in: tunnel.namespace)) }
        row("addresses", tunnel.addresses.map(words).joined(separator: ", "))
        row("routes", tunnel.routes.map(words).joined(separator: ", "))
        row("fences", tunnel.fences.map(words).joined(separator: ", "))
        for rule in tunnel.rules { row("rule", words(rule)) }
        for connection in tunnel.connections {
            if !connection.isLoaded, tunnel.condition != .down { row("connection", "\(connection.name): not loaded") }
            for sa in connection.sas { text += words(sa) }
        }
        for line in tunnel.differences.prefix(8) where tunnel.condition != .down { row("differs", line) }
        if tunnel.differences.count > 8, tunnel.condition != .down {
            row("", "and \(tunnel.differences.count - 8) more: viaduct plan \(tunnel.name)")
        }
        return text
    }

    private func words(_ link: Link, in namespace: NamespaceName?) -> String {
        var words = ["\(link.name): \(link.kind.word)"]
        switch link.kind {
        case .xfrm(let xfrm): words.append("if_id \(xfrm.ifID)")
        case .vti(let vti): words.append("keys \(vti.inputKey) in, \(vti.outputKey) out")
        case .vrf, .other: break
        }
        if let mtu = link.mtu { words.append("MTU \(mtu)") }
        words.append(link.isUp ? "up" : "down")
        if let master = link.master { words.append("in VRF \(master)") }
        if let namespace { words.append("in namespace \(namespace)") }
        return words.joined(separator: ", ")
    }

    private func words(_ address: InterfaceAddress) -> String {
        address.peer.map { "\(address.address.address) peer \($0)/\(address.address.length)" } ?? "\(address.address)"
    }

    private func words(_ route: Route) -> String {
        "\(route.destination)" + (route.table == Route.mainTable ? "" : " (table \(route.table))")
    }

    private func words(_ rule: Rule) -> String {
        let words = Step.addRule(rule).commands.first?.line.split(separator: " ").dropFirst(4) ?? []
        return "\(rule.family == .ipv4 ? "IPv4" : "IPv6") " + words.joined(separator: " ")
    }

    private func words(_ sa: IKEStatus) -> String {
        func end(_ end: IKEStatus.End) -> String {
            (end.host ?? "%any") + (end.identity.map { "[\($0)]" } ?? "")
        }
        var facts = ["IKEv\(sa.version ?? 2) \(sa.state) \(end(sa.local)) to \(end(sa.remote))"]
        if sa.hasNAT { facts.append("behind NAT") }
        if let age = sa.age { facts.append("since \(Quantity.time(age))") }
        if let rekey = sa.rekeyIn { facts.append("rekey \(Quantity.due(rekey))") }
        let number = sa.uniqueID.map { " #\($0)" } ?? ""
        var text = "  IKE_SA\(number.padded(to: 6))\(facts.joined(separator: ", "))\n"
        if !sa.algorithms.isEmpty { text += "              \(sa.algorithms.joined(separator: "/"))\n" }
        for child in sa.children { text += words(child) }
        return text
    }

    private func words(_ child: ChildStatus) -> String {
        let number = child.uniqueID.map { " #\($0)" } ?? ""
        var facts = ["\(child.name) \(child.state)"]
        if child.isEncapsulated { facts.append("in UDP") }
        if let age = child.age { facts.append("since \(Quantity.time(age))") }
        if let rekey = child.rekeyIn { facts.append("rekey \(Quantity.due(rekey))") }
        if let end = child.expiresIn { facts.append("expires \(Quantity.due(end))") }
        var text = "  CHILD\(number.padded(to: 7))\(facts.joined(separator: ", "))\n"
        guard child.inputSPI != nil else { return text }
        text += "              \(child.algorithms.joined(separator: "/")), "
        text += "\(child.localSelectors.joined(separator: " ")) to \(child.remoteSelectors.joined(separator: " "))\n"
        let rate = rates[child]
        for (word, spi, count, rate) in [
            ("in ", child.inputSPI, child.input, rate?.input), ("out", child.outputSPI, child.output, rate?.output),
        ] {
            let speed = rate.map { ", \(Quantity.bytes($0.bytes))/s, \(Int($0.packets.rounded())) packets/s" } ?? ""
            let last = count.idle.map { ", last \(Quantity.time($0)) ago" } ?? ""
            let packets = "\(Quantity.bytes(Double(count.bytes))) in \(count.packets) packets"
            text += "              \(word) spi \(hexadecimal(spi)): \(packets)\(speed)\(last)\n"
        }
        return text
    }
}

/// An SPI as charon and ip(8) write it.
func hexadecimal(_ number: UInt32?) -> String { "0x" + String(number ?? 0, radix: 16) }

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
