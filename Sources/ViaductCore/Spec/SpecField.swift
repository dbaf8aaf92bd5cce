internal import NetworkModel

/// The problems found while one spec is read.
///
/// It is a reference so that the readers of all keys add to one list; it lives as long as one reading.
final class SpecReport {
    let file: String
    private(set) var problems: [SpecProblem] = []
    fileprivate var paths: [String: [UInt8]] = [:]

    init(file: String) {
        self.file = file
    }

    func add(_ what: String, _ remedy: String?, at position: SpecPosition, path: String) {
        problems.append(SpecProblem(file: file, position: position, path: path, what: what, remedy: remedy))
    }
}

extension SpecReport {
    /// Notes the path of a file.
    ///
    /// - Returns: whether no other path is the same text in other bytes (Unicode's canonical equivalence): to Swift, and
    ///   so to everything that is kept by path, the two would be one.
    func note(path: String) -> Bool {
        let bytes = Array(path.utf8)
        return paths.updateValue(bytes, forKey: path).map { $0 == bytes } ?? true
    }
}

/// A value of a spec with its key: what the readers of keys work on.
struct SpecField {
    let node: SpecNode
    /// The key, such as `routes[1].to`; empty for the whole spec.
    let path: String
    /// Whether it may hold a secret, so that nothing of it may be quoted.
    let isConfidential: Bool
    let report: SpecReport

    /// Reports what is wrong with this value.
    func fail(_ what: String, _ remedy: String? = nil) {
        report.add(what, remedy, at: node.position, path: path)
    }

    /// Reports what is wrong with this value, which is quoted first: `'10.0.0.1/8' has host bits set`.
    func failValue(_ what: String, _ remedy: String? = nil) {
        fail("\(shown) \(what)", remedy)
    }

    /// The value as it may be shown.
    var shown: String {
        guard case .text(let text) = node.content else { return node.kind }
        return isConfidential ? "the value" : Quoted(text).description
    }

    /// The text of a scalar; anything else is reported.
    func text(_ expected: String) -> String? {
        switch node.content {
        case .text(let text): return text
        case .nothing: fail("has no value", "write \(expected), or remove the key")
        case .list, .mapping: fail("is \(node.kind)", "write \(expected)")
        }
        return nil
    }

    /// The scalar's value as a parser understands it; anything else is reported.
    func value<Value>(_ expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(expected) else { return nil }
        guard let value = parse(text) else {
            failValue("is not \(expected)")
            return nil
        }
        return value
    }

    /// A decimal number; out of range is reported.
    func integer(_ range: ClosedRange<Int>, unit: String = "") -> Int? {
        let expected = "a number of \(range.lowerBound)...\(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)")
        return value(expected) { NumberRange.number($0).map { Int($0) }.flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A number, decimal or hexadecimal with `0x`; out of range is reported.
    func identifier(_ range: ClosedRange<UInt32>) -> UInt32? {
        value("a number of \(range.lowerBound)...\(range.upperBound)") { text in
            UInt32(literal: text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of two values, in any of YAML's spellings.
    func boolean() -> Bool? {
        value("true or false") { text in
            switch text {
            case "true", "yes", "on": true
            case "false", "no", "off": false
            default: nil
            }
        }
    }

    /// One word of a closed set.
    func word<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        let expected = words.joined(separator: ", ")
        guard let text = text("one of \(expected)") else { return nil }
        guard let word = Word(rawValue: text) else {
            let nearest = NearestWord.to(text, among: words).map { "did you mean '\($0)'?" }
            failValue("is none of \(expected)", isConfidential ? nil : nearest)
            return nil
        }
        return word
    }

    /// The items of a list; a single value is a list of one.
    func items(_ expected: String) -> [SpecField]? {
        switch node.content {
        case .list(let nodes):
            return nodes.enumerated().map { index, node in
                SpecField(node: node, path: "\(path)[\(index)]", isConfidential: isConfidential, report: report)
            }
        case .text, .mapping: return [self]
        case .nothing:
            fail("has no value", "write \(expected), or remove the key")
            return nil
        }
    }
}
