/// An ordered tree of named values, lists and sections: what requests, responses and events of VICI carry.
///
/// The order of entries and names that occur twice are kept; look-ups by name give the first. Names are ASCII as charon
/// writes them; a byte above 0x7f in a received name appears as the character with that code point, so none is lost.
///
/// The tree is held flat, as the run of its elements in wire order: however deep sections nest, copying, comparing,
/// coding and freeing never recurse.
public struct Message: Sendable, Equatable {
    /// One step of the flat tree, equal to one element of the wire format.
    package enum Token: Sendable, Equatable {
        case sectionStart(String)
        case sectionEnd
        case value(String, [UInt8])
        case list(String, [[UInt8]])
    }

    /// What a name stands for.
    public enum Element: Sendable, Equatable {
        /// Bytes, most often text (KEY_VALUE): at most 65535.
        case value([UInt8])
        /// Items of at most 65535 bytes each (LIST_START to LIST_END).
        case list([[UInt8]])
        /// A tree within the tree (SECTION_START to SECTION_END).
        case section(Message)

        /// A value of text, sent as UTF-8.
        public static func text(_ text: String) -> Element { .value(Array(text.utf8)) }

        /// A list of texts, sent as UTF-8.
        public static func texts(_ texts: [String]) -> Element { .list(texts.map { Array($0.utf8) }) }
    }

    /// A name and what it stands for.
    public struct Entry: Sendable, Equatable {
        /// The name; unique only by convention.
        public let name: String
        /// The value, list or section.
        public let element: Element
    }

    package private(set) var tokens: [Token] = []

    /// Makes an empty message.
    public init() {}

    /// Makes a message of entries, in their order.
    public init(_ entries: [(String, Element)]) {
        for (name, element) in entries { append(element, named: name) }
    }

    /// Takes over tokens that the caller knows to be balanced.
    init(balanced tokens: some Sequence<Token>) {
        self.tokens = Array(tokens)
    }

    /// True when there are no entries.
    public var isEmpty: Bool { tokens.isEmpty }

    /// Adds an entry at the end.
    public mutating func append(_ element: Element, named name: String) {
        switch element {
        case .value(let bytes): tokens.append(.value(name, bytes))
        case .list(let items): tokens.append(.list(name, items))
        case .section(let inner):
            tokens.append(.sectionStart(name))
            tokens += inner.tokens
            tokens.append(.sectionEnd)
        }
    }

    /// Adds a value of text, unless it is nil.
    public mutating func append(_ text: String?, named name: String) {
        if let text { append(.text(text), named: name) }
    }
}
