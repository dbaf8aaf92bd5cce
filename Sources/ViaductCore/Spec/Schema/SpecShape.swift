/// What a value of a spec looks like, as far as a JSON Schema can tell.
///
/// To the reader a scalar is its text, so whatever YAML makes of it, a number or a truth value, is taken as well as a text.
indirect enum SpecShape: Sendable {
    /// A scalar; a text fits the pattern, if there is one.
    case scalar(pattern: String? = nil)
    /// A text that is no number, and fits the pattern.
    case text(pattern: String)
    /// A whole number, decimal or hexadecimal.
    case number(ClosedRange<Int>)
    /// A span of time.
    case time
    /// `true` or `false`.
    case boolean
    /// One of some words.
    case words([String])
    /// A section of its own.
    case section(SpecSchema.Section)
    /// One value or a list of them.
    case list(SpecShape)
    /// A mapping of names to values.
    case map(SpecShape)
    /// Settings that are passed on to charon.
    case extras
    /// Any of several.
    case either([SpecShape])

    /// The JSON Schema of the value.
    var schema: JSONText {
        switch self {
        case .scalar(let pattern):
            .object(
                [("type", .texts(["string", "number", "boolean"]))] + (pattern.map { [("pattern", .text($0))] } ?? []))
        case .text(let pattern): .object([("type", .text("string")), ("pattern", .text(pattern))])
        case .number(let range):
            .object([
                ("type", .texts(["integer", "string"])), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)), ("pattern", .text("^(0[xX][0-9a-fA-F]+|[0-9]+)$")),
            ])
        case .time:
            .object([
                ("type", .texts(["integer", "string"])), ("minimum", .number(0)), ("pattern", .text("^[0-9]+[smhd]?$")),
            ])
        case .boolean: .object([("enum", .list(Self.spellings(["true", "false", "yes", "no", "on", "off"])))])
        case .words(let words): .object([("enum", .list(Self.spellings(words)))])
        case .section(let section): .object([("$ref", .text("#/definitions/\(section.rawValue)"))])
        case .list(let item):
            .object([
                (
                    "anyOf",
                    .list([item.schema, .object([("type", .text("array")), ("items", item.schema)])])
                )
            ])
        case .map(let value):
            .object([
                ("type", .text("object")),
                ("propertyNames", .object([("pattern", .text("^(?!include$)[A-Za-z0-9_][A-Za-z0-9_-]{0,59}$"))])),
                ("additionalProperties", value.schema), ("minProperties", .number(1)), ("maxProperties", .number(256)),
            ])
        case .extras:
            .object([
                ("type", .text("object")), ("propertyNames", .object([("pattern", .text("^[a-z0-9_]{1,64}$"))])),
                ("additionalProperties", SpecShape.list(.scalar()).schema),
            ])
        case .either(let shapes): .object([("anyOf", .list(shapes.map(\.schema)))])
        }
    }

    /// Words, with the truth values that YAML makes of some.
    private static func spellings(_ words: [String]) -> [JSONText] {
        let isTrue = words.contains { ["true", "yes", "on"].contains($0) }
        let isFalse = words.contains { ["false", "no", "off"].contains($0) }
        return words.map { .text($0) } + (isTrue ? [.flag(true)] : []) + (isFalse ? [.flag(false)] : [])
    }
}
