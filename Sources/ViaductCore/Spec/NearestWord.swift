/// The nearest of some known words to one that somebody wrote.
enum NearestWord {
    /// The word with the fewest changed, added, dropped or swapped letters; nil when all are too far to be meant.
    static func to(_ written: String, among words: some Sequence<String>) -> String? {
        let limit = max(1, min(3, written.count / 3))
        guard written.utf8.count <= 64 else { return nil }
        let candidates = words.map { ($0, distance(written.lowercased(), $0)) }.filter { $0.1 <= limit }
        return candidates.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// The edit distance in which swapping two neighbours is one step (optimal string alignment).
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(
                    previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
