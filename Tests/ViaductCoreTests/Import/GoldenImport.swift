import Foundation
import NetworkModel
import Testing
import ViaductCore

/// The inputs below Fixtures/Import, each with a file beside it that has all that is made of it.
///
/// With `VIADUCT_RECORD=1` that file is written anew, and the test fails.
struct GoldenImport: Sendable, CustomTestStringConvertible {
    /// The input's path.
    let path: String

    var testDescription: String { URL(filePath: path).lastPathComponent }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Fixtures/Import").standardizedFileURL.path

    /// The inputs of one kind, sorted.
    static func all(_ kind: String, ending: String) throws -> [GoldenImport] {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kind)")
        return files.filter { $0.hasSuffix(ending) }.sorted().map { GoldenImport(path: "\(folder)/\(kind)/\($0)") }
    }

    /// The input as text.
    func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// The input as settings, with all that it includes.
    func tree() throws -> SettingsTree {
        try SettingsParser.parse(SettingsFile(path: Self.bare(path), text: try text())) { pattern, _ in
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let name = pattern.split(separator: "/").last.map(String.init) ?? ""
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/conf.d")) ?? []
            let parts = name.split(separator: "*", omittingEmptySubsequences: false)
            return files.sorted().filter { file in
                parts.count == 2 ? file.hasPrefix(parts[0]) && file.hasSuffix(parts[1]) : file == name
            }.map { file in
                SettingsFile(
                    path: file,
                    bytes: FileManager.default.contents(atPath: "\(folder)/conf.d/\(file)").map { Array($0) })
            }
        }
    }

    static func bare(_ path: String) -> String { URL(filePath: path).lastPathComponent }

    /// Compares an import with what is expected of it.
    func expect(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> ImportResult
    ) throws {
        let actual: String
        do {
            actual = Self.listing(.success(try body()))
        } catch let error as ImportError {
            actual = Self.listing(.failure(error))
        } catch let error as SettingsError {
            actual = "=== error\n\(error)\n"
        }
        let golden = path + ".golden"
        guard ProcessInfo.processInfo.environment["VIADUCT_RECORD"] != "1" else {
            try actual.write(toFile: golden, atomically: true, encoding: .utf8)
            Issue.record("recorded \(Self.bare(golden))", sourceLocation: sourceLocation)
            return
        }
        let expected = try String(contentsOfFile: golden, encoding: .utf8)
        #expect(actual == expected, sourceLocation: sourceLocation)
    }

    /// Warnings, specs, and the names of the secrets' files with their sizes.
    static func listing(_ result: Result<ImportResult, ImportError>) -> String {
        switch result {
        case .failure(let error): return "=== error\n\(error)\n"
        case .success(let result):
            let warnings = result.warnings.map { "\($0)\n" }.joined()
            let specs = result.specs.map { spec in
                "=== \(spec.fileName)\n\(spec.text)"
                    + spec.secrets.map { "=== \($0.fileName): \($0.secret.count) bytes\n" }.joined()
            }
            return (warnings.isEmpty ? "" : "=== warnings\n\(warnings)") + specs.joined()
        }
    }
}

extension ImportOptions {
    /// What the machine of the examples knows.
    static var examples: ImportOptions {
        var options = ImportOptions()
        options.keys = ["/etc/swanctl/private/moonKey.pem", "/etc/swanctl/private/gw.pem", "/etc/swanctl/rsa/me.key"]
        options.resolve = { name in
            name == "vpn.example.org" ? [IPAddress("198.51.100.7")].compactMap { $0 } : []
        }
        return options
    }
}
