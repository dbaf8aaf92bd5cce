/// Random numbers that come again with the same seed (SplitMix64).
public struct HostileText: Sendable {
    private var state: UInt64

    /// Begins a sequence of its own for each seed.
    public init(seed: UInt64) {
        state = seed
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// One of several.
    public mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }

    /// True so many times out of a hundred.
    public mutating func chance(_ percent: UInt64) -> Bool { next() % 100 < percent }

    /// What hurts a shell, swanctl.conf, YAML, a path, ip(8) or a terminal where it is not kept in.
    private static let pieces = [
        "'", "\"", "\\", "`touch pwned`", "$(touch pwned)", "${PATH}", "$IFS", "; touch pwned; ", "| touch pwned", "&",
        "'\u{301}; touch pwned; '", "\"\u{308}", "\\\u{301}", "\n", "\r\n", "\ntouch pwned\n", "\t", "\u{7}",
        "\u{1b}[2J",
        "\u{85}", "\u{a0}", "\u{2028}", "\u{202e}", "\u{200b}", "\u{feff}", "\u{e000}", "\u{fffd}", "#", "# x", "{",
        "}", "}\n",
        "= x", "=", ":", ",", ", ", "%", "%n", "%i", "!", "*", "?", "[a]", "~", "~root", "<", ">", "..", "../..", "/",
        "-rf", "--", "-", ".", "a b", "a  b", " a", "a ", "é", "e\u{301}", "ﬁ", "０", "日本", "\u{1f600}", "include x",
        "include", "EOF", "0x41", "0sQQ==", "@", "%any", "''", "\\n", "\\", "$", "done", "a", "b",
    ]

    /// Words that are taken as they are in one place and mean something else in the next.
    private static let words = [
        "include", "dev", "name", "mtu", "m", "l", "up", "down", "type", "via", "all", "default", "lo", "if", "then",
        "true", "none", "help", "abcdefghijklmno", "abcdefghijklmnop", "a.b", "a-b", "_", "0", "10.1.1.1", "children",
        "connections", "secrets", "local", "remote", "secret1", "x-in", "PATH_X",
    ]

    /// Text of one to three pieces, or a single word.
    public mutating func text() -> String {
        if chance(35) { return pick(Self.words) }
        return (0...Int(next() % 3)).map { _ in pick(Self.pieces) }.joined()
    }

    /// A secret: such text, and not empty.
    public mutating func secret() -> String { text() + pick(["x", "'", "\"x\"", "$x\\", "é", "\nx"]) }
}
