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

    private func compose(_ bytes: [UInt8]) throws(SpecError) -> YAMLNode {
        let root: YAMLNode?
        do throws(SpecProblem) {
            let text = try SpecText(bytes, file: file)
            root = try YAMLComposer.read(text, file: file, maximumDepth: Self.maximumDepth)
        } catch {
            throw SpecError(error)
        }
        guard let root else {
            let remedy = "a spec needs at least 'remote' and 'psk' or 'auth'"
            throw SpecError(SpecProblem(file: file, what: "is empty", remedy: remedy))
        }
        return root
    }

    private mutating func convert(_ node: YAMLNode, depth: Int) -> SpecNode {
        let position = node.position
        nodeCount += 1
        guard nodeCount <= Self.maximumNodes, depth <= Self.maximumDepth else {
            if nodeCount <= Self.maximumNodes || nodeCount == Self.maximumNodes + 1 {
                report(position, depth > Self.maximumDepth ? "is nested too deep" : "has too many values")
            }
            return SpecNode(content: .nothing, position: position)
        }
        if node.isTagged {
            report(position, "has a YAML tag ('!...')", remedy: "remove it; every key knows its own type")
        }
        return SpecNode(content: content(of: node, depth: depth), position: position)
    }

    private mutating func content(of node: YAMLNode, depth: Int) -> SpecNode.Content {
        switch node.content {
        case .scalar(let text, let isPlain):
            let isNothing = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
            return isNothing ? .nothing : .text(text)
        case .sequence(let elements):
            return .list(elements.map { convert($0, depth: depth + 1) })
        case .mapping(let entries):
            return .mapping(entries.compactMap { entry($0.key, $0.value, depth: depth) })
        }
    }

    /// A key with its value; nil when it cannot be one, which has then been reported, once.
    private mutating func entry(_ key: YAMLNode, _ value: YAMLNode, depth: Int) -> SpecNode.Entry? {
        guard case .scalar = key.content else {
            report(key.position, "has a key that is a list or a mapping", remedy: "write a word as the key")
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

    private mutating func report(_ position: SpecPosition, _ what: String, remedy: String? = nil) {
        problems.append(SpecProblem(file: file, position: position, what: what, remedy: remedy))
    }
}
