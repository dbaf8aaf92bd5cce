internal import NetworkModel

extension TunnelReader {
    /// Reads `probe`: an address, or `off`.
    func probe(_ field: SpecField) -> ProbeWish? {
        guard let text = field.text("an address, or off") else { return nil }
        // YAML's spellings of false, for whoever writes one.
        if ["off", "false", "no"].contains(text) { return .off }
        guard let address = IPAddress(text) else {
            field.failValue("is not an address of the far side, or off")
            return nil
        }
        guard !address.isAny, !address.isMulticast, !address.isLoopback else {
            field.failValue("cannot answer an echo", "write an address of one host behind the peer")
            return nil
        }
        return .address(address)
    }
}

extension TunnelDraft {
    /// A packet to an address that no policy takes would be dropped, and prove nothing.
    func checkProbe() {
        guard let field = top["probe"], case .text(let text) = field.node.content, let address = IPAddress(text) else {
            return
        }
        let remotes = peers.flatMap { peer in peer.children.flatMap { peer.remotePrefixes(of: $0.value) } }
        guard !remotes.isEmpty, !remotes.contains(where: { $0.contains(address) }) else { return }
        let known = remotes.uniqued.map(\.description).joined(separator: ", ")
        field.fail("\(address) is outside of the remote traffic selectors", "they are \(known)")
    }
}
