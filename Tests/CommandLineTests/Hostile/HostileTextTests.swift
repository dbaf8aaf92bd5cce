import Foundation
import NetworkModel
import TestBed
import Testing
import ViaductCore

/// Text of a spec can become neither a command, nor a line of a generated file, nor a path elsewhere.
///
/// `VIADUCT_SEED` chooses other specs, and `VIADUCT_SPECS` more of them.
@Suite("Hostile text in specs") struct HostileTextTests {
    private static func number(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    @Test("is refused in one plain line, or the script runs just the commands that are meant")
    func scripts() async throws {
        let seed = Self.number("VIADUCT_SEED", 1), count = Self.number("VIADUCT_SPECS", 400)
        var hostile = HostileText(seed: UInt64(seed))
        var accepted = 0
        try await SpecFolder.with { folder in
            for index in 0..<count {
                let spec = HostileSpec(&hostile)
                let hint: Comment = "seed \(seed), spec \(index), \(spec)"
                guard let name = TunnelName(spec.name) else { continue }
                let tunnel: Tunnel
                do throws(SpecError) {
                    tunnel = try SpecReader.read(
                        text: spec.text, file: "x.yaml", name: name, directory: folder.path + "/specs")
                } catch {
                    for problem in error.problems { Self.expectPlain("\(problem)", hint) }
                    continue
                }
                accepted += 1
                let shell = try RecordingShell(in: "\(folder.path)/\(index)")
                try await Self.expectExactly(tunnel, hostile.secret(), in: shell, hint)
                try FileManager.default.removeItem(atPath: shell.folder)
            }
        }
        // Enough of them are accepted for the rest to mean something.
        #expect(accepted > count / 10, "\(accepted) of \(count)")
    }

    /// One line, in which nothing moves the cursor or reorders what is read.
    private static func expectPlain(_ text: String, _ hint: Comment) {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
            default: true
            }
        }
        #expect(isPlain, hint)
    }

    private static func expectExactly(
        _ tunnel: Tunnel, _ secret: String, in shell: RecordingShell, _ hint: Comment
    ) async throws {
        var machine = Observed()
        let remote = try #require(IPAddress("198.51.100.7")), local = try #require(IPAddress("192.0.2.1"))
        let device = try #require(InterfaceName("wan0"))
        let names = [tunnel.interface.device, tunnel.interface.vrf].compactMap(\.self)
        machine.links = names.map {
            Link(name: $0, kind: $0 == tunnel.interface.vrf ? .vrf(table: 7) : .other("dummy"))
        }
        machine.outerLinks = machine.links
        for peer in tunnel.peers {
            machine.underlays[peer.connection] = Underlay(remotes: [remote], local: local, device: device, mtu: 1500)
        }
        let plan: Plan
        do throws(PlanError) {
            plan = try Planner.fromScratch(tunnel, on: machine)
        } catch {
            for obstacle in error.obstacles { expectPlain("\(obstacle)", hint) }
            return
        }
        let sources = try Sources(tunnel, secret: secret, folder: shell.folder)
        for steps in [plan.steps, plan.inverse.steps] {
            let script = Script.text(steps, heading: ["What is meant."])
            let commands = Script.commands(steps)
            for command in commands { expectPlain(command.line, hint) }
            let (outcome, record) = try await shell.run(script, environment: sources.environment)
            #expect(outcome.status == 0, "\(outcome) of \(hint)")
            #expect(record.commands.map(Exact.init) == commands.map { Exact(sources.words(of: $0)) }, hint)
            #expect(record.written == (try sources.bytes(of: commands)), hint)
            #expect(record.files.isEmpty, hint)
        }
        for step in plan.steps {
            guard case .writeFile(let file, _) = step, case .text(let pieces) = file.content else { continue }
            let bytes = try pieces.bytes(secrets: sources.secrets).reveal { Array($0) }
            let read = try SettingsParser.parseSnippet(SettingsFile(path: "x.conf", bytes: bytes))
            for case .loadConnection(let connection, _) in plan.steps {
                let section = read.root.section("connections")?.section(connection.name)
                #expect(section.map { Self.says($0, connection.tree) } == true, hint)
            }
        }
    }

    /// Whether a section that was read says what a tree says, and nothing else.
    private static func says(_ section: SettingsSection, _ tree: SwanctlTree) -> Bool {
        section.keys.count + section.sections.count == tree.entries.count && section.references.isEmpty
            && tree.entries.allSatisfy { entry in
                switch entry.node {
                case .text(let text): section.key(entry.name)?.value == text
                case .list(let items): section.key(entry.name)?.value == items.joined(separator: ", ")
                case .section(let inner): section.section(entry.name).map { says($0, inner) } ?? false
                case .certificates(let paths):
                    section.key(entry.name)?.value == paths.map(\.name).joined(separator: ", ")
                case .secret: false
                }
            }
    }

    /// Words that are equal byte by byte.
    private struct Exact: Equatable, CustomStringConvertible {
        let bytes: [[UInt8]]
        let description: String

        init(_ words: [String]) {
            bytes = words.map { Array($0.utf8) }
            description = "\(words)"
        }
    }
}

/// The secrets, certificates and keys that a tunnel names, where it looks for them.
private struct Sources {
    var environment: [String: String] = [:]
    var secrets: [SecretReference: Secret] = [:]
    private let folder: String

    init(_ tunnel: Tunnel, secret: String, folder: String) throws {
        self.folder = folder
        environment["CREDENTIALS_DIRECTORY"] = folder
        let bytes = Secret(secret.utf8).withoutLineEnds
        for peer in tunnel.peers {
            guard case .psk(let source) = peer.local.authentication else { continue }
            let reference = source.reference(tunnel: tunnel.name)
            secrets[reference] = bytes
            switch source {
            case .environment(let name): environment[name] = secret
            case .credential(let name): try Self.write(secret, to: "\(folder)/\(name)")
            case .file(let path): try Self.write(secret, to: path)
            case .inline(let own):
                secrets[reference] = own
                environment["VIADUCT_SECRET"] = own.reveal { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    private static func write(_ secret: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), withIntermediateDirectories: true)
        try Data(secret.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// The words that a program gets.
    func words(of command: Command) -> [String] {
        switch command.body {
        case .run(let words): return words
        case .write(let file):
            let source =
                switch file.content {
                case .text: "/dev/stdin"
                case .copy(.file(let path)): path
                case .copy(.credential(let name)): "\(folder)/\(name)"
                }
            return ["install", "-m", "600", source, "\(file.path)"]
        }
    }

    /// What is written to files.
    func bytes(of commands: [Command]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for command in commands {
            guard case .write(let file) = command.body, case .text(let pieces) = file.content else { continue }
            bytes += try pieces.bytes(secrets: secrets).reveal { Array($0) }
        }
        return bytes
    }
}
