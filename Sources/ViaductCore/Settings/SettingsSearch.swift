/// A search for a key or section along references, in the order in which strongSwan's settings.c goes.
///
/// Sections are known by their paths from the top.
struct SettingsSearch {
    let root: SettingsSection
    /// The sections whose keys were looked at, so that references in a circle end.
    private var visited: Set<SettingsPath> = []
    /// How many steps may still be taken; no sane tree needs a thousand.
    private var steps = 20_000
    /// How deep the search may go: references that need more lead into themselves.
    private var depth = 200

    init(root: SettingsSection) {
        self.root = root
    }

    /// Whether the search was given up as endless.
    private(set) var isExhausted = false

    /// The section at a path itself, without its references.
    func section(_ path: SettingsPath) -> SettingsSection? {
        var section = root
        for name in path.names {
            guard let next = section.section(String(name)) else { return nil }
            section = next
        }
        return section
    }

    /// The key at `path` below a section; one that was taken away is found too.
    ///
    /// - Parameters:
    ///   - path: the names from the section on, the key's last.
    ///   - start: the section, which exists.
    ///   - follows: whether the section's own references are followed; those of sections in it are in any case.
    /// - Returns: the key and the section it is in; nil when there is none.
    mutating func key(
        _ path: SettingsPath, in start: SettingsPath, follows: Bool = true
    ) -> (section: SettingsPath, key: SettingsKey)? {
        guard let name = path.names.first, enter(), let section = section(start) else { return nil }
        defer { depth += 1 }
        if path.names.count > 1 {
            if let inner = child(name, of: start), let found = key(path.rest, in: inner) { return found }
        } else {
            visited.insert(start)
            if let found = section.key(String(name)) { return (start, found) }
        }
        guard follows else { return nil }
        for reference in section.references {
            for other in sections(SettingsPath(dotted: reference.name)) where !visited.contains(other) {
                if let found = key(path, in: other, follows: false) { return found }
            }
        }
        return nil
    }

    /// The sections that a path from the top means: the section there, and those that it inherits.
    mutating func sections(_ path: SettingsPath) -> [SettingsPath] {
        var found: [SettingsPath] = []
        collect(path, in: SettingsPath(), follows: true, into: &found)
        return found
    }

    private mutating func collect(
        _ path: SettingsPath, in start: SettingsPath, follows: Bool, into found: inout [SettingsPath]
    ) {
        guard let name = path.names.first, enter(), let section = section(start) else { return }
        defer { depth += 1 }
        let inner = child(name, of: start)
        if let inner, path.names.count > 1 {
            collect(path.rest, in: inner, follows: true, into: &found)
        } else if let inner, !found.contains(inner) {
            found.append(inner)
            for reference in self.section(inner)?.references ?? [] {
                collect(SettingsPath(dotted: reference.name), in: SettingsPath(), follows: true, into: &found)
            }
        }
        guard follows, inner != start else { return }
        for reference in section.references {
            for other in sections(SettingsPath(dotted: reference.name)) {
                collect(path, in: other, follows: false, into: &found)
            }
        }
    }

    /// The path of a section in another, which an empty name means itself; nil when there is none.
    private func child(_ name: Substring, of path: SettingsPath) -> SettingsPath? {
        guard !name.isEmpty else { return path }
        let inner = path.appending(name)
        return section(inner) == nil ? nil : inner
    }

    /// Takes a step; false when there were too many.
    private mutating func enter() -> Bool {
        guard steps > 0, depth > 0 else {
            isExhausted = true
            return false
        }
        steps -= 1
        depth -= 1
        return true
    }
}
