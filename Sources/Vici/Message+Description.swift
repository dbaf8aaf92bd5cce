// A message may hold keys and passwords, so printing one in any way shows names and byte counts, never a value.

extension Message: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names and sizes on one line: `{id: 4 bytes, owners: [2 items], local: {auth: 3 bytes}}`.
    public var description: String {
        var result = "{"
        var needsComma = false
        for token in tokens {
            if needsComma, token != .sectionEnd { result += ", " }
            switch token {
            case .sectionStart(let name): result += "\(name.sanitized): {"
            case .sectionEnd: result += "}"
            case .value(let name, let bytes): result += "\(name.sanitized): \(bytes.count) bytes"
            case .list(let name, let items): result += "\(name.sanitized): [\(items.count) items]"
            }
            if case .sectionStart = token { needsComma = false } else { needsComma = true }
        }
        return result + "}"
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` shows no value either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Message.Element: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind and size, never the content.
    public var description: String {
        switch self {
        case .value(let bytes): "\(bytes.count) bytes"
        case .list(let items): "[\(items.count) items]"
        case .section(let content): content.description
        }
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` shows no value either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Message.Token: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind, name and size, never the content.
    package var description: String {
        switch self {
        case .sectionStart(let name): "\(name.sanitized) {"
        case .sectionEnd: "}"
        case .value(let name, let bytes): "\(name.sanitized): \(bytes.count) bytes"
        case .list(let name, let items): "\(name.sanitized): [\(items.count) items]"
        }
    }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// A mirror without children, so that `dump` shows no value either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
