internal import CYAML

/// libyaml's parser, of which this is the only owner.
struct YAMLParser: ~Copyable {
    private let file: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Begins with bytes that are UTF-8 without a byte order mark, and must stay where they are as long as the parser lives.
    ///
    /// - Throws: `SpecProblem` when memory is short.
    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(SpecProblem) {
        // It points into itself, so it must not move.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw Self.unreadable(file)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        self.file = file
        self.parser = parser
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; none may be asked for behind the end of the stream.
    ///
    /// - Throws: `SpecProblem` for text that is no YAML.
    mutating func next() throws(SpecProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        guard let event = YAMLEvent(event) else { throw Self.unreadable(file) }
        return event
    }

    /// What the parser stopped at, in its own words; they are fixed texts, so they quote nothing of the file.
    private var problem: SpecProblem {
        let state = parser.pointee
        guard state.error == YAML_SCANNER_ERROR || state.error == YAML_PARSER_ERROR, let words = state.problem else {
            return Self.unreadable(file)
        }
        let text = String(cString: words)
        let context = state.context.map { " (\(String(cString: $0)) at \(SpecPosition(state.context_mark)))" }
        let isOddCharacter = text.contains("cannot start any token")
        return SpecProblem(
            file: file, position: SpecPosition(state.problem_mark), what: "is not YAML: \(text)\(context ?? "")",
            remedy: isOddCharacter ? "indent with blanks, and quote a value that begins with @, ` or %" : nil)
    }

    private static func unreadable(_ file: String) -> SpecProblem {
        SpecProblem(file: file, what: "cannot be read as YAML")
    }
}
