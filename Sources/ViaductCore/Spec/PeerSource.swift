/// Where a peer is described: in a section of its own, or in the spec itself when it is the only one.
struct PeerSource {
    /// The peer's own section.
    let own: SpecSection
    /// The spec, whose keys hold for all peers that do not say otherwise; nil when it is the peer's own section.
    let defaults: SpecSection?

    /// What holds for a key: the peer's own value, else the spec's.
    subscript(_ key: String) -> SpecField? {
        own.has(key) ? own[key] : defaults?[key]
    }

    /// All values given for a key, the one that holds last.
    ///
    /// Problems of a value that is read for every peer are the same, and are told once.
    func all(_ key: String) -> [SpecField] {
        [defaults?[key], own[key]].compactMap { $0 }
    }

    /// Where the peer's own address was given.
    var remoteField: SpecField { own["remote"] ?? own.field }
    /// Where our address was given.
    var localField: SpecField { self["local"] ?? own.field }
}
