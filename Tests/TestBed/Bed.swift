import Glibc
import Synchronization

/// One scenario's share of the test bed: an id for its names, and what must be undone at its end.
///
/// The trait ``Testing/Trait/testBed`` makes one for each test and ends it when the test is over, however that came.
public final class Bed: Sendable {
    /// The bed of the scenario that runs.
    @TaskLocal static var running: Bed?

    private let id: String
    private let made = Atomic(0)
    private let witnesses = Mutex<[@Sendable () -> String]>([])
    private let cleanups = Mutex<[@Sendable () async -> Void]>([])

    init() {
        id = String((0..<4).compactMap { _ in "bcdfghjklmnpqrstvwxz".randomElement() })
    }

    /// The bed of the scenario that runs.
    /// - Throws: ``TestBedError`` outside of a test with the trait.
    public static var current: Bed {
        get throws {
            guard let running else { throw TestBedError("hosts need a test with the trait .testBed") }
            return running
        }
    }

    /// Four random letters and a number, for a name that no other host on the machine has.
    func nextID() -> String {
        "\(id)\(made.add(1, ordering: .relaxed).newValue)"
    }

    /// Has something done at the end of the scenario, last come first served.
    public func atEnd(_ cleanup: @escaping @Sendable () async -> Void) {
        cleanups.withLock { $0.append(cleanup) }
    }

    /// Has something told when the scenario fails by an error, such as the end of a log.
    func onFailure(_ witness: @escaping @Sendable () -> String) {
        witnesses.withLock { $0.append(witness) }
    }

    /// What is told of a scenario that has failed.
    var report: String {
        witnesses.withLock { $0 }.map { $0() }.joined()
    }

    func end() async {
        while let cleanup = cleanups.withLock({ $0.popLast() }) { await cleanup() }
    }

    /// Why no scenario can run here; nil inside of the test bed.
    public static var obstacle: String? {
        guard let inside = getenv("TB_TESTBED"), inside.pointee != 0 else {
            return "not inside the test bed (make test-kernel, or testbed/testbed COMMAND)"
        }
        guard variable("TB_VHOST") != nil else { return "TB_VHOST does not name the script of the test bed" }
        return nil
    }

    /// True when all that scenarios need must be there, so that a skipped scenario counts as a failed one.
    public static var isStrict: Bool { variable("VIADUCT_STRICT") == "1" }

    /// True in a virtual machine of the test bed, where a scenario may change even the kernel's modules.
    public static var isVirtualMachine: Bool { variable("TB_IN_VM") != nil }

    /// More than processors, as scenarios wait for a part of their time: for replies that must not come, for example.
    static let gate = Gate(
        width: variable("TB_WIDTH").flatMap { Int($0) } ?? max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))) * 3 / 2)
}

/// The value of an environment variable, nil when it is not set or empty.
func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}
