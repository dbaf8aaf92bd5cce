internal import NetworkModel

/// A spec whose parts were read one by one, with their places, to check that they fit together.
///
/// A part that could not be read is nil or missing, and what depends on it is not checked.
struct TunnelDraft {
    let top: SpecSection
    let interface: InterfaceDraft
    let routes: [Located<TunnelRoute>]
    let rules: [Located<[TunnelRule]>]
    let peers: [PeerDraft]

    /// Reports everything that does not fit together.
    func check() {
        checkPeers()
        checkMTU()
        checkRoutes()
        checkLoops()
        checkRules()
        checkProbe()
    }

    /// The addresses of all peers, as far as they are literal.
    var remoteAddresses: [IPAddress] { peers.flatMap(\.addresses) }

    private func checkMTU() {
        guard let mtu = interface.mtu else { return }
        let hasIPv6 =
            interface.addresses.contains { $0.value.address.family == .ipv6 }
            || routes.contains { $0.value.destination.family == .ipv6 }
        if hasIPv6, mtu.value < TunnelMTU.ipv6Minimum {
            mtu.field.failValue("is less than IPv6 needs", "write 1280 or more")
        }
        if let mss = interface.segmentSize, case .limited(let size) = mss.value, UInt32(size) + 40 > mtu.value {
            mss.field.failValue("is more than the link's MTU of \(mtu.value) allows", "write 'clamp'")
        }
        for route in routes {
            guard let own = route.value.mtu, own > mtu.value else { continue }
            route.field.fail("has an MTU of \(own), more than the link's \(mtu.value)")
        }
    }

    private func checkRoutes() {
        struct Key: Hashable {
            let destination: IPPrefix
            let table: UInt32?
            let metric: UInt32?
        }
        var seen: [Key: String] = [:]
        for route in routes {
            let value = route.value
            let destination = value.destination
            let usual: UInt32 = destination.family == .ipv4 ? 0 : 1024
            // One link needs no second way for everything, be it with another metric.
            let key = Key(
                destination: destination, table: value.table ?? (interface.vrf == nil ? Route.mainTable : nil),
                metric: destination.isEverything ? nil : value.metric ?? usual)
            if let first = seen[key] {
                if destination.isEverything {
                    route.field.fail(
                        "is a default route, and so is '\(first)' in the same table",
                        "give it another table, or remove it")
                } else {
                    route.field.fail(
                        "\(destination) is routed already by '\(first)'",
                        "give it another table or metric, or remove it")
                }
            } else {
                seen[key] = route.field.path
            }
            checkSelectors(of: route)
        }
    }

    /// What is routed into the link and matches no policy is dropped there.
    private func checkSelectors(of route: Located<TunnelRoute>) {
        let children = peers.flatMap { peer in peer.children.map { (peer: peer, child: $0.value) } }
        guard !children.isEmpty else { return }
        let remotes = children.flatMap { $0.peer.remotePrefixes(of: $0.child) }
        let destination = route.value.destination
        if !remotes.contains(where: { $0.contains(destination) }) {
            let known = remotes.uniqued.map(\.description).joined(separator: ", ")
            let what = remotes.contains { destination.contains($0) } ? "reaches beyond" : "is outside of"
            route.field.fail(
                "\(destination) \(what) the remote traffic selectors", "it would be dropped; they are \(known)")
        }
        // An end with a virtual address has selectors that are not known yet.
        guard let source = route.value.source, children.allSatisfy({ !$0.child.local.isEmpty }) else { return }
        let locals = children.flatMap(\.child.local)
        guard !locals.contains(where: { $0.prefix?.contains(source) ?? true }) else { return }
        let known = locals.uniqued.map(\.description).joined(separator: ", ")
        route.field.fail("the source \(source) is outside of the local traffic selectors", "they are \(known)")
    }

    private func checkRules() {
        var seen: [TunnelRule: String] = [:]
        for located in rules {
            for rule in located.value {
                if let first = seen[rule] {
                    located.field.fail("is the same rule as '\(first)'", "remove one")
                    break
                }
                seen[rule] = located.field.path
            }
        }
    }
}
