extension TunnelReader {
    /// Reads `hooks`, in the order in which they are run.
    func hooks(_ field: SpecField) -> [Hook] {
        guard let section = SpecSection(field, keys: SpecKeys.hooks) else { return [] }
        return Hook.Moment.allCases.flatMap { moment -> [Hook] in
            let items = section[moment.rawValue]?.items("a list of programs") ?? []
            return items.compactMap { hook($0, moment) }
        }
    }

    private static let example = "[[/usr/local/bin/program, argument]]"

    private func hook(_ field: SpecField, _ moment: Hook.Moment) -> Hook? {
        guard case .mapping = field.node.content else { return words(field).map { Hook(moment, $0) } }
        guard let section = SpecSection(field, keys: SpecKeys.hook) else { return nil }
        let timeout = section["timeout"].map { duration($0, 1...3600, hasNever: false) }
        guard let run = section["run"] else {
            section.failMissing("run", "write the program and its arguments")
            return nil
        }
        guard let words = words(run) else { return nil }
        guard let timeout else { return Hook(moment, words) }
        return timeout.map { Hook(moment, words, timeout: $0.count) }
    }

    /// A program's absolute path with its arguments.
    ///
    /// Arguments are never quoted in a problem, for they may hold a password.
    private func words(_ field: SpecField) -> [String]? {
        guard let items = field.items("a program's path and arguments") else { return nil }
        guard let first = items.first else {
            field.fail("is an empty list", "write a program's path and arguments, or remove it")
            return nil
        }
        let words = items.compactMap { word($0) }
        guard words.count == items.count, let path = words.first else { return nil }
        guard path.hasPrefix("/"), !path.hasSuffix("/") else {
            first.fail("is not the absolute path of a program", "write it with its arguments as \(Self.example)")
            return nil
        }
        if case .text = field.node.content, path.contains(where: \.isWhitespace) {
            field.fail("has blanks, and no shell splits it into words", "write a list of words: \(Self.example)")
            return nil
        }
        return words
    }

    private func word(_ field: SpecField) -> String? {
        guard let text = field.text("a word of a command") else { return nil }
        guard !text.hasInvisibleCharacters else {
            field.fail("has a control character or another that is not seen", "put it in a file of its own")
            return nil
        }
        guard text.utf8.count <= 4000 else {
            field.fail("is longer than 4000 bytes", "put it in a file of its own")
            return nil
        }
        return text
    }
}
