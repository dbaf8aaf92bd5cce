internal import Yams

/// Turns YAML into the tree of a spec.
struct YAMLTree {
    /// The greatest depth; a spec needs 6.
    private static let maximumDepth = 16
    /// The greatest number of nodes, aliases counted each time.
    private static let maximumNodes = 100_000

    private let file: String
    private var problems: [SpecProblem] = []
    private var nodeCount = 0

    /// Reads the one document of a file.
    ///
    /// - Throws: `SpecError` for text that is no YAML, is more than one document, or uses what a spec does not need.
    static func read(_ bytes: [UInt8], file: String) throws(SpecError) -> SpecNode {
        var tree = YAMLTree(file: file)
        let root = try tree.compose(bytes)
        let node = tree.convert(root, depth: 0)
        if let error = SpecError(tree.problems) { throw error }
        return node
    }

    private init(file: String) {
        self.file = file
    }

    private func compose(_ bytes: [UInt8]) throws(SpecError) -> Node {
        let root: Node?
        do {
            // The encoding is given because its default asks the environment and prints on stdout.
            root = try Yams.compose(yaml: SpecText(bytes, file: file).text, .basic, .default, .utf8)
        } catch let problem as SpecProblem {
            throw SpecError(problem)
        } catch let error as YamlError {
            throw SpecError(problem(error))
        } catch {
            throw SpecError(SpecProblem(file: file, what: "cannot be read as YAML"))
        }
        guard let root else {
            let remedy = "a spec needs at least 'remote' and 'psk' or 'auth'"
            throw SpecError(SpecProblem(file: file, what: "is empty", remedy: remedy))
        }
        return root
    }

    /// The parser's own words; they are fixed texts, so they quote nothing of the file.
    private func problem(_ error: YamlError) -> SpecProblem {
        switch error {
        case .scanner(let context, let text, let mark, _), .parser(let context, let text, let mark, _),
            .composer(let context, let text, let mark, _):
            let isStream = context?.text.hasPrefix("expected a single document") ?? false
            guard !isStream else {
                return SpecProblem(
                    file: file, position: SpecPosition(mark), what: "has a second YAML document",
                    remedy: "write one file for each tunnel")
            }
            let place = context.map { " (\($0.text) at \(SpecPosition($0.mark)))" } ?? ""
            let isOddCharacter = text.contains("cannot start any token")
            return SpecProblem(
                file: file, position: SpecPosition(mark), what: "is not YAML: \(text)\(place)",
                remedy: isOddCharacter ? "indent with blanks, and quote a value that begins with @, ` or %" : nil)
        case .duplicatedKeysInMapping(let keys, let context):
            let known = keys.filter { SpecKeys.all.contains($0) }.map { "'\($0)'" }.joined(separator: ", ")
            return SpecProblem(
                file: file, position: SpecPosition(context.mark),
                what: (known.isEmpty ? "a key" : known) + " is given more than once", remedy: "keep one")
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return SpecProblem(file: file, what: "cannot be read as YAML")
        }
    }

    private mutating func convert(_ node: Node, depth: Int) -> SpecNode {
        let position = node.mark.map { SpecPosition($0) } ?? SpecPosition(line: 1, column: 1)
        nodeCount += 1
        guard nodeCount <= Self.maximumNodes, depth <= Self.maximumDepth else {
            if nodeCount <= Self.maximumNodes || nodeCount == Self.maximumNodes + 1 {
                report(position, depth > Self.maximumDepth ? "is nested too deep" : "has too many values")
            }
            return SpecNode(content: .nothing, position: position)
        }
        return SpecNode(content: content(of: node, at: position, depth: depth), position: position)
    }

    private mutating func content(of node: Node, at position: SpecPosition, depth: Int) -> SpecNode.Content {
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            // Looking for duplicate keys, Yams has resolved their tags already: to `str`, which changes nothing.
            checkTag(scalar.tag.rawValue, at: position, allowed: ["", Tag.Name.str.rawValue])
            let isNothing = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return isNothing ? .nothing : .text(scalar.string)
        case .sequence(let sequence):
            checkTag(sequence.tag.rawValue, at: position, allowed: [""])
            return .list(sequence.map { convert($0, depth: depth + 1) })
        case .mapping(let mapping):
            checkTag(mapping.tag.rawValue, at: position, allowed: [""])
            return .mapping(mapping.compactMap { entry($0.key, $0.value, depth: depth) })
        case .alias:
            report(position, "has an alias that leads nowhere")
            return .nothing
        }
    }

    /// A key with its value; nil when it cannot be one, which has then been reported, once.
    private mutating func entry(_ key: Node, _ value: Node, depth: Int) -> SpecNode.Entry? {
        guard case .scalar = key else {
            let position = key.mark.map { SpecPosition($0) } ?? SpecPosition(line: 1, column: 1)
            report(position, "has a key that is a list or a mapping", remedy: "write a word as the key")
            return nil
        }
        let known = problems.count
        let converted = convert(key, depth: depth + 1)
        guard case .text(let text) = converted.content else {
            if problems.count > known || nodeCount > Self.maximumNodes { return nil }
            report(converted.position, "has a key that is \(converted.kind)", remedy: "write a word as the key")
            return nil
        }
        guard text != "<<" else {
            report(converted.position, "has a merge key ('<<')", remedy: "write the keys out")
            return nil
        }
        return SpecNode.Entry(key: text, position: converted.position, value: convert(value, depth: depth + 1))
    }

    private mutating func checkTag(_ tag: String, at position: SpecPosition, allowed: [String]) {
        guard !allowed.contains(tag) else { return }
        report(position, "has a YAML tag ('!...')", remedy: "remove it; every key knows its own type")
    }

    private mutating func report(_ position: SpecPosition, _ what: String, remedy: String? = nil) {
        problems.append(SpecProblem(file: file, position: position, what: what, remedy: remedy))
    }
}

extension SpecPosition {
    fileprivate init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}
