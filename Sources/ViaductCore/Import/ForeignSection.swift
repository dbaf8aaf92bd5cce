/// A key of somebody else's configuration.
struct ForeignKey: Hashable {
    /// The name by which it is taken: the one of swanctl.conf.
    let name: String
    /// The key as the input names it, for people.
    let path: String
    let value: String
    let position: SettingsPosition
    /// Earlier places where it was given a value that does not count.
    var earlier: [SettingsPosition] = []

    /// The value cut at commas, as swanctl cuts lists.
    var items: [String] {
        value.split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    /// A remark about the key and its value.
    func remark(_ what: String, _ remedy: String? = nil) -> ImportRemark {
        ImportRemark(path, what, remedy, value: mayBeSecret ? nil : value, at: position)
    }

    /// Whether the value may be a secret that went to the wrong place, and so is not shown.
    private var mayBeSecret: Bool {
        ["secret", "psk", "pass", "pin", "key"].contains { name.lowercased().contains($0) && name != "keyingtries" }
    }

    /// A remark about an item of the key's list.
    func remark(on item: String, _ what: String, _ remedy: String? = nil) -> ImportRemark {
        ImportRemark(path, what, remedy, value: mayBeSecret ? nil : item, at: position)
    }
}

/// A section of somebody else's configuration, which knows what of it has been looked at.
///
/// What nobody takes is told in the end, so that nothing is dropped in silence. It is a reference for that: taking a key
/// is noted in one place, whoever takes it.
final class ForeignSection {
    let name: String
    /// The section as the input names it, for people.
    let path: String
    let position: SettingsPosition?
    let sections: [ForeignSection]
    private let keys: [ForeignKey]
    private var taken: Set<String> = []

    init(
        _ name: String, path: String, position: SettingsPosition?, keys: [ForeignKey] = [],
        sections: [ForeignSection] = []
    ) {
        self.name = name
        self.path = path
        self.position = position
        self.keys = keys
        self.sections = sections
    }

    /// The key with a name, which counts as looked at from now on; nil when there is none.
    func take(_ name: String) -> ForeignKey? {
        taken.insert(name)
        return keys.first { $0.name == name }
    }

    /// All keys whose names begin so, which count as looked at from now on.
    func takeAll(beginning prefix: String) -> [ForeignKey] {
        let found = keys.filter { $0.name.hasPrefix(prefix) }
        taken.formUnion(found.map(\.name))
        return found
    }

    /// The keys that nobody has taken.
    var untaken: [ForeignKey] { keys.filter { !taken.contains($0.name) } }

    /// The values of keys that were given more than once.
    var repeated: [ForeignKey] { keys.filter { !$0.earlier.isEmpty } + sections.flatMap(\.repeated) }

    func section(_ name: String) -> ForeignSection? { sections.first { $0.name == name } }

    /// A remark about the section as a whole.
    func remark(_ what: String, _ remedy: String? = nil) -> ImportRemark {
        ImportRemark(path, what, remedy, at: position)
    }
}

extension ForeignSection {
    /// A section of swanctl.conf with all that it inherits, and everything in it.
    ///
    /// - Parameters:
    ///   - tree: the file.
    ///   - path: the section's name from the top; empty for the whole file.
    convenience init(_ tree: SettingsTree, _ path: String = "") {
        let prefix = path.isEmpty ? "" : path + "."
        self.init(
            path.split(separator: ".").last.map(String.init) ?? "", path: path, position: tree.position(of: path),
            keys: tree.keys(in: path).compactMap { key in
                key.value.map { value in
                    ForeignKey(
                        name: key.name, path: prefix + key.name, value: value, position: key.position,
                        earlier: key.earlier)
                }
            },
            sections: tree.sectionNames(in: path).map { ForeignSection(tree, prefix + $0) })
    }
}
