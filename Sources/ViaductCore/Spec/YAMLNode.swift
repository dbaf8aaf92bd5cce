/// A node of a YAML document as it is written, aliases followed.
struct YAMLNode {
    /// What a node holds.
    enum Content {
        /// A scalar, and whether it is neither quoted nor a block.
        case scalar(String, isPlain: Bool)
        /// A sequence.
        case sequence([YAMLNode])
        /// A mapping, whose scalar keys differ.
        case mapping([Entry])
    }

    /// A key of a mapping with its value.
    struct Entry {
        let key: YAMLNode
        let value: YAMLNode
    }

    let content: Content
    /// Whether it has a tag that says more than its form does; `!!str` of a scalar does not.
    let isTagged: Bool
    /// Where it begins, behind its tag and anchor; that of the anchored node for an alias.
    let position: SpecPosition
}
