internal import NetworkModel
internal import ViaductCore

/// A change cannot be confirmed, or another one be made before it is.
public struct PendingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for a person.
    public let description: String
}

extension Operations {
    /// Keeps what `up --confirm` has changed.
    ///
    /// - Returns: what is said to a person.
    /// - Throws: `PendingError` when there is nothing to confirm, as it was rolled back already; `FileError`.
    public func confirm(_ argument: String) throws -> String {
        let name = try library.location(of: argument).name
        try Privilege.requireNetworkAdministration(for: "confirm")
        let journal = try Journal()
        let wait = { notice("\(name): waiting for another viaduct that works on it") }
        return try journal.withLock(on: name, wait: wait) { _ in
            guard let pending = try journal.pendingChange(of: name) else {
                throw PendingError(
                    description: "there is no unconfirmed change: it was rolled back, confirmed before, or never made")
            }
            if let failure = pending.failure {
                throw PendingError(
                    description: "it is too late: the change was rolled back, though not in full: \(failure); "
                        + "viaduct up \(name) or viaduct down \(name) makes it whole")
            }
            try journal.settlePendingChange(of: name)
            return pending.isGuarded
                ? "is confirmed"
                : "is confirmed, though nobody would have rolled it back: the process that watched over it was gone"
        }
    }

    /// Reports a journal that makes no sense and puts it aside.
    func examine(_ journal: Journal, of tunnel: TunnelName) throws {
        guard let damage = try journal.damage(of: tunnel) else { return }
        let aside = try journal.setAside(damage)
        caution(
            "\(tunnel): the journal \(damage.path) cannot be used, as \(damage.reason); it is kept as \(aside). What is ours "
                + "is known by its marks, but the earlier values of settings such as net/ipv4/ip_forward are in that file alone"
        )
    }

    /// Refuses to change what is about to be rolled back; of what nobody rolls back any more it only tells.
    func requireNoPendingChange(of tunnel: TunnelName, in journal: Journal) throws {
        guard let pending = try journal.pendingChange(of: tunnel) else { return }
        if pending.isGuarded { throw PendingError(description: pending.description) }
        caution("\(tunnel): \(pending.description)")
        if pending.failure != nil { try journal.settlePendingChange(of: tunnel) }
    }

    /// Forgets an unconfirmed change, as the tunnel is taken away.
    func settlePendingChange(of tunnel: TunnelName, in journal: Journal) throws {
        guard let pending = try journal.pendingChange(of: tunnel) else { return }
        if !pending.isGuarded { caution("\(tunnel): \(pending.description)") }
        try journal.settlePendingChange(of: tunnel)
    }

    /// Makes a change under the eyes of a guardian.
    func guarded(
        _ plan: Plan, of tunnel: Tunnel, for seconds: Int, by host: inout LiveHost, journal: Journal,
        _ body: (Operations, inout LiveHost) throws -> Plan
    ) throws -> Plan {
        var pending = journal.newPendingChange(of: tunnel.name, seconds: seconds)
        do {
            try journal.note(pending)
        } catch {
            // It may be there all the same, as when its folder could not be synced.
            do { try journal.settlePendingChange(of: tunnel.name) } catch {}
            throw error
        }
        let done: Plan
        do {
            let guardian = try Guardian(
                GuardianMessage.Beginning(
                    tunnel: tunnel.name.text, pending: pending.id, seconds: seconds, viciPath: viciPath,
                    stamp: try journal.record(of: tunnel.name)?.stamp, joined: plan.joined,
                    released: plan.released, files: host.former?.data ?? [:]))
            do {
                done = try body(telling(guardian), &host)
            } catch let error as ApplyError where error.rollback == nil {
                // With --keep it stays, as far as it came, and has to be confirmed like any other change.
                begin(&pending, guardian, in: journal)
                throw Kept(cause: error)
            } catch {
                guardian.end(isDone: false)
                throw error
            }
            begin(&pending, guardian, in: journal)
        } catch let error as Kept {
            throw error.cause
        } catch {
            do {
                try journal.settlePendingChange(of: tunnel.name)
            } catch {
                caution("\(tunnel.name): \(error): the file speaks of a change that was taken back")
            }
            throw error
        }
        return done
    }

    /// A failure after which what was done stays.
    private struct Kept: Error {
        let cause: ApplyError
    }

    /// Lets the time to confirm begin.
    private func begin(_ pending: inout PendingChange, _ guardian: Guardian, in journal: Journal) {
        pending.deadline = PendingChange.now + pending.seconds
        do {
            try journal.note(pending)
        } catch {
            caution("\(pending.tunnel): how much time is left will not be told: \(error)")
        }
        if !guardian.end(isDone: true) {
            caution(
                "\(pending.tunnel): the process that would have rolled the change back is gone, so the change stands")
        }
    }

    /// The same, with each step told to a guardian before it is performed.
    private func telling(_ guardian: Guardian) -> Operations {
        var operations = self
        operations.show = { step, isUndo in
            guardian.note(step, isUndo: isUndo)
            show(step, isUndo)
        }
        return operations
    }
}
