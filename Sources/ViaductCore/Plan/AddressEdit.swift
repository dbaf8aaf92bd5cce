internal import NetworkModel

/// How the addresses of a link become those of a spec, in an order that the kernel's habits do not spoil.
///
/// With the first IPv4 address of a subnet the kernel takes the others of that subnet away (unless `promote_secondaries`
/// is set), and with the last of a link all IPv4 routes over it. IPv6 has an address once only, whatever the prefix.
struct AddressEdit {
    /// To be added first, while those that go are still there.
    let early: [InterfaceAddress]
    /// To be taken away, the last first.
    let removed: [InterfaceAddress]
    /// To be added when those are gone that are in the way.
    let late: [InterfaceAddress]
    /// Whether the link is without an IPv4 address in between, or when it is taken back.
    private let losesIPv4: Bool

    /// Compares addresses.
    ///
    /// - Parameters:
    ///   - there: those on the link, in the kernel's order.
    ///   - wanted: those of the spec.
    ///   - claimed: those that we have added.
    ///   - hasRoutes: whether IPv4 routes lead over the link already.
    init(
        from there: [InterfaceAddress], to wanted: [InterfaceAddress], claimed: [InterfaceAddress],
        hasRoutes: Bool = false
    ) {
        let missing = wanted.filter { wish in !there.contains { $0.isSame(as: wish) } }
        let leaving = there.filter { address in
            guard address.isGiven, !wanted.contains(where: { $0.isSame(as: address) }) else { return false }
            return claimed.contains { $0.isSame(as: address) }
                || missing.contains { $0.address.address == address.address.address }
        }
        // What would go with the first of its subnet goes and comes back by steps of its own.
        let falling = there.enumerated().filter { position, address in
            wanted.contains { $0.isSame(as: address) }
                && there[..<position].contains { leaving.contains($0) && $0.sharesSubnet(with: address) }
        }.map(\.element)
        // Who takes back the first IPv4 address takes those routes away, so they go before it comes, and come back behind it.
        let gainsIPv4 = hasRoutes && !there.contains { $0.address.family == .ipv4 }
        let early = missing.filter { wish in
            !(gainsIPv4 && wish.address.family == .ipv4)
                && !leaving.contains { $0.address.address == wish.address.address || $0.sharesSubnet(with: wish) }
        }
        let removed = Array(there.filter { leaving.contains($0) || falling.contains($0) }.reversed())
        late = wanted.filter { wish in
            falling.contains { $0.isSame(as: wish) } || (missing.contains(wish) && !early.contains(wish))
        }
        let staying = there.filter { !removed.contains($0) } + early
        losesIPv4 =
            removed.contains { $0.address.family == .ipv4 } && !staying.contains { $0.address.family == .ipv4 }
            || gainsIPv4 && missing.contains { $0.address.family == .ipv4 }
        (self.early, self.removed) = (early, removed)
    }

    /// Whether a route over the link goes with the addresses, or loses its source.
    func takesAway(_ route: Route) -> Bool {
        (route.family == .ipv4 && losesIPv4) || removed.contains { $0.address.address == route.source }
    }
}

extension InterfaceAddress {
    /// Whether one of two IPv4 addresses is secondary to the other: same mask, same network, of the peer if there is one.
    fileprivate func sharesSubnet(with other: InterfaceAddress) -> Bool {
        address.family == .ipv4 && network == other.network
    }

    private var network: IPPrefix? { IPPrefix(peer ?? address.address, length: address.length)?.network }
}
