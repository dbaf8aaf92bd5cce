extension SettingsTree {
    /// The value of a key, by its name from the top with dots between; nil when there is none.
    ///
    /// When a section has neither the key nor takes it away (`key =`), the sections that it and the sections around it
    /// refer to are searched, in order.
    public func value(_ name: String) -> String? { key(name)?.value }

    /// The key behind a name, as `value(_:)` finds it, with the place where it is written.
    ///
    /// A key that was taken away is found too, with no value.
    public func key(_ name: String) -> SettingsKey? { located(name)?.key }

    /// The key behind a name and the section, by its name from the top, where it was found.
    public func located(_ name: String) -> (section: String, key: SettingsKey)? {
        var search = SettingsSearch(root: root)
        guard let found = search.key(SettingsPath(dotted: name), in: SettingsPath()) else { return nil }
        return (found.section.dotted, found.key)
    }

    /// The names of the sections in a section, its own first and then those that it inherits; "" is the outermost.
    public func sectionNames(in name: String) -> [String] {
        sections(name).flatMap(\.sections).map(\.name).withoutRepetitions(by: \.self)
    }

    /// The keys with values in a section, its own first and then those that it inherits; "" is the outermost.
    public func keys(in name: String) -> [SettingsKey] {
        sections(name).flatMap(\.keys).withoutRepetitions(by: \.name).filter { $0.value != nil }
    }

    /// The line where a section, or else the first that it inherits from, is opened; nil for the outermost.
    public func position(of name: String) -> SettingsPosition? {
        sections(name).lazy.compactMap(\.positions.first).first
    }

    /// Makes a section inherit all that it does not have from another, as strongSwan does with a daemon's and `charon`.
    ///
    /// - Parameters:
    ///   - name: the name of a section at the top; it is made when there is none.
    ///   - fallback: the name of the other, from the top.
    public mutating func addFallback(_ name: String, to fallback: String) {
        guard name != fallback else { return }
        if root.section(name) == nil { root.add(SettingsSection(name: name)) }
        guard let index = root.sections.firstIndex(where: { $0.name == name }) else { return }
        root.sections[index].add(SettingsReference(name: fallback, position: nil))
    }

    /// A section and all that it refers to, in the order of the search.
    private func sections(_ name: String) -> [SettingsSection] {
        var search = SettingsSearch(root: root)
        return search.sections(SettingsPath(dotted: name)).compactMap(search.section)
    }

    /// Sees to it that looking up ends: a reference into what itself refers there makes strongSwan crash.
    ///
    /// - Throws: `SettingsError` at such a reference.
    func checkReferences() throws(SettingsError) {
        var waiting = [root]
        while let section = waiting.popLast() {
            waiting += section.sections
            for reference in section.references {
                var search = SettingsSearch(root: root)
                _ = search.sections(SettingsPath(dotted: reference.name))
                guard search.isExhausted, let position = reference.position else { continue }
                throw SettingsError("this reference leads back to itself without end", at: position)
            }
        }
    }
}

/// Names of sections from the top.
struct SettingsPath: Hashable {
    var names: [Substring] = []

    init() {}

    init(dotted name: String) {
        names = name.split(separator: ".", omittingEmptySubsequences: false)
    }

    var dotted: String { names.joined(separator: ".") }

    func appending(_ name: Substring) -> SettingsPath {
        var path = self
        path.names.append(name)
        return path
    }

    var rest: SettingsPath {
        var path = self
        path.names.removeFirst()
        return path
    }
}

extension Sequence {
    /// The elements without those whose key came before.
    fileprivate func withoutRepetitions(by key: (Element) -> some Hashable) -> [Element] {
        var seen: Set<AnyHashable> = []
        return filter { seen.insert(key($0)).inserted }
    }
}
