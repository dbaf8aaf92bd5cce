import Testing
import ViaductCore

@Suite("The JSON Schema") struct SpecSchemaTests {
    /// A spec for each section, with an unknown key in it, for which the reader lists those that it knows.
    private static let unknown = "{ zzzzzzzzzzzz: 1 }"
    private static let places: [String: String] = [
        "spec": "zzzzzzzzzzzz: 1", "peer": "peers: { north: \(unknown) }", "end": "local: \(unknown)",
        "auth": "auth: \(unknown)", "psk": "psk: \(unknown)", "credential": "auth: { certificate: \(unknown) }",
        "interface": "interface: \(unknown)", "id": "interface: { id: \(unknown) }",
        "address": "interface: { addresses: [\(unknown)] }", "route": "routes: [\(unknown)]",
        "rule": "rules: [\(unknown)]",
        "traffic": "traffic: \(unknown)", "child": "children: { a: \(unknown) }", "ike": "ike: \(unknown)",
        "esp": "esp: \(unknown)", "hooks": "hooks: \(unknown)", "hook": "hooks: { pre-up: [\(unknown)] }",
        "swanctl": "swanctl: \(unknown)",
    ]

    @Test("knows the sections that have a place in a spec")
    func sections() {
        #expect(Set(SpecSchema.keys.keys) == Set(Self.places.keys))
    }

    @Test("has the keys in each section that the reader has", arguments: places.keys.sorted())
    func keys(section: String) throws {
        let spec = try #require(Self.places[section])
        let problems = try specProblems(spec)
        let list = try #require(problems.compactMap(\.remedy).first { $0.hasPrefix("known are ") }, "\(problems)")
        let known = list.dropFirst("known are ".count).split(separator: ", ").map(String.init)
        #expect(SpecSchema.keys[section] == known.sorted())
    }

    @Test("is named in a line that the reader takes for a comment")
    func modeline() throws {
        let line = SpecSchema.modeline("/usr/share/viaduct/spec.schema.json")
        #expect(line == "# yaml-language-server: $schema=/usr/share/viaduct/spec.schema.json\n")
        #expect(try specProblems(line + "remote: 192.0.2.2\npsk: { file: a.psk }\n").isEmpty)
    }
}
