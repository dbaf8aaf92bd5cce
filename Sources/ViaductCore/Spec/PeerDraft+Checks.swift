internal import NetworkModel

extension PeerDraft {
    /// Reports everything of the peer that does not fit together.
    func check() {
        checkEnds()
        checkAnywhere()
        checkAddressesHandedOut()
        checkChildren()
    }

    private func checkEnds() {
        if let first = addresses.first, let other = addresses.first(where: { $0.family != first.family }) {
            source.remoteField.fail("has \(first) and \(other), of two families", "write addresses of one family")
        }
        guard let local = local?.address else { return }
        for address in addresses {
            if address.family != local.family {
                let what = "\(local) is of another family than the peer's address \(address)"
                source.localField.fail(what, "write two of one family")
            } else if address == local {
                source.remoteField.fail("\(address) is our own address", "write the peer's")
            }
        }
    }

    /// A peer that may be anywhere comes to us, and must be known by more than its address.
    private func checkAnywhere() {
        guard let remote, remote.isAnywhere else { return }
        let field = source.remoteField
        let what = remote.hosts.isEmpty ? "any address" : "a block of addresses"
        if let start, start != .listen {
            (source.own["start"] ?? field).fail(
                "cannot be '\(start.rawValue)' with \(what) as the peer", "write 'start: listen'")
        }
        if remote.identity == nil {
            let remedy = "write 'remote: { address: ..., id: ... }'"
            switch remote.authentication {
            case .psk: field.fail("is \(what) without an identity", remedy)
            case .certificate(let files):
                guard !remote.hosts.isEmpty || files == CertificateSources() else { break }
                field.fail("is \(what) without an identity", remote.hosts.isEmpty ? remedy + ", or a 'ca'" : remedy)
            }
        }
        if local?.address == nil {
            field.fail("is \(what), so no route tells our own", "write 'local' with our address")
        }
    }

    private func checkAddressesHandedOut() {
        guard let remote else { return }
        if !remote.isAnywhere {
            source.own["pools"]?.fail(
                "is for a peer that calls from any address", "write 'remote: any', or the peer's networks in 'traffic'")
        } else {
            source.own["virtual"]?.fail(
                "asks for an address from a peer that calls us", "write 'pools' to hand one out, or remove the key")
        }
        for pool in pools {
            guard let own = local?.address, pool.value.contains(own) else { continue }
            pool.field.fail("\(pool.value) holds our own address \(own)", "write addresses that nobody has")
        }
    }

    /// Reports children that would take each other's packets, and what IKEv1 cannot say.
    private func checkChildren() {
        if ike.version == 1 {
            for child in children where child.value.local.count > 1 || child.value.remote.count > 1 {
                child.field.fail(
                    "has more than one selector on a side, which IKEv1 cannot say",
                    "write one prefix on each side, and a child for each pair")
            }
        }
        for (index, child) in children.enumerated() {
            let own = pairs(of: child.value)
            for earlier in children[..<index] {
                let theirs = pairs(of: earlier.value)
                guard own.contains(where: { mine in theirs.contains { mine.collides(with: $0) } }) else { continue }
                child.field.fail(
                    "overlaps the child '\(earlier.value.name)'",
                    "one would take the other's packets; keep their selectors apart, or one inside the other")
                break
            }
        }
    }

    /// Every pair of selectors of one family of a child, but for those with a service or with our outer address.
    func pairs(of child: TunnelChild) -> [SelectorPair] {
        let remotes = child.remote.isEmpty ? [TrafficSelector(nil)] : child.remote
        return child.local.flatMap { left in
            remotes.flatMap { right -> [SelectorPair] in
                guard left.service == nil, right.service == nil, let mine = left.prefix else { return [] }
                return (right.prefix.map { [$0] } ?? pools.map(\.value))
                    .filter { $0.family == mine.family }
                    .map { SelectorPair(local: mine, remote: $0, isHandedOut: right.prefix == nil) }
            }
        }
    }
}

/// A traffic selector of each side, which together make a policy.
struct SelectorPair {
    let local: IPPrefix
    let remote: IPPrefix
    /// Whether the remote one is a pool, of which a policy has one address.
    let isHandedOut: Bool

    /// Whether some packet fits both and neither is the narrower one, which the kernel would prefer.
    func collides(with other: SelectorPair) -> Bool {
        guard local.overlaps(other.local), remote.overlaps(other.remote) else { return false }
        let isInside = other.local.contains(local) && other.remote.contains(remote)
        let isOutside = local.contains(other.local) && remote.contains(other.remote)
        return isInside == isOutside
    }
}
