internal import NetworkModel

/// A peer whose parts were read one by one, with their places, to check that they fit together.
///
/// A part that could not be read is nil or missing, and what depends on it is not checked.
struct PeerDraft {
    let source: PeerSource
    let connection: TunnelName?
    let local: LocalEnd?
    let remote: RemoteEnd?
    let children: [Located<TunnelChild>]
    let ike: IKESettings
    let start: StartMode?
    let pools: [Located<IPPrefix>]
    let virtualAddresses: [AddressFamily]
    let extras: [ExtraSetting]
    let localExtras: [ExtraSetting]
    let remoteExtras: [ExtraSetting]

    /// The peer; nil only when something was reported.
    var value: TunnelPeer? {
        guard let connection, let local, let remote, let start, !children.isEmpty else { return nil }
        return TunnelPeer(
            connection: connection, local: local, remote: remote, children: children.map(\.value), ike: ike,
            start: start, pools: pools.map(\.value), virtualAddresses: virtualAddresses, extras: extras,
            localExtras: localExtras, remoteExtras: remoteExtras)
    }

    /// The peer's addresses, as far as they are literal.
    var addresses: [IPAddress] {
        (remote?.hosts ?? []).compactMap { if case .address(let address) = $0 { address } else { nil } }
    }

    /// The blocks that the peer may come from.
    var blocks: [IPPrefix] {
        (remote?.hosts ?? []).compactMap { if case .block(let block) = $0 { block } else { nil } }
    }

    /// Whether the peer may be of a family, as far as the spec tells.
    func mayBe(_ family: AddressFamily) -> Bool {
        if let local = local?.address { return local.family == family }
        guard let hosts = remote?.hosts, !hosts.isEmpty else { return true }
        return hosts.contains { host in
            switch host {
            case .address(let address): address.family == family
            case .block(let block): block.family == family
            case .name: true
            }
        }
    }

    /// What lies behind the peer for a child: its selectors, with the pools for its virtual address.
    func remotePrefixes(of child: TunnelChild) -> [IPPrefix] {
        let handedOut = pools.map(\.value)
        return child.remote.isEmpty ? handedOut : child.remote.flatMap { $0.prefix.map { [$0] } ?? handedOut }
    }

    /// The families that have selectors on both sides of a child.
    func families(of child: TunnelChild) -> Set<AddressFamily> {
        let outer = virtualAddresses.isEmpty ? AddressFamily.allCases.filter { mayBe($0) } : virtualAddresses
        let locals = child.local.isEmpty ? outer : child.local.flatMap { $0.prefix.map { [$0.family] } ?? outer }
        return Set(locals).intersection(remotePrefixes(of: child).map(\.family))
    }
}

extension RemoteEnd {
    /// Whether the peer may be in more places than can be called, so that it has to call us.
    var isAnywhere: Bool {
        hosts.isEmpty || hosts.contains { if case .block = $0 { true } else { false } }
    }
}
