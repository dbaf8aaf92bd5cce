/// Makes the nodes of a document out of its events.
struct YAMLComposer: ~Copyable {
    private let file: String
    private let maximumDepth: Int
    private var parser: YAMLParser
    private var anchors: [String: YAMLNode] = [:]

    /// Reads the one document of a text.
    ///
    /// - Parameters:
    ///   - text: the text of the file.
    ///   - file: the file as it is to be named in problems.
    ///   - maximumDepth: the greatest depth of a node, the root's being 0.
    /// - Returns: the root; nil for a text without a document.
    /// - Throws: `SpecProblem` for text that is no YAML or more than one document, for a key given twice, and for nodes
    ///   that are too deep.
    static func read(_ text: SpecText, file: String, maximumDepth: Int) throws(SpecProblem) -> YAMLNode? {
        guard !text.bytes.isEmpty else { return nil }
        return try text.bytes.withUnsafeBufferPointer { (bytes) throws(SpecProblem) in
            let parser = try YAMLParser(bytes, file: file)
            var composer = YAMLComposer(parser, file: file, maximumDepth: maximumDepth)
            return try composer.document()
        }
    }

    private init(_ parser: consuming YAMLParser, file: String, maximumDepth: Int) {
        self.parser = parser
        self.file = file
        self.maximumDepth = maximumDepth
    }

    private mutating func document() throws(SpecProblem) -> YAMLNode? {
        _ = try parser.next()
        guard case .start = try parser.next().kind else { return nil }
        let root = try node(depth: 0)
        _ = try parser.next()
        let event = try parser.next()
        guard case .end = event.kind else {
            throw problem(event.position, "has a second YAML document", remedy: "write one file for each tunnel")
        }
        return root
    }

    /// The next node; nil at the end of the sequence or mapping.
    private mutating func node(depth: Int) throws(SpecProblem) -> YAMLNode? {
        let event = try parser.next()
        if case .end = event.kind { return nil }
        guard depth <= maximumDepth else { throw problem(event.position, "is nested too deep") }
        let content: YAMLNode.Content
        switch event.kind {
        case .start, .end:
            return nil
        case .alias(let anchor):
            guard let node = anchors[anchor] else {
                throw problem(event.position, "is not YAML: found undefined alias")
            }
            return node
        case .scalar(let text, let isPlain):
            content = .scalar(text, isPlain: isPlain)
        case .sequence:
            content = .sequence(try elements(depth: depth + 1))
        case .mapping:
            content = .mapping(try entries(depth: depth + 1))
        }
        let node = YAMLNode(content: content, isTagged: event.isTagged, position: event.position)
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func elements(depth: Int) throws(SpecProblem) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while let element = try node(depth: depth) { elements.append(element) }
        return elements
    }

    private mutating func entries(depth: Int) throws(SpecProblem) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        while let key = try node(depth: depth), let value = try node(depth: depth) {
            entries.append(YAMLNode.Entry(key: key, value: value))
        }
        try checkDuplicates(among: entries)
        return entries
    }

    /// Keys that are no scalars are refused later, so they are not compared, which aliases could make endless.
    private func checkDuplicates(among entries: [YAMLNode.Entry]) throws(SpecProblem) {
        var places: [String: [SpecPosition]] = [:]
        for entry in entries {
            guard case .scalar(let text, _) = entry.key.content else { continue }
            places[text, default: []].append(entry.key.position)
        }
        let duplicates = places.filter { $0.value.count > 1 }
        guard let position = duplicates.values.compactMap(\.first).min() else { return }
        let known = duplicates.keys.filter { SpecKeys.all.contains($0) }.sorted().map { "'\($0)'" }
        let keys = known.isEmpty ? "a key" : known.joined(separator: ", ")
        throw problem(position, "\(keys) is given more than once", remedy: "keep one")
    }

    private func problem(_ position: SpecPosition, _ what: String, remedy: String? = nil) -> SpecProblem {
        SpecProblem(file: file, position: position, what: what, remedy: remedy)
    }
}
