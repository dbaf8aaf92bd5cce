internal import NetworkModel

extension TunnelDraft {
    /// Reports peers of one link that do not fit beside each other.
    func checkPeers() {
        for peer in peers { peer.check() }
        checkPools()
        checkOverlaps()
        checkUnderlays()
    }

    /// No address is handed out twice, nor one that the link itself has.
    private func checkPools() {
        let pools = peers.flatMap(\.pools)
        for (index, pool) in pools.enumerated() {
            if let other = pools[..<index].first(where: { $0.value.overlaps(pool.value) }) {
                pool.field.failValue("overlaps '\(other.field.path)'", "an address is handed out once; keep them apart")
            }
            if let own = interface.addresses.first(where: { pool.value.contains($0.value.address.address) }) {
                pool.field.failValue(
                    "holds '\(own.field.path)', the link's own address", "give the link one outside of the pool")
            }
        }
    }

    private struct Entry {
        let pair: SelectorPair
        let peer: Int
        let field: SpecField
    }

    /// Of two peers with the same selectors the last to come up would take all packets, and nothing would say so.
    private func checkOverlaps() {
        guard peers.count > 1 else { return }
        var entries: [Entry] = []
        for (index, peer) in peers.enumerated() {
            for child in peer.children {
                entries += peer.pairs(of: child.value).map { Entry(pair: $0, peer: index, field: child.field) }
            }
        }
        // Blocks are apart or one inside the other: those inside come right behind their outermost one.
        entries.sort { ($0.pair.remote, $0.peer) < ($1.pair.remote, $1.peer) }
        var told: Set<[Int]> = []
        for (start, entry) in entries.enumerated() {
            for other in entries[(start + 1)...] {
                guard entry.pair.remote.contains(other.pair.remote) else { break }
                let isPools = entry.pair.isHandedOut && other.pair.isHandedOut
                guard entry.peer != other.peer, !isPools, entry.pair.collides(with: other.pair) else { continue }
                let (first, second) = entry.peer < other.peer ? (entry, other) : (other, entry)
                guard told.insert([first.peer, second.peer]).inserted else { continue }
                second.field.fail(
                    "overlaps the traffic selectors of '\(peers[first.peer].source.own.field.path)' "
                        + "(\(second.pair.remote) and \(first.pair.remote))",
                    "the last to come up would take all packets; keep them apart, or one inside the other")
            }
        }
    }

    /// What the one underlay address of a VTI asks of its peers.
    private func checkUnderlays() {
        guard peers.count > 1, let kind = interface.kind, kind.value != .xfrm else { return }
        let remedy = "write 'kind: xfrm', or a spec for each"
        let families = peers.map { peer in AddressFamily.allCases.filter { peer.mayBe($0) } }
        if let first = families.first(where: { $0.count == 1 }),
            families.contains(where: { $0.count == 1 && $0 != first })
        {
            kind.field.fail("has peers of two families, and a VTI has one underlay", remedy)
        }
        if Set(peers.compactMap { $0.local?.address }).count > 1 {
            kind.field.fail("has peers that call different addresses of ours, and a VTI has one", remedy)
        }
    }
}
