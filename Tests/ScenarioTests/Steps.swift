import TestBed
import Testing

extension Outcome {
    /// The steps that viaduct has shown, as the commands they stand for, without what is put before them.
    var steps: [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.drop { "[]#+> \t".contains($0) }
            return ["ip ", "sysctl ", "swanctl ", "printf ", "echo "].contains { words.hasPrefix($0) }
                ? String(words) : nil
        }
    }

    /// True when the text has at least one of some words in it, however they are written.
    func mentions(_ words: String...) -> Bool {
        words.contains { text.lowercased().contains($0.lowercased()) }
    }
}

extension Dump {
    /// Without viaduct's own record of what it did, which a script typed by hand does not keep.
    var withoutJournal: Dump {
        without { $0.section == .file && ($0.text.hasPrefix("/run/viaduct") || $0.text.hasPrefix("/var/lib/viaduct")) }
    }
}

/// Fails the test, line by line, for all that two dumps differ in.
func expectEqual(
    _ before: Dump, _ after: Dump, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    let difference = before.difference(to: after)
    #expect(difference.isEmpty, "\(what):\n\(difference.joined(separator: "\n"))", sourceLocation: sourceLocation)
}
