internal import ArgumentParser
internal import ViaductCore
internal import ViaductHost

extension CompletionKind {
    /// The names of the tunnels that have a spec.
    ///
    /// The shells' functions ask the program itself, and bash expands what it answers. A tunnel's name has nothing that a
    /// shell could take for more than a word, and what is no such name is not offered; so neither are spec files by path.
    static var tunnels: CompletionKind {
        .custom { words, _, _ in
            let library = CommonOptions.library(configDir: folder(in: words))
            // A folder that cannot be read has nothing to offer, and no one to tell so.
            guard case .success(let names) = Result(catching: { try library.names() }) else { return [] }
            let taken = Set(words)
            return names.map(\.text).filter { !taken.contains($0) }
        }
    }

    /// What the words of a command line so far say of `--config-dir`.
    private static func folder(in words: [String]) -> String? {
        let option = "--config-dir"
        if let word = words.last(where: { $0.hasPrefix(option + "=") }) {
            return String(word.dropFirst(option.count + 1))
        }
        guard let index = words.lastIndex(of: option), index + 1 < words.count else { return nil }
        // Bash breaks a word at `=`, which is then a word of its own.
        let value = words[index + 1] == "=" ? index + 2 : index + 1
        return value < words.count ? words[value] : nil
    }
}
