import TestBed

/// A spec of Docs/Examples, taken as it is.
struct Example: Sendable {
    /// The tunnel's name.
    let name: String
    /// The spec's text.
    let text: String

    /// Reads a spec of Docs/Examples.
    /// - Parameter name: The tunnel's name.
    /// - Throws: ``TestBedError`` when there is no such file.
    init(_ name: String) throws {
        self.name = name
        text = try Repository.text(of: "Docs/Examples/\(name).yaml")
    }

    /// Puts the spec and its secrets where viaduct looks for them.
    /// - Parameters:
    ///   - host: The machine.
    ///   - edit: Changes the text, for a scenario that goes on with another.
    /// - Throws: ``TestBedError`` when a file cannot be written.
    func install(on host: Host, edit: (String) -> String = { $0 }) throws {
        try host.write(edit(text), to: "/etc/viaduct/\(name).yaml")
        for file in secrets { try host.write(Example.secret(file) + "\n", to: "/etc/viaduct/\(file)", mode: 0o600) }
    }

    /// The names of the files that hold its pre-shared keys.
    private var secrets: Set<String> {
        Set(text.split(separator: "psk: { file: ").dropFirst().map { String($0.prefix { $0 != " " }) })
    }

    /// The pre-shared key in such a file, which is the same at both ends.
    static func secret(_ file: String) -> String { "what \(file) holds, as long as a secret should be" }
}
