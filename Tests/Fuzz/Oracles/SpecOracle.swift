import NetworkModel

@testable import ViaductCore

/// Bytes give a tunnel or problems; a tunnel gives a plan or obstacles; and a plan's commands can be printed, its journal
/// read back, and its snippet read by the grammar of strongSwan.
enum SpecOracle {
    static func check(_ input: [UInt8]) throws(OracleFailure) {
        guard let name = TunnelName("office") else { return }
        let tunnel: Tunnel
        do throws(SpecError) {
            tunnel = try SpecReader.read(
                text: input, file: "office.yaml", name: name, directory: "/", tableNames: ["blue": 7])
        } catch {
            try require(!error.problems.isEmpty && !error.description.isEmpty, "a spec is refused without a reason")
            return
        }
        let machine = Self.machine(for: tunnel)
        guard let plan = try? Planner.fromScratch(tunnel, on: machine) else { return }
        let script = Script.text(plan.steps, heading: [])
        try require(!script.contains("\0"), "a script holds a zero byte")
        _ = Script.text(plan.inverse.steps, heading: [])
        let again = try? Planner.fromScratch(tunnel, on: machine)
        try require(again == plan, "the same spec gives two plans")
        try JournalOracle.check(Record(tunnel: name.text, bootID: "b", steps: plan.steps), of: name, on: machine)
        for step in plan.steps { try checkSnippet(step) }
    }

    /// A machine with a way to every peer.
    private static func machine(for tunnel: Tunnel) -> Observed {
        var machine = Observed()
        machine.charon = CharonState(version: "5.9.8")
        machine.kernel = KernelVersion("6.1.0")
        guard let device = InterfaceName("eth0") else { return machine }
        machine.links = [Link(name: device, kind: .other(""), isUp: true)]
        for peer in tunnel.peers {
            let remotes = peer.remote.hosts.compactMap { host in
                if case .address(let address) = host { address } else { nil }
            }
            let family = peer.local.address?.family ?? remotes.first?.family ?? .ipv4
            guard let local = IPAddress(family == .ipv4 ? "203.0.113.10" : "2001:db8::10") else { continue }
            machine.underlays[peer.connection] = Underlay(
                remotes: remotes, local: peer.local.address ?? local, device: device, mtu: 1500)
        }
        return machine
    }

    private static func checkSnippet(_ step: Step) throws(OracleFailure) {
        guard let file = step.writtenFile, file.path.folder == .snippets, case .text(let pieces) = file.content
        else { return }
        let secrets = Dictionary(uniqueKeysWithValues: pieces.references.map { ($0, Secret([1, 2, 3])) })
        let tree: SettingsTree
        do {
            let bytes = try pieces.bytes(secrets: secrets).reveal { Array($0) }
            tree = try SettingsParser.parseSnippet(SettingsFile(path: "\(file.path)", bytes: bytes))
        } catch {
            throw OracleFailure("a snippet cannot be read back: \(error)")
        }
        try require(tree.root.section("connections") != nil, "a snippet has no connections")
    }
}
