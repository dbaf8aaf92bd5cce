internal import CYAML

/// One of the events that libyaml makes of a document, in the order of the text.
struct YAMLEvent {
    /// What happens; libyaml keeps starts and ends in pairs.
    enum Kind {
        /// The stream or a document starts.
        case start
        /// The stream, a document, a sequence or a mapping ends.
        case end
        /// An alias of the node with this anchor.
        case alias(String)
        /// A scalar, and whether it is neither quoted nor a block.
        case scalar(String, isPlain: Bool)
        /// A sequence starts.
        case sequence
        /// A mapping starts, in which keys and values take turns.
        case mapping
    }

    let kind: Kind
    /// The anchor of the node that starts here; nil for none.
    let anchor: String?
    /// Whether the node has a tag that says more than its form does.
    let isTagged: Bool
    let position: SpecPosition

    /// Takes all out of an event of libyaml's; nil for one that it does not make of a text.
    init?(_ event: yaml_event_t) {
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        var isTagged = false
        switch event.type {
        case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT:
            kind = .start
        case YAML_STREAM_END_EVENT, YAML_DOCUMENT_END_EVENT, YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            kind = .end
        case YAML_ALIAS_EVENT:
            kind = .alias(String(cString: event.data.alias.anchor))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            // By its length: a text in double quotes may hold `\0`.
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            anchor = scalar.anchor
            isTagged = scalar.tag.map { String(cString: $0) != YAML_STR_TAG } ?? false
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequence
            anchor = event.data.sequence_start.anchor
            isTagged = event.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            kind = .mapping
            anchor = event.data.mapping_start.anchor
            isTagged = event.data.mapping_start.tag != nil
        default:
            return nil
        }
        self.anchor = anchor.map { String(cString: $0) }
        self.isTagged = isTagged
        position = SpecPosition(event.start_mark)
    }
}

extension SpecPosition {
    /// A place as libyaml counts it: in Unicode scalars and from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
