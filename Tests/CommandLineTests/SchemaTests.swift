import Foundation
import TestBed
import Testing
import ViaductCore

@Suite("The JSON Schema")
struct SchemaTests {
    @Test("in Docs/spec.schema.json is what the program prints")
    func isTrue() async throws {
        let file = "\(TextFile.repository)/Docs/spec.schema.json"
        let printed = try await Viaduct.run("schema").checked().stdout
        if isRecording {
            try TextFile.write(printed, to: file)
            Issue.record("\(file) was written anew; run again without VIADUCT_RECORD")
        } else {
            #expect(try TextFile.read(file) == printed, "\(file) is stale: VIADUCT_RECORD=1 writes it")
        }
    }

    @Test(
        "takes every spec of the documents and of the recorded imports, and refuses what the reader refuses by key or kind",
        .enabled("python3-jsonschema or python3-yaml is not there") { try await Validator.isThere() })
    func validates() async throws {
        let good = try Self.goodSpecs()
        #expect(good.count > 120)
        let bad = Self.badSpecs
        for text in bad {
            #expect(throws: SpecError.self, "\(text)") { try Self.read(text) }
        }
        let refused = try await Validator.refused(good.map(\.text) + bad)
        for index in refused where index < good.count {
            Issue.record("refused: \(good[index].name)\n\(good[index].text)")
        }
        for (index, text) in bad.enumerated() where !refused.contains(good.count + index) {
            Issue.record("taken: \(text)")
        }
    }

    private static func read(_ text: String) throws {
        guard let name = TunnelName("office") else { return }
        _ = try SpecReader.read(text: text, file: "office.yaml", name: name, directory: "/etc/viaduct")
    }

    /// The examples, the blocks of the pages, and the specs of the recorded imports: all those that the reader takes.
    private static func goodSpecs() throws -> [(name: String, text: String)] {
        var specs: [(name: String, text: String)] = []
        let docs = "\(TextFile.repository)/Docs"
        for file in try FileManager.default.contentsOfDirectory(atPath: "\(docs)/Examples").sorted()
        where file.hasSuffix(".yaml") {
            specs.append((file, try TextFile.read("\(docs)/Examples/\(file)")))
        }
        for page in try FileManager.default.contentsOfDirectory(atPath: docs).sorted() where page.hasSuffix(".md") {
            for block in try Block.all("yaml", of: "Docs/\(page)") { specs.append(("\(block)", block.text)) }
        }
        let imports = "\(TextFile.repository)/Tests/ViaductCoreTests/Fixtures/Import"
        for kind in try FileManager.default.contentsOfDirectory(atPath: imports).sorted() {
            for file in try FileManager.default.contentsOfDirectory(atPath: "\(imports)/\(kind)").sorted()
            where file.hasSuffix(".golden") {
                specs += try golden("\(imports)/\(kind)/\(file)").map { ("\(file): \($0.name)", $0.text) }
            }
        }
        return specs
    }

    /// The specs in a recorded import, each below a line `=== NAME.yaml`.
    private static func golden(_ path: String) throws -> [(name: String, text: String)] {
        var specs: [(name: String, text: String)] = []
        var isInside = false
        for line in try TextFile.read(path).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("=== ") {
                isInside = line.hasSuffix(".yaml")
                if isInside { specs.append((String(line.dropFirst(4)), "")) }
            } else if isInside, !specs.isEmpty {
                specs[specs.count - 1].text += line + "\n"
            }
        }
        return specs
    }

    private static let base = "remote: 192.0.2.2\npsk: { file: a.psk }\n"
    private static let badSpecs =
        [
            "psk: { file: a.psk }\n", "remote: 192.0.2.2\npsk: a\n", "remote: 192.0.2.2\npsk: {}\n",
            "remote: 192.0.2.2\npsk: { file: a, env: B }\n",
            "remote: { id: a }\npsk: { file: a.psk, value: x }\n", "- a\n", "a\n",
            base + "peers: { a: { remote: 192.0.2.3 } }\n",
        ]
        + [
            "rmote: 1", "interface: { knd: vti }", "interface: { kind: gre }", "interface: { mtu: 67 }",
            "interface: { mtu: large }", "interface: { id: 0 }", "interface: { id: { in: 1 } }",
            "interface: { name: sixteen-letters1 }", "interface: [a]", "interface: { addresses: [{ peer: 10.0.0.1 }] }",
            "interface: { mss: 100 }", "interface: { multicast: maybe }", "routes: [{ metric: 5 }]",
            "routes: [{ to: 10.0.0.0/8, mertic: 5 }]", "rules: [a]", "rules: [{ from: 10.0.0.0/8, action: drop }]",
            "rules: [{ from: 10.0.0.0/8, table: 5, priority: 0 }]", "leak: stop", "traffic: [10.0.0.0/8]",
            "traffic: { here: 10.0.0.0/8 }", "children: {}", "children: { include: { remote: 10.0.0.0/8 } }",
            "children: { a: { start: up } }", "children: { -a: { remote: 10.0.0.0/8 } }", "virtual: ipv5",
            "ike: { version: 3 }", "ike: { dpd: soon }", "ike: { rekey: 4w }", "ike: { fragmentation: sometimes }",
            "ike: { keyingtries: 1001 }", "ike: { local_port: 65536 }", "esp: { replay: 4097 }", "esp: { life: 1h }",
            "start: now", "forwarding: maybe", "probe: [10.0.0.1]", "hooks: { up: [/bin/true] }",
            "hooks: { pre-up: [{ timeout: 5s }] }", "swanctl: { conn: {} }", "swanctl: { child: { Copy-DF: out } }",
            "swanctl: { child: { copy_df: { a: b } } }", "local: { address: 192.0.2.1, name: a }", "psk: ~",
        ].map {
            base.replacing("psk: { file: a.psk }\n", with: $0.hasPrefix("psk") ? "" : "psk: { file: a.psk }\n") + $0
                + "\n"
        }
}

/// The validator of the package python3-jsonschema.
private enum Validator {
    private static let program = """
        import json, sys, yaml, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        refused = []
        for index, text in enumerate(json.load(sys.stdin)):
            # As YAML 1.1 has it, and with every scalar as its text.
            values = [yaml.load(text, loader) for loader in (yaml.SafeLoader, yaml.BaseLoader)]
            if not all(validator.is_valid(value) for value in values):
                refused.append(index)
        print(json.dumps(refused))
        """

    static func isThere() async throws -> Bool {
        try await Program(["/usr/bin/python3", "-c", "import jsonschema, yaml"], timeout: .seconds(30)).outcome()
            .succeeded
    }

    /// The positions of the texts that are refused.
    static func refused(_ texts: [String]) async throws -> Set<Int> {
        let input = String(decoding: try JSONSerialization.data(withJSONObject: texts), as: UTF8.self)
        let outcome = try await Program(
            ["/usr/bin/python3", "-c", program, "\(TextFile.repository)/Docs/spec.schema.json"], input: input,
            timeout: .seconds(120)
        ).outcome().checked()
        return Set(try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [Int] ?? [])
    }
}
