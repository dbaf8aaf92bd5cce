internal import NetworkModel

extension Checker {
    /// The packet that proves the path of a tunnel that is up; nil when the spec wants none, its address is not known, or
    /// there is no SA.
    public static func probe(of tunnel: Tunnel, _ facts: CheckFacts) -> Probe? {
        let names = Set(tunnel.peers.map(\.connection.text))
        let isUp = facts.machine.charon?.sas.contains { sa in
            names.contains(sa.connection) && sa.children.contains(where: \.isInstalled)
        }
        guard isUp == true, let settled = Checker(facts).settled,
            let link = facts.machine.links(of: facts.name).first(where: \.isUp)
        else { return nil }
        return Probe(of: tunnel, by: link.name, binding: settled.binding)
    }

    /// Whether full packets fit.
    mutating func checkSizes() {
        guard let tunnel, let link = links.first, let mtu = link.mtu else { return }
        for peer in tunnel.peers {
            guard let underlay = machine.underlays[peer.connection] else { continue }
            let installed = children.filter { child in
                sas.contains { $0.connection == peer.connection.text && $0.children.contains(child) }
            }
            let isEncapsulated = peer.ike.isEncapsulated || installed.contains(where: \.isEncapsulated)
            let greatest = TunnelMTU.value(
                underlay: underlay.mtu, outer: underlay.local.family, isEncapsulated: isEncapsulated,
                proposals: peer.children.flatMap(\.esp.proposals))
            guard let greatest, mtu > greatest else { continue }
            add(
                .mtuTooLarge, .error,
                "the link \(link.name) has MTU \(mtu), and of the path's \(underlay.mtu) bytes to "
                    + "\(underlay.remotes.first.map(\.description) ?? "the peer") ESP leaves \(greatest)",
                fix: "interface: { mtu: auto } (or \(greatest)), then: viaduct up \(facts.name)")
        }
        if case .limited(let size) = tunnel.interface.segmentSize {
            let header = tunnel.routes.contains { $0.destination.family == .ipv6 } ? 60 : 40
            if Int(size) + header > Int(mtu) {
                add(
                    .mssTooLarge, .warning,
                    "interface.mss is \(size), and the MTU of \(mtu) leaves \(Int(mtu) - header)",
                    fix: "interface: { mss: clamp }, then: viaduct up \(facts.name)")
            }
        }
    }

    /// Whether packets really pass, and what the kernel counted.
    mutating func checkPath() {
        for report in facts.probes where report.verdict != .passed {
            let far = report.verdict == .unanswered
            add(
                .probeFailed, .error, report.description,
                fix: far
                    ? "on the far side: a route for \(sourceWords(of: report)) into its tunnel, the address "
                        + "\(report.probe.destination), and no firewall that drops ICMP"
                    : "see the findings before this one, and: viaduct explain \(report.probe.destination)")
        }
        if facts.fullPacketPassed == false, let link = links.first, let mtu = link.mtu {
            add(
                .pathMTU, .error,
                "an echo of \(mtu) bytes that must not be fragmented did not come back, and a small one did",
                fix: "interface: { mtu: \(max(1280, Int(mtu) - 100)), mss: clamp } or less, then: viaduct up "
                    + "\(facts.name); and let ICMP through that says what the path carries")
        }
        guard !facts.counters.isEmpty else { return }
        addForMachine(
            .packetsDropped, .warning,
            "within the second that it was watched the kernel counted " + ProbeReport.words(facts.counters),
            fix: "see the findings before this one; viaduct explain shows the way of one packet")
    }

    private func sourceWords(of report: ProbeReport) -> String {
        if let source = report.probe.source { return "\(source)" }
        let own = machine.addresses.first { address in
            links.contains { $0.name == address.interface } && address.address.family == report.probe.destination.family
        }
        return own.map { "\($0.address.address)" } ?? "this machine's addresses"
    }

    /// Whether firewall rules of this machine drop what the tunnel needs.
    mutating func checkFirewall() {
        guard let tunnel else { return }
        if !facts.legacyTables.isEmpty {
            addForMachine(
                .firewallUnseen, .note,
                "iptables of the older kind has the tables \(facts.legacyTables.joined(separator: ", "))",
                fix: "iptables-legacy -S and ip6tables-legacy -S show them; iptables-nft makes rules that check sees")
        }
        if let firewall = facts.outerFirewall {
            for peer in tunnel.peers { checkOuter(peer, firewall) }
        }
        if let firewall = facts.innerFirewall, !links.isEmpty { checkInner(firewall) }
    }

