internal import NetworkModel

/// Reads the parts of a spec; each reader returns what it could read and reports the rest.
struct TunnelReader {
    let name: TunnelName
    let directory: String
    let tableNames: [String: UInt32]
    let report: SpecReport

    /// Reads the whole spec; nil only when something was reported.
    func tunnel(_ field: SpecField) -> Tunnel? {
        let expected = "a mapping such as 'remote: vpn.example.org'"
        guard let top = SpecSection(field, keys: SpecKeys.top, expected: expected) else { return nil }
        let peers = peers(top)
        let interface = interface(top)
        let given = top["routes"].map { self.routes($0, to: peers) }
        let rules = top["rules"].map { self.rules($0) } ?? []
        let leak = top["leak"].map { $0.word(LeakPolicy.self) } ?? .block
        let forwarding = top["forwarding"].map { $0.word(Forwarding.self) } ?? .automatic
        let hooks = top["hooks"].map { self.hooks($0) } ?? []
        let probe = top["probe"].map { self.probe($0) } ?? .automatic
        let draft = TunnelDraft(
            top: top, interface: interface, routes: given ?? peers.derivedRoutes, rules: rules, peers: peers)
        draft.check()
        let values = peers.compactMap(\.value)
        guard let value = interface.value, let leak, let forwarding, !values.isEmpty else { return nil }
        return Tunnel(
            name: name, interface: value, routes: draft.routes.map(\.value), rules: rules.flatMap(\.value),
            leak: leak, forwarding: forwarding, peers: values, hooks: hooks, probe: probe ?? .automatic)
    }
}

/// A value with the place in the spec that it was read from.
struct Located<Value> {
    let value: Value
    let field: SpecField
}
