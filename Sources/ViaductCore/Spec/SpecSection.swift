/// A mapping of a spec whose keys are known.
struct SpecSection {
    let field: SpecField
    private let fields: [String: SpecField]
    private let given: Set<String>

    /// Reads a mapping and reports every key that does not belong there; anything but a mapping is reported.
    ///
    /// - Parameters:
    ///   - field: the mapping.
    ///   - keys: those that belong there.
    ///   - expected: what a person is told to write.
    ///   - shorthand: the key whose value may stand in the mapping's place, as a text or list; nil for none.
    init?(_ field: SpecField, keys: [String], expected: String = "a mapping", shorthand: String? = nil) {
        if let shorthand, field.node.isTextOrList {
            (self.field, fields, given) = (field, [shorthand: field], [shorthand])
            return
        }
        guard let entries = field.entries(expected: expected) else { return nil }
        var fields: [String: SpecField] = [:]
        for entry in entries {
            let value = field.child(entry)
            if keys.contains(entry.key) {
                if case .nothing = entry.value.content {
                    let remedy = "give it one, or remove the key"
                    field.report.add("has no value", remedy, at: entry.position, path: value.path)
                } else {
                    fields[entry.key] = value
                }
            } else if let refusal = NotYet.refusal(ofKey: field.path(of: entry.key)) {
                field.report.add(refusal.what, refusal.remedy, at: entry.position, path: field.path(of: entry.key))
            } else {
                field.failUnknown(entry, keys: keys)
            }
        }
        self.field = field
        self.fields = fields
        given = Set(entries.map(\.key))
    }

    /// The value of a key; nil when it is not given or has none.
    subscript(_ key: String) -> SpecField? { fields[key] }

    /// Whether a key is given, be it without a value.
    func has(_ key: String) -> Bool { given.contains(key) }

    /// Reports a key that is missing, unless it is given without a value, which is reported already.
    func failMissing(_ key: String, _ remedy: String) {
        guard !has(key) else { return }
        field.report.add("is missing", remedy, at: field.node.position, path: field.path(of: key))
    }
}

extension SpecField {
    /// The entries of a mapping; anything else is reported.
    func entries(expected: String) -> [SpecNode.Entry]? {
        guard case .mapping(let entries) = node.content else {
            let what = node.kind == "nothing" ? "has no value" : "is \(node.kind)"
            fail(what, "write \(expected)")
            return nil
        }
        return entries
    }

    /// The value of an entry of this mapping.
    func child(_ entry: SpecNode.Entry) -> SpecField {
        let isSecretive = isConfidential || SpecKeys.confidential.contains(entry.key)
        let name = isConfidential && !SpecKeys.all.contains(entry.key) ? "(key)" : Quoted(entry.key).bare
        return SpecField(
            node: entry.value, path: path(of: name), isConfidential: isSecretive, report: report)
    }

    /// The path of a key of this mapping.
    func path(of key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// Reports a key that nobody knows, with its nearest neighbour.
    ///
    /// Where a secret may stand, a key may be one by mistake, and so may a key that is no word; neither is shown.
    func failUnknown(_ entry: SpecNode.Entry, keys: [String]) {
        let nearest = NearestWord.to(entry.key, among: keys)
        let remedy = nearest.map { "did you mean '\($0)'?" } ?? "known are \(keys.joined(separator: ", "))"
        if isConfidential || entry.key.utf8.count > 40 || !entry.key.utf8.allSatisfy(SpecKeys.isWordByte) {
            report.add("has an unknown key", remedy, at: entry.position, path: path)
        } else {
            report.add("is an unknown key", remedy, at: entry.position, path: path(of: entry.key))
        }
    }
}
