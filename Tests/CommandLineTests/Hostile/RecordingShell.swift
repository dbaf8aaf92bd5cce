import Foundation
import TestBed
import ViaductCore

/// A shell in which every program that a script may run only notes what it was given.
///
/// All that it finds by PATH are the programs that read a secret; `touch` is among those that note, for hostile text calls it.
struct RecordingShell {
    /// What a script did.
    struct Record: Equatable {
        /// The words of each program that was run.
        var commands: [[String]]
        /// What was written to files, one text behind the other.
        var written: [UInt8]
        /// The files that are in the folder where the script ran.
        var files: [String]
    }

    let folder: String
    private static let recorded = [
        "ip", "sysctl", "swanctl", "nft", "timeout", "env", "ping", "rm", "touch", "sed", "sleep", "grep", "sh",
    ]
    private static let real = ["cat", "base64", "tr"]

    /// Makes the folders of the shell below one that is there.
    init(in folder: String) throws {
        self.folder = folder
        for name in ["bin", "here"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        for program in Self.real {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/bin/\(program)", withDestinationPath: "/usr/bin/\(program)")
        }
    }

    /// Runs a script with nothing but these variables in its environment.
    func run(_ script: String, environment: [String: String]) async throws -> (outcome: Outcome, record: Record) {
        let log = "\(folder)/log", input = "\(folder)/input"
        for path in [log, input] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        let prelude =
            "note() { printf '%s\\0' \"$#\" \"$@\" >>'\(log)'; }\n"
            + Self.recorded.map { "\($0)() { note \($0) \"$@\"; }\n" }.joined()
            + "install() { note install \"$@\"; [ \"$3\" != /dev/stdin ] || cat >>'\(input)'; }\n"
        try Data((prelude + script).utf8).write(to: URL(fileURLWithPath: "\(folder)/script"))
        let variables = environment.merging(["PATH": "\(folder)/bin"]) { own, _ in own }.map { "\($0)=\($1)" }
        let outcome = try await Program(
            ["env", "-i", "-C", "\(folder)/here"] + variables + ["/bin/sh", "\(folder)/script"], timeout: .seconds(60)
        ).outcome()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: log))
        let record = Record(
            commands: Self.commands(Array(bytes)),
            written: Array(try Data(contentsOf: URL(fileURLWithPath: input))),
            files: try FileManager.default.contentsOfDirectory(atPath: "\(folder)/here"))
        return (outcome, record)
    }

    /// Takes the log apart: a number, and so many words.
    private static func commands(_ log: [UInt8]) -> [[String]] {
        var words = log.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }[...]
        var commands: [[String]] = []
        while let first = words.popFirst(), let count = Int(first) {
            commands.append(Array(words.prefix(count)))
            words = words.dropFirst(count)
        }
        return commands
    }
}
