import TestBed

/// A network in which all is ready but the tunnels, and who shall make them.
struct Scene: Sendable {
    /// A machine on which viaduct makes tunnels.
    struct Gateway: Sendable {
        let host: Host
        /// The tunnels of its specs, in the order in which they are brought up.
        let tunnels: [String]
        /// The network namespaces that belong to it.
        var namespaces: [String] = []

        /// All of its state, that of its namespaces too.
        func dumps() async throws -> [Dump] {
            var dumps = [try await host.dump()]
            for namespace in namespaces { dumps.append(try await host.dump(netns: namespace)) }
            return dumps
        }
    }

    let net: Net
    /// The machines on which viaduct makes tunnels, those that wait to be asked first.
    let gateways: [Gateway]
    /// Where the underlay is looked at: all packets between the ends pass there.
    let tap: (host: Host, interface: String)

    /// Puts the specs of Docs/Examples on their machines.
    /// - Parameters:
    ///   - net: The network, with its IKE daemons.
    ///   - specs: The names of the examples, and on which machine each is, those that wait to be asked first.
    ///   - namespaces: Network namespaces of the machines.
    ///   - tap: Where the underlay is looked at.
    /// - Throws: ``TestBedError`` when an example is not there.
    init(
        _ net: Net, _ specs: KeyValuePairs<Net.Name, [String]>, namespaces: [Net.Name: [String]] = [:],
        tap: (Net.Name, String)
    ) throws {
        self.net = net
        self.tap = (net[tap.0], tap.1)
        gateways = specs.map { Gateway(host: net[$0.key], tunnels: $0.value, namespaces: namespaces[$0.key] ?? []) }
        for gateway in gateways {
            for tunnel in gateway.tunnels { try Example(tunnel).install(on: gateway.host) }
        }
    }

    /// The host of a name.
    subscript(name: Net.Name) -> Host { net[name] }

    /// The state of all machines on which viaduct makes tunnels.
    func dumps() async throws -> [[Dump]] { try await each(gateways) { try await $0.dumps() } }

    /// Brings all tunnels up.
    func up() async throws {
        for gateway in gateways {
            for tunnel in gateway.tunnels {
                // The usual half minute is short for emulated machines that share a processor.
                try await gateway.host.viaduct("up", tunnel, "--timeout", "100s").checked()
            }
        }
    }

    /// Takes all tunnels down, the last one first.
    func down() async throws {
        for gateway in gateways.reversed() {
            for tunnel in gateway.tunnels.reversed() { try await gateway.host.viaduct("down", tunnel).checked() }
        }
    }
}
