public import NetworkModel

/// A file that is to be written, for its owner alone.
public struct FileDraft: Sendable, Hashable {
    /// Its path below the folder that it is written into, such as `office.yaml` or `192.0.2.1/office.psk`.
    public var path: String
    /// What it holds.
    public var bytes: Secret

    /// Makes a file.
    public init(path: String, bytes: Secret) {
        self.path = path
        self.bytes = bytes
    }

    /// Makes a file of text.
    public init(path: String, text: String) {
        self.init(path: path, bytes: Secret(text.utf8))
    }
}

extension ImportedSpec {
    /// The spec and the files of its secrets.
    ///
    /// - Parameter schema: the path of the JSON Schema, for editors that complete by it.
    /// - Returns: the spec, then its secrets.
    public func drafts(schema: String) -> [FileDraft] {
        [FileDraft(path: fileName, text: SpecSchema.modeline(schema) + text)]
            + secrets.map { secret in
                FileDraft(
                    path: secret.fileName, bytes: secret.secret.reveal { Secret(Array($0) + [UInt8(ascii: "\n")]) })
            }
    }
}
