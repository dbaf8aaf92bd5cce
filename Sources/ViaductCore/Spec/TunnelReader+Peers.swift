internal import NetworkModel

extension TunnelReader {
    /// The greatest number of peers on one link.
    private static let maximumPeers = 256

    /// Reads `peers`, or the one peer that the spec itself describes; empty only after a report.
    func peers(_ top: SpecSection) -> [PeerDraft] {
        guard top.has("peers") else { return [peer(PeerSource(own: top, defaults: nil), connection: name)] }
        for key in SpecKeys.peerOnly {
            top[key]?.fail("is given beside 'peers'", "write it in each peer")
        }
        let expected = "a mapping of names to peers"
        guard let peers = top["peers"], let entries = peers.entries(expected: expected) else { return [] }
        guard (1...Self.maximumPeers).contains(entries.count) else {
            peers.fail("has \(entries.count) peers", "write 1...\(Self.maximumPeers), or remove the key")
            return []
        }
        return entries.compactMap { entry in
            let connection = connection(of: entry, in: peers)
            let expected = "a mapping such as '{ remote: vpn.example.org }'"
            return SpecSection(peers.child(entry), keys: SpecKeys.peer, expected: expected)
                .map { peer(PeerSource(own: $0, defaults: top), connection: connection) }
        }
    }

    /// The name of a peer's connection: the tunnel's and the peer's.
    private func connection(of entry: SpecNode.Entry, in peers: SpecField) -> TunnelName? {
        guard TunnelName(entry.key) != nil else {
            let remedy = "write 1...60 of A-Z a-z 0-9 _ -, not beginning with -, and not 'include'"
            report.add("\(Quoted(entry.key)) is not a peer's name", remedy, at: entry.position, path: peers.path)
            return nil
        }
        guard let connection = TunnelName("\(name)-\(entry.key)") else {
            let room = 60 - name.text.utf8.count - 1
            let remedy =
                room > 0
                ? "with the tunnel's it has at most 60; write at most \(room)"
                : "the tunnel's leaves no room for it; give the spec's file a shorter name"
            report.add("\(Quoted(entry.key)) is too long a name", remedy, at: entry.position, path: peers.path)
            return nil
        }
        return connection
    }

    private func peer(_ source: PeerSource, connection: TunnelName?) -> PeerDraft {
        let ends = ends(source)
        let pools = source.own["pools"].map { self.pools($0) } ?? []
        let virtualAddresses = source.own["virtual"].map { self.virtualAddresses($0) } ?? []
        var esp: ESPSettings? = ESPSettings()
        for field in source.all("esp") { esp = self.esp(field, base: esp ?? ESPSettings()) ?? esp }
        let start: StartMode? =
            source["start"].map { $0.word(StartMode.self) }
            ?? (ends.remote?.isAnywhere ?? false ? .listen : .up)
        let children = children(source, name: connection ?? name, esp: esp ?? ESPSettings())
        return PeerDraft(
            source: source, connection: connection, local: ends.local, remote: ends.remote, children: children,
            ike: ike(source), start: start, pools: pools, virtualAddresses: virtualAddresses,
            extras: extras(source, "connection", reserved: ReservedKeys.connection),
            localExtras: endExtras(source, "local", of: ends.local?.authentication),
            remoteExtras: endExtras(source, "remote", of: ends.remote?.authentication))
    }

    /// Reads `pools`: blocks whose addresses are handed out.
    private func pools(_ field: SpecField) -> [Located<IPPrefix>] {
        guard let items = field.items("a list of prefixes") else { return [] }
        if items.isEmpty { field.fail("is an empty list", "write the addresses to hand out, or remove the key") }
        return items.compactMap { item in
            guard let pool = network(item) else { return nil }
            let address = pool.address
            guard pool.length > 0, !address.isMulticast, !address.isLoopback, !address.isLinkLocal,
                !(pool.isHost && address.isAny)
            else {
                item.failValue("cannot be handed out", "write a prefix such as 10.3.0.0/24")
                return nil
            }
            return Located(value: pool, field: item)
        }
    }

    private enum VirtualWord: String, CaseIterable {
        case ipv4, ipv6, both

        var families: [AddressFamily] {
            switch self {
            case .ipv4: [.ipv4]
            case .ipv6: [.ipv6]
            case .both: AddressFamily.allCases
            }
        }
    }

    /// Reads `virtual`: the families of which the peer is asked for an address.
    private func virtualAddresses(_ field: SpecField) -> [AddressFamily] {
        guard let items = field.items("ipv4, ipv6 or both") else { return [] }
        if items.isEmpty { field.fail("is an empty list", "write ipv4, ipv6 or both, or remove the key") }
        var found: [AddressFamily] = []
        for item in items {
            guard let families = item.word(VirtualWord.self)?.families else { continue }
            if families.contains(where: found.contains) { item.failValue("is given twice", "keep one") }
            found += families
        }
        return found.uniqued
    }
}