    private mutating func checkOuter(_ peer: TunnelPeer, _ firewall: FirewallRuleset) {
        guard let underlay = machine.underlays[peer.connection], let remote = underlay.remotes.first else { return }
        let own = sas.filter { $0.connection == peer.connection.text }
        let isEncapsulated =
            peer.ike.isEncapsulated || own.contains(where: \.hasNAT)
            || own.flatMap(\.children).contains(where: \.isEncapsulated)
        let port = UInt16(peer.ike.localPort ?? 500), farPort = UInt16(peer.ike.remotePort ?? 500)
        var kinds: [(FindingKind, String, UInt8, (UInt16, UInt16)?)] = [
            (.firewallIKE, "IKE (UDP \(farPort))", 17, (port, farPort))
        ]
        if isEncapsulated {
            kinds.append((.firewallESP, "IKE and ESP in UDP (4500)", 17, (4500, 4500)))
        } else {
            kinds.append((.firewallESP, "ESP (protocol 50)", 50, nil))
        }
        for (kind, words, ipProtocol, ports) in kinds {
            var packet = FirewallPacket(
                source: underlay.local, destination: remote, family: remote.family, ipProtocol: ipProtocol,
                ports: ports.map { ($0.0, $0.1) }, inputInterface: "", outputInterface: underlay.device.text,
                outputIndex: facts.deviceNumbers[underlay.device], isEstablished: false)
            // What goes out begins a flow, and what comes in answers it, unless the peer calls.
            report(kind, "\(words) to \(remote)", packet, firewall, [.output, .postrouting])
            packet = FirewallPacket(
                source: remote, destination: underlay.local, family: remote.family, ipProtocol: ipProtocol,
                ports: ports.map { ($0.1, $0.0) }, inputInterface: underlay.device.text, outputInterface: "",
                inputIndex: facts.deviceNumbers[underlay.device], isEstablished: peer.start == .up)
            report(kind, "\(words) from \(remote)", packet, firewall, [.prerouting, .input])
        }
    }

    /// What goes through the tunnel, as far as it is dropped whatever it is.
    private mutating func checkInner(_ firewall: FirewallRuleset) {
        for link in links {
            for family in Set(tunnel?.routes.map(\.destination.family) ?? []).sorted() {
                var packet = FirewallPacket(
                    family: family, inputInterface: "", outputInterface: link.name.text,
                    outputIndex: facts.innerNumbers[link.name], isEstablished: true)
                let name = family == .ipv4 ? "IPv4" : "IPv6"
                report(.firewallTraffic, "all \(name) into \(link.name)", packet, firewall, [.output, .postrouting])
                packet = FirewallPacket(
                    family: family, inputInterface: link.name.text, outputInterface: "",
                    inputIndex: facts.innerNumbers[link.name], isEstablished: true)
                report(.firewallTraffic, "all \(name) from \(link.name)", packet, firewall, [.prerouting, .input])
                let key = family == .ipv4 ? SysctlKey.forwardingIPv4 : .forwardingIPv6
                guard machine.sysctls[key] != "0" else { continue }
                packet.outputInterface = nil
                report(.firewallTraffic, "all \(name) passed on from \(link.name)", packet, firewall, [.forward])
                packet = FirewallPacket(
                    family: family, inputInterface: nil, outputInterface: link.name.text,
                    outputIndex: facts.innerNumbers[link.name], isEstablished: true)
                report(.firewallTraffic, "all \(name) passed on into \(link.name)", packet, firewall, [.forward])
            }
        }
    }

    private mutating func report(
        _ kind: FindingKind, _ what: String, _ packet: FirewallPacket, _ firewall: FirewallRuleset,
        _ hooks: [FirewallHook]
    ) {
        for hook in hooks {
            guard let drop = FirewallWalk(ruleset: firewall, packet: packet).drop(at: hook) else { continue }
            let place = "\(drop.family.word) \(drop.table) \(drop.chain)"
            let remedy =
                drop.handle.map { "nft delete rule \(place) handle \($0)" }
                ?? "a rule in chain \(place) that accepts it"
            add(
                kind, .error, "\(drop.description) drops \(what)",
                fix: "\(drop.listing) shows it; \(remedy)")
            return
        }
    }
}
