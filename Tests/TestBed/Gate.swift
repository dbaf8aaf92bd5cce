/// Lets only so many scenarios run at a time, first come first served; one that changes the machine itself takes all places.
///
/// Each scenario has charons of its own; all of them at once would not get through their handshakes on an emulated processor.
actor Gate {
    private let width: Int
    private var free: Int
    private var queue: [(need: Int, continuation: CheckedContinuation<Void, Never>)] = []

    init(width: Int) {
        self.width = width
        free = width
    }

    /// Runs a scenario when there is place for it.
    nonisolated func whileAdmitted(alone: Bool, _ body: @Sendable () async throws -> Void) async throws {
        await enter(alone: alone)
        do {
            try await body()
            await leave(alone: alone)
        } catch {
            await leave(alone: alone)
            throw error
        }
    }

    private func enter(alone: Bool) async {
        let need = alone ? width : 1
        if queue.isEmpty && free >= need {
            free -= need
        } else {
            await withCheckedContinuation { queue.append((need, $0)) }
        }
    }

    private func leave(alone: Bool) {
        free += alone ? width : 1
        while let first = queue.first, free >= first.need {
            free -= first.need
            queue.removeFirst().continuation.resume()
        }
    }
}
