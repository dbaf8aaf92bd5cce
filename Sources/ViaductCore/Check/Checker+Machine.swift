internal import NetworkModel

extension Checker {
    /// The kernel, as it was tried.
    mutating func checkKernel() {
        guard let tunnel else { return }
        let kernel = facts.kernel
        if let obstacle = kernel.obstacle {
            addForMachine(.kernelUntried, .note, obstacle, fix: "run check as root")
            return
        }
        if let problem = kernel.linkProblem {
            let isVTI = tunnel.interface.kind == .vti
            let (option, module) = isVTI ? ("NET_IPVTI and IPV6_VTI", "ip_vti") : ("XFRM_INTERFACE", "xfrm_interface")
            addForMachine(
                .kernelLink, .error, problem,
                fix: "modprobe \(module), or a kernel with CONFIG_\(option)"
                    + (isVTI ? "" : "; or interface: { kind: vti }"))
        }
        if let problem = kernel.espProblem {
            addForMachine(
                .kernelESP, .error, problem, fix: "modprobe esp4 esp6, or a kernel with CONFIG_INET_ESP and INET6_ESP")
            return
        }
        let suites = tunnel.children.flatMap(\.esp.proposals).flatMap(\.transformSuites).uniqued
        let refused = suites.filter { kernel.refusedSuites[$0] != nil }
        guard let first = refused.first else { return }
        let names = refused.map(\.description).joined(separator: ", ")
        let isAll = refused.count == suites.count
        add(
            .kernelAlgorithm, isAll ? .error : .warning,
            "the kernel refuses \(names) (\(kernel.refusedSuites[first] ?? ""))",
            fix: isAll
                ? "choose other esp.proposals, or a kernel with these algorithms"
                : "take the proposal out of esp.proposals, or use a kernel with it")
    }

    /// charon: whether it answers, what it is, and what it is told.
    mutating func checkCharon() {
        guard let charon = machine.charon else {
            addForMachine(
                .charonAbsent, .error, "charon does not answer", fix: "systemctl start strongswan")
            return
        }
        guard let tunnel else { return }
        let numbers = charon.version.split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        if numbers.lexicographicallyPrecedes([5, 8, 0]), tunnel.interface.kind != .vti {
            addForMachine(
                .charonOld, .error, "charon is \(charon.version), and knows if_id only from 5.8.0 on",
                fix: "upgrade strongSwan, or interface: { kind: vti }")
        } else if !charon.knowsTrapAndStart, tunnel.peers.contains(where: { $0.start == .up }) {
            addForMachine(
                .charonOld, .note,
                "charon is \(charon.version), and cannot bring back by itself what the peer deletes (5.9.6 can)",
                fix: "upgrade strongSwan")
        }
        checkRouteInstallation(tunnel)
        for peer in tunnel.peers where !peer.remote.hosts.isEmpty {
            let isOn = peer.extras.last { $0.key == "mobike" }.map { $0.value == .text("yes") } ?? peer.ike.isMobile
            if isOn, peer.ike.version == 2 {
                add(
                    .mobike, .warning, "MOBIKE is on towards \(peer.remote.hosts[0]), which does not move",
                    fix: "ike: { mobike: false }, or leave it out, then: viaduct up \(facts.name)")
            }
        }
    }

    private mutating func checkRouteInstallation(_ tunnel: Tunnel) {
        guard let daemon = facts.daemon else { return }
        let isVTI = tunnel.interface.kind == .vti || (links.contains { if case .vti = $0.kind { true } else { false } })
        if isVTI, let remedy = daemon.routesRemedy {
            add(.charonRoutes, .error, "charon.install_routes is on, and a VTI's policies have no if_id", fix: remedy)
        }
        if !isVTI, let remedy = daemon.interfaceRoutesRemedy {
            add(
                .charonRoutes, .warning, "charon.plugins.kernel-netlink.install_routes_xfrmi is on", fix: remedy)
        }
    }

    /// What a plan warns of.
    mutating func note(_ warnings: [PlanWarning]) {
        for warning in warnings {
            switch warning {
            case .bypassedLAN(_, _, let remedy): add(.charonPlugin, .warning, "\(warning)", fix: remedy)
            case .connectionMark:
                add(.charonPlugin, .warning, "\(warning)", fix: "interface: { id: 256 } or more")
            case .missedVTI:
                add(
                    .kernelVTI, .note, "\(warning)",
                    fix: "interface: { kind: xfrm }, then: viaduct up \(facts.name)")
            }
        }
    }

    /// The certificates that the spec names, and the clock.
    mutating func checkCertificates() {
        for certificate in facts.certificates {
            guard let validity = certificate.validity else {
                add(
                    .certificateUnreadable, .error, "\(certificate.path) is no X.509 certificate",
                    fix: "openssl x509 -in \(Shell.quoted(certificate.path)) -noout -dates")
                continue
            }
            let days = (validity.end - facts.now) / 86_400
            if validity.end < facts.now {
                add(
                    .certificateExpired, .error,
                    "\(certificate.path) was valid until \(CertificateValidity.words(validity.end))",
                    fix: "put a new certificate there, then: viaduct up \(facts.name)")
            } else if validity.start > facts.now {
                add(
                    .certificateFuture, .error,
                    "\(certificate.path) is valid from \(CertificateValidity.words(validity.start)), "
                        + "and this machine's clock says \(CertificateValidity.words(facts.now))",
                    fix: "set the clock (timedatectl), or wait")
            } else if days < 30 {
                add(
                    .certificateEnds, .warning,
                    "\(certificate.path) is valid for \(days) days more, until \(CertificateValidity.words(validity.end))",
                    fix: "have a new one made and put it there, then: viaduct up \(facts.name)")
            }
        }
    }
}
