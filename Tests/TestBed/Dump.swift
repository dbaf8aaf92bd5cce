/// All of a host that a tunnel may change, as lines that can be compared: links, addresses, routes, rules, sysctls, firewall,
/// XFRM policies and states, files, and what charon has loaded.
///
/// What differs between two equal states (counters, times, indices, random addresses, SPIs, keys) is left out.
public struct Dump: Sendable, Equatable, CustomStringConvertible {
    /// What a line tells about.
    public enum Section: String, Sendable, CaseIterable {
        /// The sections, in the order in which they are shown.
        case link, address, route, rule, sysctl, firewall, policy, state, file, charon
    }

    /// One fact, as `route: dev=office dst=10.2.0.0/24 ...`.
    public struct Line: Sendable, Hashable, CustomStringConvertible {
        /// What it tells about.
        public let section: Section
        /// The fact.
        public let text: String
        /// Both.
        public var description: String { "\(section.rawValue): \(text)" }
    }

    /// All facts, in order.
    public let lines: [Line]

    init(_ lines: [Line]) {
        let sections = Dictionary(grouping: lines, by: \.section)
        self.lines = sections.keys.sorted { $0.rawValue < $1.rawValue }.flatMap { section in
            (sections[section] ?? []).map(\.text).sorted().map { Line(section: section, text: $0) }
        }
    }

    private init(inOrder lines: [Line]) {
        self.lines = lines
    }

    /// The facts of one kind.
    public subscript(section: Section) -> [String] {
        lines.filter { $0.section == section }.map(\.text)
    }

    /// Only some kinds of facts, for tests that are about those.
    public func only(_ sections: Section...) -> Dump {
        Dump(inOrder: lines.filter { sections.contains($0.section) })
    }

    /// Without some kinds of facts, for tests in which those must differ.
    public func without(_ sections: Section...) -> Dump {
        Dump(inOrder: lines.filter { !sections.contains($0.section) })
    }

    /// Without the facts that are not to be compared.
    public func without(_ isLeftOut: (Line) -> Bool) -> Dump {
        Dump(inOrder: lines.filter { !isLeftOut($0) })
    }

    /// With facts of one kind that are told several times told once, where only what there is matters, and not how often.
    public func withoutRepetitions(in section: Section) -> Dump {
        var seen: Set<Line> = []
        return without { $0.section == section && !seen.insert($0).inserted }
    }

    /// What is different, as lines to read: `-` is only in this one, `+` only in the other; none when both are equal.
    public func difference(to other: Dump) -> [String] {
        var count: [Line: Int] = [:]
        for line in lines { count[line, default: 0] -= 1 }
        for line in other.lines { count[line, default: 0] += 1 }
        return count.filter { $0.value != 0 }
            .sorted {
                ($0.key.section.rawValue, $0.key.text, $0.value) < ($1.key.section.rawValue, $1.key.text, $1.value)
            }
            .flatMap { Array(repeating: "\($0.value < 0 ? "-" : "+") \($0.key)", count: abs($0.value)) }
    }

    /// All lines.
    public var description: String { lines.map(\.description).joined(separator: "\n") }
}
