public import NetworkModel

/// What an import comes to.
public struct ImportResult: Sendable, Hashable {
    /// The specs, in the order of the input.
    public let specs: [ImportedSpec]
    /// What a person has to know about them, in the order of the input.
    public let warnings: [ImportRemark]

    /// Makes a result.
    public init(specs: [ImportedSpec], warnings: [ImportRemark] = []) {
        self.specs = specs
        self.warnings = warnings
    }
}

/// A spec made of somebody else's configuration, which the spec reader has read.
public struct ImportedSpec: Sendable, Hashable {
    /// The tunnel's name.
    public let name: TunnelName
    /// What it was made of, such as a connection's name.
    public let origin: String
    /// The spec's text, with a heading that tells where it comes from.
    public let text: String
    /// The secrets that belong beside it.
    public let secrets: [ImportedSecret]

    /// Whether a person has to write something in it before it is a spec.
    public let hasPlaceholders: Bool

    /// The spec's file name.
    public var fileName: String { "\(name).yaml" }

    /// Makes a spec, and has it read.
    ///
    /// - Throws: `SpecError` when it is none, with positions in its text.
    init(
        name: TunnelName, origin: String, heading: [String], document: SpecValue, secrets: [ImportedSecret]
    ) throws(SpecError) {
        let comment = heading.map { "# \(Quoted($0, limit: 4096).bare)\n" }.joined()
        self.name = name
        self.origin = origin
        self.secrets = secrets
        hasPlaceholders = false
        text = comment + document.yaml
        _ = try SpecReader.read(text: text, file: "\(name).yaml", name: name, directory: "/etc/viaduct")
    }

    /// Makes a spec of text, and has it read unless it has placeholders.
    ///
    /// - Throws: `SpecError` when it is none, with positions in its text.
    init(
        name: TunnelName, origin: String, text: String, hasPlaceholders: Bool, secrets: [ImportedSecret]
    ) throws(SpecError) {
        self.name = name
        self.origin = origin
        self.text = text
        self.hasPlaceholders = hasPlaceholders
        self.secrets = secrets
        guard !hasPlaceholders else { return }
        _ = try SpecReader.read(text: text, file: "\(name).yaml", name: name, directory: "/etc/viaduct")
    }
}

/// A secret that belongs into a file beside a spec.
public struct ImportedSecret: Sendable, Hashable {
    /// The file's name, in the folder of the spec.
    public let fileName: String
    /// The secret; the file has a line end behind it, which does not count.
    public let secret: Secret

    /// Makes a secret with its file.
    public init(fileName: String, secret: Secret) {
        self.fileName = fileName
        self.secret = secret
    }

    /// Why no file can hold a secret so that it is read as it is; nil when one can.
    static func fault(of secret: Secret) -> String? {
        let bytes = secret.reveal { Array($0) }
        if bytes.isEmpty { return "is empty" }
        if bytes.contains(0) { return "has a NUL byte, which a secret's file cannot hold" }
        if bytes.last == UInt8(ascii: "\n") { return "ends with a line end, which would not count in a file" }
        return bytes.count > 4096 ? "is longer than 4096 bytes" : nil
    }
}
