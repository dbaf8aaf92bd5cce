import Foundation
import Glibc
import TestBed
import Testing

@Suite("`pair`")
struct PairCommandTests {
    private static let ends = ["203.0.113.10=10.1.0.0/16,fd01::/64", "198.51.100.20=10.2.0.0/16,fd02::/64"]

    @Test("writes both ends for the owner alone, with one fresh secret of 256 bits that is nowhere else")
    func writes() async throws {
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run(["pair", "office"] + Self.ends + ["--output", "\(folder.path)/pair"])
            #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome)")
            let ends = ["198.51.100.20", "203.0.113.10"].map { "\(folder.path)/pair/\($0)" }
            let written = ends.flatMap { ["wrote \($0)/office.yaml\n", "wrote \($0)/office.psk\n"] }.joined()
            #expect(outcome.stdout.hasPrefix(written), "\(outcome)")
            let keys = try ends.map { try TextFile.read("\($0)/office.psk") }
            #expect(keys[0] == keys[1])
            #expect(Data(base64Encoded: String(keys[0].dropLast()))?.count == 32)
            #expect(!outcome.text.contains(keys[0].dropLast()))
            for end in ends {
                for name in ["office.yaml", "office.psk"] {
                    var status = stat()
                    #expect(stat("\(end)/\(name)", &status) == 0 && status.st_mode & 0o777 == 0o600)
                }
                let spec = try TextFile.read("\(end)/office.yaml")
                #expect(spec.hasPrefix("# yaml-language-server: $schema=/"))
                #expect(!spec.contains(keys[0].dropLast()))
                _ = try await Viaduct.run(["commands", "office", "--config-dir", end]).checked()
            }
        }
    }

    @Test("makes another secret each time, and replaces nothing without --force")
    func fresh() async throws {
        try await SpecFolder.with { folder in
            let arguments = ["pair", "office"] + Self.ends + ["--output", folder.path]
            _ = try await Viaduct.run(arguments).checked()
            let file = "\(folder.path)/203.0.113.10/office.psk"
            let first = try TextFile.read(file)
            let refused = try await Viaduct.run(arguments)
            #expect(refused.status == 1 && refused.stderr.contains("office.psk exist; say --force"), "\(refused)")
            #expect(try TextFile.read(file) == first)
            _ = try await Viaduct.run(arguments + ["--force"]).checked()
            #expect(try TextFile.read(file) != first)
        }
    }

    @Test(
        "writes a swanctl.conf and a script, or an ipsec.conf, for an end without viaduct",
        arguments: ["swanctl", "libreswan"])
    func plain(format: String) async throws {
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run(
                ["pair", "office"] + Self.ends + ["--output", folder.path, "--peer-format", format, "--json"])
            let answer = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any], "\(outcome)")
            let first = try #require((answer["ends"] as? [[String: Any]])?.first)
            #expect(first["format"] as? String == format)
            let files = try #require(first["files"] as? [String])
            #expect(
                files.map { $0.dropFirst(folder.path.count) }
                    == [
                        "/198.51.100.20/office.conf", "/198.51.100.20/office.\(format == "swanctl" ? "sh" : "secrets")",
                    ])
            let key = try TextFile.read("\(folder.path)/203.0.113.10/office.psk").dropLast()
            #expect(!outcome.text.contains(key))
            if format == "swanctl" { try await expectShell(try TextFile.read(files[1])) }
            let holders = try files.filter { try TextFile.read($0).contains(Data(key.utf8).base64EncodedString()) }
            #expect(holders == [format == "swanctl" ? files[0] : files[1]], "charon's and pluto's 0s and base64")
        }
    }

    @Test(
        "of what does not fit together is exit 64",
        arguments: [
            (["203.0.113.10", "1.2.3.4=10.2.0.0/16"], "names no networks"),
            (["203.0.113.10=10.1.0.0/16", "1.2.3.4=10.1.0.0/16"], "overlap"),
        ])
    func usage(ends: [String], message: String) async throws {
        let outcome = try await Viaduct.run(["pair", "office"] + ends + ["--output", "/nonexistent/pair"])
        #expect(outcome.status == 64 && outcome.stderr.contains(message), "\(outcome)")
    }

    @Test("of a host's name that is none is exit 65, and writes nothing")
    func badName() async throws {
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run(
                "pair", "office", "vpn..org=10.1.0.0/16", "1.2.3.4=10.2.0.0/16", "--output", "\(folder.path)/pair")
            #expect(outcome.status == 65, "\(outcome)")
            #expect(access("\(folder.path)/pair", F_OK) != 0)
        }
    }

    @Test("of the example in Docs/Pair.md says and writes what stands there")
    func example() async throws {
        let page = "Docs/Pair.md"
        let command = try #require(try Block.all("sh", of: page).first).text.split(separator: " ").map { $0.trimming() }
        let answer = try #require(try Block.all("text", of: page).first).text
        let spec = try #require(try Block.all("yaml", of: page).first).text
        try await SpecFolder.with { folder in
            let outcome = try await Viaduct.run(Array(command.dropFirst()), in: folder.path)
            #expect(outcome.status == 0 && outcome.stdout == answer, "\(outcome)")
            #expect(try TextFile.read("\(folder.path)/pair/203.0.113.10/office.yaml") == spec)
        }
    }
}

extension Substring {
    /// The word without a line's end.
    fileprivate func trimming() -> String { String(filter { !$0.isNewline }) }
}
