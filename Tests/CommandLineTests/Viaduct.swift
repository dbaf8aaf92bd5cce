import Glibc
import TestBed

/// The built program, run as a person would: by its path, with arguments, in an environment.
enum Viaduct {
    /// Runs it and waits for its end.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - directory: Where it runs; nil for where we are.
    ///   - environment: Variables to set beside our own. `VIADUCT_CONFIG_DIR` is empty, so unset, when not given.
    ///   - isPrivileged: Whether it keeps the rights that we have.
    /// - Returns: How it ended, and all it wrote.
    /// - Throws: `TestBedError` when it cannot be started.
    static func run(
        _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:],
        isPrivileged: Bool = true
    ) async throws -> Outcome {
        // The help's lines are as long as the terminal is wide.
        let usual = ["COLUMNS": "80", "VIADUCT_CONFIG_DIR": ""]
        let drop = isPrivileged ? [] : try unprivileged()
        let change = directory.map { ["sh", "-c", "cd \"$0\" && exec \"$@\"", $0] } ?? []
        return try await Program(
            change + drop + [Host.viaductBinary] + arguments,
            environment: usual.merging(environment) { _, own in own }, timeout: .seconds(60)
        ).outcome()
    }

    /// Runs it with these arguments.
    static func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    /// What to put before a program so that it lacks CAP_NET_ADMIN: nothing when we lack it ourselves.
    private static func unprivileged() throws -> [String] {
        guard geteuid() == 0 else { return [] }
        return ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]
    }
}

/// A folder of specs that is gone at the end of the test.
struct SpecFolder {
    let path: String

    /// Makes a folder for the time that the body takes.
    static func with<Answer>(_ body: (SpecFolder) async throws -> Answer) async throws -> Answer {
        var template = Array("/tmp/viaduct-specs.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestBedError("mkdtemp: errno \(errno)") }
        let folder = SpecFolder(
            path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        let result: Result<Answer, any Error>
        do {
            result = .success(try await body(folder))
        } catch {
            result = .failure(error)
        }
        _ = try await Program(["rm", "-rf", folder.path], timeout: .seconds(10)).outcome()
        return try result.get()
    }

    /// Writes a file.
    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
        try TextFile.write(text, to: "\(path)/\(name)")
        guard chmod("\(path)/\(name)", mode) == 0 else { throw TestBedError("chmod \(name): errno \(errno)") }
    }
}

/// A spec that plans without a network: both ends have their addresses.
let officeSpec = """
    local: 192.0.2.1
    remote: 198.51.100.7
    psk: { file: office.psk }
    routes: [192.168.88.0/24, "fd00:88::/64"]

    """
