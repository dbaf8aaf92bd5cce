/// The keys of a spec, section by section, in the order of the documentation.
enum SpecKeys {
    static let top = [
        "local", "remote", "psk", "auth", "interface", "routes", "rules", "leak", "traffic", "children", "pools",
        "virtual", "peers", "ike", "esp", "start", "forwarding", "probe", "hooks", "swanctl",
    ]
    static let peer = [
        "local", "remote", "psk", "auth", "traffic", "children", "pools", "virtual", "ike", "esp", "start", "swanctl",
    ]
    /// What a spec with `peers` says in each of them, and not for all.
    static let peerOnly = ["remote", "traffic", "children", "pools", "virtual"]
    static let end = ["address", "id", "auth"]
    static let auth = ["psk", "certificate", "key", "ca"]
    static let psk = ["file", "credential", "env", "value"]
    /// A certificate or key that is no file.
    static let credential = ["credential"]
    static let interface = [
        "kind", "name", "id", "device", "addresses", "mtu", "mss", "multicast", "netns", "vrf",
    ]
    static let id = ["in", "out"]
    static let address = ["address", "peer"]
    static let route = ["to", "table", "metric", "source", "mtu", "advmss"]
    static let rule = [
        "family", "priority", "not", "from", "to", "fwmark", "iif", "oif", "ipproto", "sport", "dport", "uidrange",
        "tos", "tun_id", "table", "goto", "action", "suppress_prefixlength", "suppress_ifgroup",
    ]
    static let ruleSelectors = [
        "from", "to", "fwmark", "iif", "oif", "ipproto", "sport", "dport", "uidrange", "tos", "tun_id",
        "suppress_prefixlength", "suppress_ifgroup",
    ]
    static let traffic = ["local", "remote"]
    static let child = ["local", "remote", "esp", "swanctl"]
    static let ike = [
        "version", "proposals", "dpd", "rekey", "mobike", "encap", "fragmentation", "keyingtries", "local_port",
        "remote_port",
    ]
    static let esp = ["proposals", "rekey", "replay"]
    static let hooks = Hook.Moment.allCases.map(\.rawValue)
    static let hook = ["run", "timeout"]
    static let swanctl = ["connection", "local", "remote", "child"]

    /// Every key there is.
    static let all = Set(
        [
            top, peer, end, auth, psk, interface, id, address, route, rule, traffic, child, ike, esp, hooks, hook,
            swanctl,
        ].joined())

    /// The keys under which nothing is ever quoted.
    static let confidential: Set<String> = ["psk", "auth"]

    /// Tells whether a byte may stand in a key that is shown: letters, digits, `_` and `-`.
    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2d: true
        default: false
        }
    }
}
