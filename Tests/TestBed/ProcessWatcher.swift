import Glibc
import Synchronization

/// Looks again and again whether any process of the machine has one of some texts in its arguments or environment.
public final class ProcessWatcher: Sendable {
    /// What was seen.
    public struct Report: Sendable {
        /// How often all processes were looked at.
        public var looks = 0
        /// The processes that had a text, by the words of their command line, and where.
        public var processes: Set<String> = []
    }

    private let texts: [[UInt8]]
    private let holder: [UInt8]
    private let state = Mutex((report: Report(), isWanted: true, hasEnded: false))

    /// Begins to look.
    /// - Parameters:
    ///   - texts: What nobody may have.
    ///   - holder: A word of the command line of those who may have it in their environment, and in nothing else.
    public init(for texts: [String], besides holder: String) {
        self.texts = texts.map { Array($0.utf8) }
        self.holder = Array(holder.utf8) + [0]
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
            // What has ended meanwhile has nothing.
            guard let words = try? Files.bytes(at: "/proc/\(process)/cmdline"),
                let variables = try? Files.bytes(at: "/proc/\(process)/environ")
            else { continue }
            let name = String(decoding: words.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
            if texts.contains(where: { words.holds($0) }) { found.insert("in the arguments of \(name)") }
            if texts.contains(where: { variables.holds($0) }), !words.holds(holder) {
                found.insert("in the environment of \(name)")
            }
        }
        state.withLock {
            $0.report.looks += 1
            $0.report.processes.formUnion(found)
        }
        usleep(50_000)
    }
}

extension [UInt8] {
    /// Whether these bytes are among its own, one behind the other.
    fileprivate func holds(_ text: [UInt8]) -> Bool {
        withUnsafeBytes { own in
            text.withUnsafeBytes { text in
                guard var place = own.baseAddress, let wanted = text.baseAddress else { return false }
                let end = place + own.count
                while end - place >= text.count, let next = memchr(place, Int32(text[0]), end - place) {
                    place = UnsafeRawPointer(next)
                    if end - place >= text.count, memcmp(place, wanted, text.count) == 0 { return true }
                    place += 1
                }
                return false
            }
        }
    }
}
