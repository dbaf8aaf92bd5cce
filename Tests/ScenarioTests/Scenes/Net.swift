import TestBed

/// The hosts of a scenario and the wires between them, with addresses and routes, before any tunnel.
struct Net: Sendable {
    /// A host's name in the network that the scenario comes from.
    enum Name: String, Sendable, CaseIterable {
        case moon, sun, carol, dave, alice, bob
        case west, east, north, road, nic
        case gateway, site1, site2, tenant1, tenant2
        case a, b
        /// The network between, where it is more than a wire.
        case wan
    }

    private let hosts: [Name: Host]

    /// Makes hosts without wires, all at the same time.
    /// - Parameters:
    ///   - gateways: Those that speak IPsec.
    ///   - others: Those behind or between them.
    /// - Throws: ``TestBedError`` with the words of the test bed's script.
    init(gateways: [Name], others: [Name]) async throws {
        hosts = try await withThrowingTaskGroup(of: (Name, Host).self) { group in
            for name in gateways { group.addTask { (name, try await Host(name.rawValue)) } }
            for name in others { group.addTask { (name, try await Host(name.rawValue, .plain)) } }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// The host of a name, which the scenario's network must have.
    subscript(name: Name) -> Host {
        guard let host = hosts[name] else { preconditionFailure("the network has no host \(name)") }
        return host
    }

    /// Whether the network has such a host.
    func has(_ name: Name) -> Bool { hosts[name] != nil }

    /// Starts the IKE daemons of some hosts, all at the same time.
    /// - Parameters:
    ///   - names: The hosts.
    ///   - routing: Those whose daemon installs routes, as it does by default.
    /// - Throws: ``TestBedError`` with what a daemon wrote that does not come up.
    func startCharons(_ names: Name..., routing: [Name] = []) async throws {
        for name in routing { try self[name].letCharonRoute() }
        try await each(names) { try await self[$0].startCharon() }
    }
}

/// Does something with each of some things, all at the same time.
/// - Parameters:
///   - items: The things.
///   - body: What is done with one of them.
/// - Returns: What came of it, in the order of the things.
/// - Throws: The first error.
@discardableResult
func each<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ body: @Sendable @escaping (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for (index, item) in items.enumerated() { group.addTask { (index, try await body(item)) } }
        return try await group.reduce(into: [(Int, Result)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
