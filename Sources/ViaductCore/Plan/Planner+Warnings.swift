internal import NetworkModel

extension Planner {
    /// Everything on the machine that may disturb the tunnel; for what can be told of an XFRM interface, nothing does.
    static func warnings(of settled: Settled, of tunnel: Tunnel, on machine: Observed, options: Options)
        -> [PlanWarning]
    {
        guard case .vti(let vti) = settled.link.kind else { return [] }
        var warnings: [PlanWarning] = []
        // Said once, when the link is made: whoever has it already knows whether it works.
        if machine.links(of: tunnel.name).isEmpty, machine.kernel?.isReportedToMissVTI ?? false {
            warnings.append(.missedVTI(kernel: machine.kernel?.release ?? ""))
        }
        guard options.withIKE, let charon = machine.charon else { return warnings }
        // Only where charon looks for LANs: in its own namespace.
        if let remedy = charon.bypassRemedy, settled.namespace == nil {
            warnings += bypassed(settled, on: machine).map {
                .bypassedLAN(network: "\($0)", interface: settled.link.name.text, remedy: remedy)
            }
        }
        if charon.plugins.contains("connmark") {
            // charon hands out marks (mark = %unique) counting from 1, and the plugin puts them on packets.
            let small = [vti.inputKey, vti.outputKey].filter { (1..<256).contains($0) }
            warnings += small.uniqued.map(PlanWarning.connectionMark)
        }
        return warnings
    }

    /// The networks that bypass-lan takes for LANs though they lie at both ends: those routed over the link without a
    /// gateway, as all of ours are, in which this machine has an address.
    private static func bypassed(_ settled: Settled, on machine: Observed) -> [IPPrefix] {
        let own = (settled.addresses + machine.addresses.filter { $0.interface != settled.link.name })
            .map(\.address.address).filter { !$0.isLoopback }
        let onLink = settled.addresses.compactMap { address in
            IPPrefix(address.peer ?? address.address.address, length: address.address.length)?.network
        }
        // It passes over default routes.
        let routed = settled.routes.map(\.destination).filter { !$0.isEverything }
        let everywhere = settled.link.isMulticast ? [IPPrefix("fe80::/64")].compactMap(\.self) : []
        return (onLink + routed).uniqued.filter { network in
            !network.isHost && own.contains { network.contains($0) }
        } + everywhere
    }
}
