import Glibc
import Synchronization

/// A machine of a scenario: a network and a mount namespace with its own /run, /etc/swanctl, /etc/strongswan.conf,
/// /etc/viaduct and /var/lib/viaduct, made by the script `testbed/vhost`.
///
/// It is removed, with its processes and links, at the end of the scenario that made it.
public final class Host: Sendable {
    /// What a host has of its own.
    public enum Kind: Sendable {
        /// A network and the files of charon and viaduct: whoever speaks IPsec.
        case gateway
        /// Only a network: cheaper, for those behind a gateway or between two.
        case plain
    }

    /// The name it has in the scenario, such as `a`.
    public let name: String
    /// The name it has on the machine, with a random id in it.
    public let fullName: String
    /// The folder in which its own files are kept, as seen from outside.
    public let folder: String
    let kind: Kind
    let namespaces: String
    let daemon = Mutex<Daemon?>(nil)

    /// Makes a host; its loopback is up, it has no other links.
    /// - Parameters:
    ///   - name: The name it has in the scenario, such as `a`: letters and digits.
    ///   - kind: What it has of its own.
    /// - Throws: ``TestBedError`` outside of a scenario, or with the script's own words.
    public init(_ name: String, _ kind: Kind = .gateway) async throws {
        let bed = try Bed.current
        self.name = name
        self.kind = kind
        let fullName = "\(name)-\(bed.nextID())"
        self.fullName = fullName
        try await Host.script(kind == .gateway ? "new" : "net", fullName)
        let folder = try await Host.script("dir", fullName).dropLast()
        self.folder = String(folder)
        namespaces = try Files.text(at: "\(folder)/pid").filter(\.isNumber)
        bed.atEnd { _ = try? await Host.script("del", fullName) }
        let log = "\(folder)/run/charon.log"
        bed.onFailure {
            let lines = ((try? Files.text(at: log)) ?? "").split(separator: "\n").suffix(20)
            return lines.isEmpty ? "" : "charon of \(fullName):\n\(lines.joined(separator: "\n"))\n"
        }
    }

    /// Runs the script that keeps the hosts.
    @discardableResult
    static func script(_ arguments: String...) async throws -> String {
        guard let script = variable("TB_VHOST") else { throw TestBedError("TB_VHOST is not set") }
        return try await Program([script] + arguments, timeout: .seconds(90)).outcome().checked().stdout
    }

    /// Starts a program in this host and leaves it running.
    ///
    /// It is killed at the end of the scenario, when it has not ended before.
    /// - Parameters:
    ///   - arguments: The program and its arguments.
    ///   - netns: A named network namespace inside of this host (`ip netns add`) to run it in.
    ///   - input: What it reads from standard input.
    ///   - environment: Variables to set in addition to our own.
    ///   - timeout: It is killed after this time.
    /// - Returns: The program, running.
    /// - Throws: ``TestBedError`` when it cannot be started.
    public func start(
        _ arguments: [String], netns: String? = nil, input: String = "", environment: [String: String] = [:],
        timeout: Duration = .seconds(600)
    ) throws -> Program {
        let enter = ["nsenter", "-t", namespaces, "-m", "-n", "--"]
        let inner = netns.map { ["ip", "netns", "exec", $0] } ?? []
        let program = try Program(
            enter + inner + arguments, input: input, environment: environment, timeout: timeout)
        try Bed.current.atEnd {
            guard program.isRunning else { return }
            program.send(signal: SIGKILL)
            _ = await program.outcome()
        }
        return program
    }

    /// Runs a program in this host and waits for its end, whatever its status.
    /// - Parameters:
    ///   - arguments: The program and its arguments.
    ///   - netns: A named network namespace inside of this host to run it in.
    ///   - input: What it reads from standard input.
    ///   - environment: Variables to set in addition to our own.
    ///   - timeout: It is killed after this time.
    /// - Returns: Its status and its outputs.
    /// - Throws: ``TestBedError`` when it cannot be started.
    public func attempt(
        _ arguments: [String], netns: String? = nil, input: String = "", environment: [String: String] = [:],
        timeout: Duration = .seconds(600)
    ) async throws -> Outcome {
        try await start(arguments, netns: netns, input: input, environment: environment, timeout: timeout).outcome()
    }

    /// Runs a program in this host that must succeed.
    /// - Parameters:
    ///   - arguments: The program and its arguments.
    ///   - netns: A named network namespace inside of this host to run it in.
    ///   - input: What it reads from standard input.
    /// - Returns: What it wrote to standard output.
    /// - Throws: ``TestBedError`` with its status and output when it does not succeed.
    @discardableResult
    public func run(_ arguments: String..., netns: String? = nil, input: String = "") async throws -> String {
        try await attempt(arguments, netns: netns, input: input).checked().stdout
    }

    /// Runs several commands of ip(8) in one go.
    /// - Parameter lines: The commands, without the word `ip`.
    /// - Throws: ``TestBedError`` with the words of ip(8) when one of them fails.
    public func ip(_ lines: String...) async throws {
        try await run("ip", "-batch", "-", input: lines.map { $0 + "\n" }.joined())
    }

    /// Waits until something is so.
    ///
    /// A deadline only ends what would never end: a minute is far more than anything here takes.
    /// - Parameters:
    ///   - what: What is waited for, in words.
    ///   - isSo: Looks at the host.
    /// - Throws: ``TestBedError`` when it has not become so.
    public func until(_ what: String, _ isSo: (Host) async throws -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while try await !isSo(self) {
            guard ContinuousClock.now < deadline else { throw TestBedError("\(name): never: \(what)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Sets sysctls.
    /// - Parameter values: Names with slashes, as `net/ipv4/ip_forward`, and their values.
    /// - Throws: ``TestBedError`` when one cannot be written.
    public func sysctl(_ values: KeyValuePairs<String, String>) async throws {
        try await run("sh", "-eu", input: values.map { "echo \($0.value) >/proc/sys/\($0.key)\n" }.joined())
    }
}
