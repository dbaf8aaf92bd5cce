internal import ArgumentParser

/// A span of time on the command line, such as `30s`, `500ms`, `2m` or `30` (seconds).
struct Timeout: ExpressibleByArgument {
    var duration: Duration

    /// The time in seconds, rounded up.
    var wholeSeconds: Int { Int((duration + .milliseconds(999)).components.seconds) }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0, count <= 86_400_000 else { return nil }
        switch argument.dropFirst(digits.count) {
        case "ms": duration = .milliseconds(count)
        case "", "s": duration = .seconds(count)
        case "m": duration = .seconds(count * 60)
        default: return nil
        }
    }
}
