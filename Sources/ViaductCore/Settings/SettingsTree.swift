/// What stands in files of settings: sections in sections, each with keys, in the order of their first appearance.
///
/// It may hold secrets, as swanctl.conf does: values appear in no description, dump or reflection of it.
public struct SettingsTree: Sendable, Hashable {
    /// What stands outside of all sections, and the sections.
    public internal(set) var root: SettingsSection
    /// What strongSwan reads in a way that nobody means.
    public internal(set) var warnings: [SettingsWarning]
    /// The paths of the files that were read, in order.
    public internal(set) var files: [String]

    /// Makes a tree.
    init(root: SettingsSection, warnings: [SettingsWarning] = [], files: [String] = []) {
        self.root = root
        self.warnings = warnings
        self.files = files
    }

    /// A tree without anything.
    public static var empty: SettingsTree { SettingsTree(root: SettingsSection(name: "")) }
}

/// A section: its keys, its sections and the sections that it inherits from.
public struct SettingsSection: Sendable, Hashable {
    /// The name; empty for the outermost.
    public let name: String
    /// The lines where the section is opened, in order: it may be in several files and places.
    public internal(set) var positions: [SettingsPosition] = []
    /// The keys, by the order of their first appearance.
    public internal(set) var keys: [SettingsKey] = []
    /// The sections in this one, by the order of their first appearance.
    public internal(set) var sections: [SettingsSection] = []
    /// The sections, by their names from the top, that give what is not found here.
    public internal(set) var references: [SettingsReference] = []

    /// The section in this one with a name; nil when there is none.
    public func section(_ name: String) -> SettingsSection? { sections.first { $0.name == name } }

    /// The key with a name; nil when it is nowhere written.
    public func key(_ name: String) -> SettingsKey? { keys.first { $0.name == name } }

    /// Sets a key, in the place of one of the same name if there is one.
    mutating func add(_ key: SettingsKey) {
        if let index = keys.firstIndex(where: { $0.name == key.name }) {
            let old = keys[index]
            keys[index] = key
            keys[index].earlier = old.earlier + [old.position] + key.earlier
        } else {
            keys.append(key)
        }
    }

    /// Adds a section, or extends the one of the same name by it.
    mutating func add(_ section: SettingsSection) {
        guard let index = sections.firstIndex(where: { $0.name == section.name }) else {
            sections.append(section)
            return
        }
        sections[index].positions += section.positions
        for inner in section.sections { sections[index].add(inner) }
        for key in section.keys { sections[index].add(key) }
        for reference in section.references { sections[index].add(reference) }
    }

    /// Adds a reference unless the section has it already.
    mutating func add(_ reference: SettingsReference) {
        guard !references.contains(where: { $0.name == reference.name }) else { return }
        references.append(reference)
    }
}

/// A section to inherit from.
public struct SettingsReference: Sendable, Hashable {
    /// The section's name from the top, with dots.
    public let name: String
    /// Where it was written; nil for what strongSwan adds by itself.
    public let position: SettingsPosition?
}

/// A key as it was last written.
public struct SettingsKey: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The value; nil for `name =`, which takes away what was written before or would be inherited.
    public let value: String?
    /// Where it was last written.
    public let position: SettingsPosition
    /// Where it was written before, with values that do not count; the first one first.
    public internal(set) var earlier: [SettingsPosition] = []
}

extension SettingsKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name and the place, without the value, which may be a secret.
    public var description: String { "\(name) (\(position))" }
    /// The same.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
