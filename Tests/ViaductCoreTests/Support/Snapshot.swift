import NetworkModel
import ViaductCore

/// All that a tunnel may have changed on a machine, in a form that compares.
///
/// Order does not count, but for the addresses of one subnet, of which the first is the kernel's choice.
struct Snapshot: Hashable {
    var links: Set<Link>
    var addresses: [Subnet: [InterfaceAddress]]
    var routes: Set<Route>
    var rules: Set<Rule>
    var sysctls: [SysctlKey: String]
    var files: [ConfigurationPath: Secret]
    var connections: Set<String>
    var secrets: Set<String>
    var children: Set<CharonState.ChildState>
    var keys: Set<Secret>
    var clamps: Set<MSSClampTable>
    var pools: Set<AddressPool>
    var journal: [String: Set<Step>]

    struct Subnet: Hashable {
        var interface: InterfaceName
        var prefix: IPPrefix
    }

    init(_ host: FakeHost) {
        links = Set(host.links)
        addresses = Dictionary(grouping: host.addresses) { Subnet(interface: $0.interface, prefix: $0.subnet) }
        routes = Set(host.routes)
        rules = Set(host.rules)
        sysctls = host.sysctls
        files = host.files
        connections = host.charon?.connections ?? []
        secrets = host.charon?.secrets ?? []
        children = Set(host.charon?.children ?? [])
        keys = host.keys
        clamps = Set(host.clamps)
        pools = host.pools
        journal = host.journal.mapValues { Set($0.claims) }
    }

    /// What differs, a line for each thing; empty when nothing does.
    func difference(to other: Snapshot) -> [String] {
        var lines: [String] = []
        func compare<Element: Hashable>(_ name: String, _ before: Set<Element>, _ after: Set<Element>) {
            lines += before.subtracting(after).map { "- \(name): \($0)" }
            lines += after.subtracting(before).map { "+ \(name): \($0)" }
        }
        compare("link", links, other.links)
        compare("addresses", Set(addresses.values), Set(other.addresses.values))
        compare("route", routes, other.routes)
        compare("rule", rules, other.rules)
        compare("sysctl", Set(sysctls.map { "\($0)=\($1)" }), Set(other.sysctls.map { "\($0)=\($1)" }))
        compare("file", Set(files.keys), Set(other.files.keys))
        compare(
            "content", Set(files.filter { other.files[$0.key] != nil && other.files[$0.key] != $0.value }.keys), [])
        compare("connection", connections, other.connections)
        compare("secret", secrets, other.secrets)
        compare("child", children, other.children)
        compare("clamp", clamps, other.clamps)
        compare("pool", pools, other.pools)
        compare("key", Set(keys.map { $0.reveal { Array($0) } }), Set(other.keys.map { $0.reveal { Array($0) } }))
        let before = Set(journal.flatMap { name, steps in steps.map { "\(name): \($0)" } })
        compare("journal", before, Set(other.journal.flatMap { name, steps in steps.map { "\(name): \($0)" } }))
        compare("journals", Set(journal.keys), Set(other.journal.keys))
        return lines.sorted()
    }

    /// The same without what charon has negotiated, which comes and goes by itself.
    var withoutChildren: Snapshot {
        var copy = self
        copy.children = []
        return copy
    }
}
