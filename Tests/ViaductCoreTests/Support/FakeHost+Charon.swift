import NetworkModel
import ViaductCore

extension FakeHost {
    mutating func load(_ secret: ConnectionSecret) throws {
        guard charon != nil else { throw Failure("no charon") }
        switch secret {
        case .preshared(let name, _, let source):
            try requireSecret(source)
            charon?.secrets.insert(name)
        case .privateKey(path: let path): keys.insert(try key(at: path))
        }
    }

    mutating func unload(_ secret: ConnectionSecret) throws {
        guard charon != nil else { return }
        switch secret {
        case .preshared(let name, _, _): charon?.secrets.remove(name)
        case .privateKey(path: let path): keys.remove(try key(at: path))
        }
    }

    private func key(at path: String) throws -> Secret {
        guard let bytes = files.first(where: { "\($0.key)" == path })?.value else { throw Failure("ENOENT \(path)") }
        return bytes
    }

    mutating func load(_ connection: Connection, replacing old: Connection?) throws {
        guard charon != nil else { throw Failure("no charon") }
        charon?.connections.insert(connection.name)
        if connection.startsByItself, peerAnswers {
            charon?.children.removeAll { $0.connection == connection.name }
            let children = connection.children.map { installed($0, of: connection) }
            charon?.children += children
        } else if old != nil {
            charon?.children.removeAll { $0.connection == connection.name }
        }
    }

    private func installed(_ child: String, of connection: Connection) -> CharonState.ChildState {
        func number(_ key: String) -> UInt32? {
            guard case .text(let text)? = connection.tree.section("children")?.section(child)?[key] else { return nil }
            return UInt32(literal: text)
        }
        var binding: Binding?
        if let input = number("if_id_in"), let output = number("if_id_out") {
            binding = .interfaceIDs(input: input, output: output)
        } else if let input = number("mark_in"), let output = number("mark_out") {
            binding = .marks(input: Mark(input), output: Mark(output))
        }
        return CharonState.ChildState(
            connection: connection.name, child: child, isInstalled: true, binding: binding, isEncapsulated: false)
    }

    mutating func unload(_ connection: Connection) {
        charon?.connections.remove(connection.name)
        charon?.children.removeAll { $0.connection == connection.name }
    }

    /// Answers a probe, unless it is told not to.
    func answer(_ probe: Probe) throws {
        if probe.isRequired, !probeIsAnswered { throw Failure("the probe was not answered") }
    }

    /// Ends the SAs of a connection when the kernel has lost one.
    mutating func endDead(of connection: String) {
        let own = charon?.children.filter { $0.connection == connection } ?? []
        guard own.contains(where: { !$0.isInKernel }) else { return }
        charon?.children.removeAll { $0.connection == connection }
    }

    mutating func establish(_ wanted: Establishment) throws {
        guard let charon else { throw Failure("no charon") }
        guard charon.connections.contains(wanted.connection), peerAnswers else { throw Failure("not established") }
        for child in wanted.children {
            let isThere =
                self.charon?.children.contains { $0.connection == wanted.connection && $0.child == child } ?? false
            guard !isThere else { continue }
            self.charon?.children.append(
                CharonState.ChildState(
                    connection: wanted.connection, child: child, isInstalled: true, binding: wanted.binding,
                    isEncapsulated: false))
        }
    }
}
