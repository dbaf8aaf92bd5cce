import Glibc
import Synchronization

/// Looks again and again whether any process of the machine has one of some texts in its arguments or environment.
public final class ProcessWatcher: Sendable {
    /// What was seen.
    public struct Report: Sendable {
        /// How often all processes were looked at.
        public var looks = 0
        /// The names of the processes that had a text, and where.
        public var processes: Set<String> = []
    }

    private let texts: [[UInt8]]
    private let exceptions: [String]
    private let state = Mutex((report: Report(), isWanted: true, hasEnded: false))

    /// Begins to look.
    /// - Parameters:
    ///   - texts: What nobody may have.
    ///   - exceptions: Names of programs that may have it in their environment; `nsenter`, by which they are run, may then.
    public init(for texts: [String], except exceptions: [String] = []) {
        self.texts = texts.map { Array($0.utf8) }
        self.exceptions = exceptions.isEmpty ? [] : exceptions + ["nsenter"]
        startThread { [self] in
            while state.withLock({ $0.isWanted }) { look() }
            state.withLock { $0.hasEnded = true }
        }
    }

    /// Ends it.
    /// - Returns: What was seen.
    public func stop() async -> Report {
        state.withLock { $0.isWanted = false }
        return await onThread { [self] in
            while !state.withLock({ $0.hasEnded }) { usleep(10_000) }
            return state.withLock { $0.report }
        }
    }

    private func look() {
        var found: Set<String> = []
        for process in Files.names(in: "/proc") where process.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            for file in ["cmdline", "environ"] {
                guard let bytes = try? Files.bytes(at: "/proc/\(process)/\(file)"),
                    texts.contains(where: { holds(bytes, $0) })
                else { continue }
                let name = ((try? Files.text(at: "/proc/\(process)/comm")) ?? "").filter { !$0.isNewline }
                // Between fork and exec it is the test itself that has what the program is to have.
                if file == "environ", exceptions.contains(name) { continue }
                found.insert("\(name) \(file)")
            }
        }
        state.withLock {
            $0.report.looks += 1
            $0.report.processes.formUnion(found)
        }
        usleep(20_000)
    }

    private func holds(_ bytes: [UInt8], _ text: [UInt8]) -> Bool {
        guard bytes.count >= text.count, let first = text.first else { return false }
        var rest = bytes[...]
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: text) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }
}
