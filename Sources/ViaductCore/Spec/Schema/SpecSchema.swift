/// The JSON Schema of a spec, for editors: what keys there are where, and what their values look like.
///
/// It is made of the reader's own lists of keys. It takes every spec that the reader takes; what depends on other keys or on
/// the grammar of a value is left to the reader.
public enum SpecSchema {
    /// A section of a spec whose keys are known.
    enum Section: String, CaseIterable {
        case spec, peer, end, auth, psk, credential, interface, id, address, route, rule, traffic, child, ike, esp,
            hooks,
            hook, swanctl

        /// The keys, as the reader knows them.
        var keys: [String] {
            switch self {
            case .spec: SpecKeys.top
            case .peer: SpecKeys.peer
            case .end: SpecKeys.end
            case .auth: SpecKeys.auth
            case .psk: SpecKeys.psk
            case .credential: SpecKeys.credential
            case .interface: SpecKeys.interface
            case .id: SpecKeys.id
            case .address: SpecKeys.address
            case .route: SpecKeys.route
            case .rule: SpecKeys.rule
            case .traffic: SpecKeys.traffic
            case .child: SpecKeys.child
            case .ike: SpecKeys.ike
            case .esp: SpecKeys.esp
            case .hooks: SpecKeys.hooks
            case .hook: SpecKeys.hook
            case .swanctl: SpecKeys.swanctl
            }
        }

        /// What the reader misses when it is not there, whatever else is.
        var required: [String] {
            switch self {
            case .credential: ["credential"]
            case .id: ["in", "out"]
            case .address: ["address"]
            case .route: ["to"]
            case .hook: ["run"]
            case .spec, .peer, .end, .auth, .psk, .interface, .rule, .traffic, .child, .ike, .esp, .hooks, .swanctl: []
            }
        }
    }

    /// A key: what its value looks like, and what it means, in one sentence.
    struct Entry: Sendable {
        let shape: SpecShape
        let meaning: String

        init(_ shape: SpecShape, _ meaning: String) {
            self.shape = shape
            self.meaning = meaning
        }
    }

    /// The line that tells an editor where the schema is; it is a comment to all others.
    ///
    /// - Parameter path: the path of the schema.
    /// - Returns: the line, with its end.
    public static func modeline(_ path: String) -> String { "# yaml-language-server: $schema=\(path)\n" }

    /// The keys that the schema knows in each section, by the section's name; a test compares them with the reader's.
    public static var keys: [String: [String]] {
        Dictionary(uniqueKeysWithValues: Section.allCases.map { ($0.rawValue, entries(of: $0).keys.sorted()) })
    }

    /// The whole schema as JSON text (draft 7, which YAML editors know).
    public static var text: String {
        let definitions = Section.allCases.filter { $0 != .spec }.map { ($0.rawValue, JSONText.object(body(of: $0))) }
        let alternatives = ["remote", "peers"].map { JSONText.object([("required", .texts([$0]))]) }
        return JSONText.object(
            [
                ("$schema", .text("http://json-schema.org/draft-07/schema#")),
                ("title", .text("The spec of a tunnel of viaduct")),
            ] + body(of: .spec) + [("oneOf", .list(alternatives)), ("definitions", .object(definitions))]
        ).written() + "\n"
    }

    private static func body(of section: Section) -> [(key: String, value: JSONText)] {
        let entries = entries(of: section)
        let properties = section.keys.compactMap { key in
            entries[key].map {
                (key, JSONText.object([("description", .text($0.meaning)), ("allOf", .list([$0.shape.schema]))]))
            }
        }
        return [
            ("type", .text("object")), ("additionalProperties", .flag(false)), ("properties", .object(properties)),
        ] + (section.required.isEmpty ? [] : [("required", .texts(section.required))])
            + (section == .psk ? [("minProperties", .number(1)), ("maxProperties", .number(1))] : [])
    }
}
