/// One thing that is wrong with a spec.
///
/// It prints as `office.yaml:12:7: routes[1].to: '10.0.0.1/8' has host bits set; write 10.0.0.0/8`. It never holds a
/// secret, nor anything that stands under `psk` or `auth`.
public struct SpecProblem: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file as it is to be named to people.
    public let file: String
    /// Where in the file; nil when the file as a whole is meant.
    public let position: SpecPosition?
    /// The key that it is about, such as `routes[1].to`; empty for the whole spec.
    public let path: String
    /// What is wrong, with the value quoted where that is safe.
    public let what: String
    /// What was expected, or what to write; nil when `what` says all.
    public let remedy: String?

    /// Makes a problem.
    ///
    /// - Parameters:
    ///   - file: the file as it is to be named to people.
    ///   - position: where in the file; nil for the file as a whole.
    ///   - path: the key, such as `routes[1].to`; empty for the whole spec.
    ///   - what: what is wrong.
    ///   - remedy: what to write instead; nil when `what` says all.
    public init(
        file: String, position: SpecPosition? = nil, path: String = "", what: String, remedy: String? = nil
    ) {
        self.file = file
        self.position = position
        self.path = path
        self.what = what
        self.remedy = remedy
    }

    /// The problem in one line.
    public var description: String {
        let place = position.map { "\(file):\($0)" } ?? file
        let text = remedy.map { "\(what); \($0)" } ?? what
        return [place, path, text].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// A place in a spec's text.
public struct SpecPosition: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1; a byte order mark does not count, a tab counts as one.
    public let column: Int

    /// Makes a position; both count from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `LINE:COLUMN`.
    public var description: String { "\(line):\(column)" }

    /// Sorts by line, then column.
    public static func < (left: SpecPosition, right: SpecPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
