internal import FoundationEssentials
internal import NetworkModel
internal import ViaductCore

/// A tunnel's files below swanctl's folder as they were before anything was changed, secrets and all.
///
/// A step tells where a secret is, not what it was: by the time it is undone, the spec or the file may hold another.
struct FormerFiles {
    private var files: [String: Secret]
    private var tunnels: Set<TunnelName> = []

    init(_ files: [ConfigurationPath: Secret]) {
        self.files = files.reduce(into: [:]) { $0["\($1.key)"] = $1.value }
    }

    /// Takes in the files of one more tunnel, unless it was looked at before.
    mutating func note(_ others: [ConfigurationPath: Secret], of tunnel: TunnelName) {
        guard tunnels.insert(tunnel).inserted else { return }
        for (path, content) in others { files["\(path)"] = content }
    }

    /// What another process has told.
    init(_ files: [String: Data]) {
        self.files = files.mapValues { Secret($0) }
    }

    /// What another process is told.
    var data: [String: Data] { files.mapValues { $0.reveal { Data($0) } } }

    /// The bytes of a file; nil when there was none.
    subscript(path: ConfigurationPath) -> Secret? { files["\(path)"] }

    /// The pre-shared key of a name that charon had, as the snippets have it; nil when they have none of the name.
    func sharedKey(named name: String) -> Secret? {
        for (path, content) in files where path.hasSuffix(".conf") {
            let file = SettingsFile(path: path, bytes: content.reveal { Array($0) })
            guard case .success(let tree) = Result(catching: { try SettingsParser.parseSnippet(file) }),
                let text = tree.value("secrets.\(name).secret"), text.hasPrefix("0s"),
                let bytes = Data(base64Encoded: String(text.dropFirst(2)))
            else { continue }
            return Secret(bytes)
        }
        return nil
    }
}
