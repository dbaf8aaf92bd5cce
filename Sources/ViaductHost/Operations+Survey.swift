internal import Netlink
internal import NetworkModel
public import ViaductCore

/// A tunnel was named that there is nothing of.
public struct UnknownTunnel: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its name.
    public let name: TunnelName
    /// Where its spec would be.
    public let path: String
    /// One sentence for a person.
    public var description: String { "there is no spec \(path), and nothing of the tunnel is on this machine" }
}

extension Operations {
    /// Looks once at the machine for several tunnels.
    ///
    /// - Parameter arguments: names of tunnels or spec files; none for every tunnel that has a spec, or of which
    ///   something is on the machine.
    /// - Returns: what each finds.
    /// - Throws: `UnknownTunnel`; `SpecError` when no tunnel can have a name; and what looking at the machine throws.
    public func survey(_ arguments: [String]) throws -> Survey {
        try Privilege.requireNetworkAdministration(for: "looking at tunnels")
        var host = try host()
        let specs = try readings()
        var targets: [LiveHost.Target] = []
        if arguments.isEmpty {
            let names = Set(specs.map(\.name)).union(try host.traces())
            targets = names.sorted().map { name in
                LiveHost.Target(name: name, spec: specs.first { $0.name == name }?.spec ?? .none)
            }
        } else {
            for argument in arguments { targets.append(try target(argument, among: specs)) }
        }
        let siblings = specs.compactMap { entry in
            entry.spec.tunnel.map { Observed.Sibling(name: entry.name, id: $0.interface.id) }
        }
        let survey = try host.survey(targets, siblings: siblings)
        for entry in survey.tunnels {
            if case .none = entry.spec, entry.status.condition == .down {
                throw UnknownTunnel(name: entry.name, path: try library.location(of: entry.name.text).path)
            }
        }
        return survey
    }

    /// Every spec of the folder, read once.
    private func readings() throws -> [(name: TunnelName, spec: SpecReading)] {
        try library.names().map { name in (name, reading(try library.location(of: name.text))) }
    }

    private func target(
        _ argument: String, among specs: [(name: TunnelName, spec: SpecReading)]
    ) throws -> LiveHost.Target {
        let location = try library.location(of: argument)
        let known = location.path == (try library.location(of: location.name.text).path)
        let spec = (known ? specs.first { $0.name == location.name }?.spec : nil) ?? reading(location)
        return LiveHost.Target(name: location.name, spec: spec)
    }

    private func reading(_ location: SpecLocation) -> SpecReading {
        switch Result(catching: { try library.tunnel(at: location) }) {
        case .success(let tunnel): .read(tunnel)
        case .failure(let error as FileError) where error.isMissing: .none
        case .failure(let error): .unreadable("\(error)")
        }
    }
}

extension LiveHost {
    /// The names of tunnels of which something is on this machine: a record, a link, a snippet.
    fileprivate mutating func traces() throws -> Set<TunnelName> {
        var names = Set<TunnelName>()
        for record in try journal.records() where !record.isEmpty {
            if let name = TunnelName(record.tunnel) { names.insert(name) }
        }
        names.formUnion(try routing.links().compactMap { Ownership.tunnel(alias: $0.link.alias) })
        let snippets = "\(ConfigurationPath.root)/\(ConfigurationPath.Folder.snippets.rawValue)"
        for file in try Folder(path: snippets).names() where file.hasPrefix("viaduct-") && file.hasSuffix(".conf") {
            if let name = TunnelName(file.dropFirst("viaduct-".count).dropLast(".conf".count)) { names.insert(name) }
        }
        return names
    }
}

extension Operations {
    /// How tunnels are.
    ///
    /// - Parameter arguments: names of tunnels or spec files; none for all.
    /// - Returns: the status of each.
    /// - Throws: as `survey`.
    public func status(_ arguments: [String]) throws -> [TunnelStatus] {
        let journal = try Journal()
        return try survey(arguments).tunnels.map { entry in
            var status = entry.status
            if let pending = try journal.pendingChange(of: entry.name) { status.reason += "; \(pending.description)" }
            if let damage = try journal.damage(of: entry.name) {
                status.reason +=
                    "; the journal \(damage.path) cannot be used, as \(damage.reason): the next up or down puts "
                    + "it aside"
            }
            return status
        }
    }
}
