internal import NetworkModel

extension Observed {
    /// The machine as if what another manager has made from an export of the tunnel were the tunnel's own: a link of its name
    /// without an alias, with all that is on it, and its connections.
    ///
    /// So an edited spec can be exported again, with the same id.
    public func claiming(_ tunnel: Tunnel) -> Observed {
        func claimed(_ link: Link) -> Link {
            guard link.name == tunnel.interface.name, link.alias == nil, link.kind.number != nil else { return link }
            var copy = link
            copy.alias = Ownership.alias(tunnel.name)
            return copy
        }
        var other = self
        other.links = links.map(claimed)
        other.outerLinks = outerLinks.map(claimed)
        other.charon?.connections.subtract(tunnel.peers.map(\.connection.text))
        return other
    }
}
