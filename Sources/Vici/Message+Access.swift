extension Message {
    /// The entries of the outermost level, in order.
    public var entries: [Entry] {
        var result: [Entry] = []
        forEachEntry { name, range in
            result.append(Entry(name: name, element: element(at: range)))
            return true
        }
        return result
    }

    /// The first entry of that name at the outermost level; nil when there is none.
    public subscript(name: String) -> Element? {
        var found: Element?
        forEachEntry { candidate, range in
            guard candidate == name else { return true }
            found = element(at: range)
            return false
        }
        return found
    }

    /// The value of that name as text; nil when there is none, or it is a list or section.
    ///
    /// Bytes that are not UTF-8 become U+FFFD; read `self[name]` where bytes matter.
    public func text(_ name: String) -> String? {
        guard case .value(let bytes) = self[name] else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The items of the list of that name as text; empty when there is none.
    public func texts(_ name: String) -> [String] {
        guard case .list(let items) = self[name] else { return [] }
        return items.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The section of that name; nil when there is none.
    public func section(_ name: String) -> Message? {
        guard case .section(let section) = self[name] else { return nil }
        return section
    }

    /// The sections of the outermost level with their names, in order; values and lists are left out.
    public var sections: [(name: String, content: Message)] {
        entries.compactMap { entry in
            guard case .section(let content) = entry.element else { return nil }
            return (entry.name, content)
        }
    }

    /// The decimal number of that name; nil when absent, out of range or no number.
    func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
        text(name).flatMap { Number($0) }
    }

    /// The number written in hexadecimal without prefix, as charon writes SPIs, marks and interface ids.
    func hex<Number: FixedWidthInteger>(_ name: String) -> Number? {
        text(name).flatMap { Number($0, radix: 16) }
    }

    /// True when the value is one of those charon itself takes for true; absent is false.
    func flag(_ name: String) -> Bool {
        guard let text = text(name) else { return false }
        return ["yes", "true", "enabled", "1"].contains(text)
    }

    /// Walks the outermost level until the body returns false.
    private func forEachEntry(_ body: (String, Range<Int>) -> Bool) {
        var start = 0
        while start < tokens.count {
            var end = start + 1
            let name: String
            switch tokens[start] {
            case .value(let key, _), .list(let key, _): name = key
            case .sectionStart(let key):
                name = key
                var depth = 1
                while depth > 0 {
                    switch tokens[end] {
                    case .sectionStart: depth += 1
                    case .sectionEnd: depth -= 1
                    case .value, .list: break
                    }
                    end += 1
                }
            case .sectionEnd: return  // cannot be: tokens are balanced
            }
            guard body(name, start..<end) else { return }
            start = end
        }
    }

    private func element(at range: Range<Int>) -> Element {
        switch tokens[range.lowerBound] {
        case .value(_, let bytes): .value(bytes)
        case .list(_, let items): .list(items)
        case .sectionStart, .sectionEnd: .section(Message(balanced: tokens[range].dropFirst().dropLast()))
        }
    }
}
