/// A node of a spec's tree: what YAML says, with its place, and without YAML's types.
///
/// A scalar is its text, quoted or not, and the reader of each key decides what it means; so `0x10/0xff`, `22:22` and
/// `no` are what they look like.
struct SpecNode {
    /// What a node holds.
    enum Content {
        /// Nothing, `~` or `null` without quotes.
        case nothing
        /// A scalar.
        case text(String)
        /// A sequence.
        case list([SpecNode])
        /// A mapping, whose keys differ.
        case mapping([Entry])
    }

    /// A key of a mapping with its value.
    struct Entry {
        let key: String
        let position: SpecPosition
        let value: SpecNode
    }

    let content: Content
    let position: SpecPosition

    /// What sort of node it is, as people call it.
    var kind: String {
        switch content {
        case .nothing: "nothing"
        case .text: "a text"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// Whether it is a text or a list, and neither a mapping nor nothing.
    var isTextOrList: Bool {
        switch content {
        case .text, .list: true
        case .nothing, .mapping: false
        }
    }
}
