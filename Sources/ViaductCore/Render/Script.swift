/// The shell script that does what a plan does.
public enum Script {
    /// Writes a script for POSIX sh with every command of the steps in order.
    ///
    /// - Parameters:
    ///   - steps: what to do.
    ///   - heading: comment lines on top, without the `#`.
    /// - Returns: the script, which ends with a line end.
    public static func text(_ steps: [Step], heading: [String]) -> String {
        var lines = ["#!/bin/sh"] + heading.map { "# \($0)" } + ["set -eu", "umask 077"]
        lines += commands(steps).map(\.script)
        return lines.joined(separator: "\n") + "\n"
    }

    /// The commands of the steps in order; one that repeats its predecessor, as loading credentials does, stands once.
    public static func commands(_ steps: [Step]) -> [Command] {
        steps.flatMap(\.commands).reduce(into: []) { commands, next in
            // By bytes: to Swift two texts are equal when they differ only in how accents are composed.
            if let last = commands.last, last == next, last.script.utf8.elementsEqual(next.script.utf8) { return }
            commands.append(next)
        }
    }
}
