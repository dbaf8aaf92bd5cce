/// A decoder that takes bytes from outside, and what must hold of all of them.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// What charon sends: packets, messages, and the values that are read of them.
    case vici
    /// What the kernel sends: links, addresses, routes, rules, states, policies, firewalls, refusals.
    case netlink
    /// A tunnel's spec, and of one that is taken also the plan, its commands, its journal and its snippet.
    case spec
    /// strongswan.conf and swanctl.conf.
    case settings
    /// The journal of a tunnel.
    case journal

    /// Decodes an input and looks whether the oracle's laws hold.
    ///
    /// - Throws: `OracleFailure` when one does not. That an input is refused is no failure.
    func check(_ input: [UInt8]) throws(OracleFailure) {
        switch self {
        case .vici: try ViciOracle.check(input)
        case .netlink: try NetlinkOracle.check(input)
        case .spec: try SpecOracle.check(input)
        case .settings: try SettingsOracle.check(input)
        case .journal: try JournalOracle.check(input)
        }
    }
}

/// A law that an input has broken.
struct OracleFailure: Error, CustomStringConvertible {
    /// What should have been, and what was.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Takes a law that must hold.
func require(_ isTrue: Bool, _ law: @autoclosure () -> String) throws(OracleFailure) {
    if !isTrue { throw OracleFailure(law()) }
}
