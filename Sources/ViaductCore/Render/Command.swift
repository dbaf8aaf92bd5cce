internal import NetworkModel

/// A command that an administrator could type in a step's place.
public struct Command: Sendable, Hashable {
    /// What it does.
    public var body: Body
    /// Whether a script goes on when it fails, as when something may already be gone.
    public var mayFail: Bool

    /// What a command does.
    public enum Body: Sendable, Hashable {
        /// Runs a program with these words; the first is its name.
        case run([String])
        /// Writes a file, readable by root alone.
        case write(ConfigurationFile)
    }

    /// Makes a command that runs a program.
    public static func run(_ words: [String], mayFail: Bool = false) -> Command {
        Command(body: .run(words), mayFail: mayFail)
    }

    /// Makes a command that writes a file.
    public static func write(_ file: ConfigurationFile) -> Command {
        Command(body: .write(file), mayFail: false)
    }

    /// The command in a network namespace.
    func within(_ namespace: NamespaceName) -> Command {
        guard case .run(let words) = body, let program = words.first else { return self }
        let inside =
            program == "ip"
            ? ["ip", "-n", namespace.text] + words.dropFirst()
            : ["ip", "netns", "exec", namespace.text] + words
        return Command(body: .run(inside), mayFail: mayFail)
    }

    /// The command on one line, as it is shown while it is performed.
    ///
    /// It never holds a secret.
    public var line: String {
        switch body {
        case .run(let words): words.map(Shell.quoted).joined(separator: " ")
        case .write(let file):
            switch file.content {
            case .text: "install -m 600 /dev/stdin \(Shell.quoted("\(file.path)"))"
            case .copy(of: let source): "install -m 600 \(Self.word(for: source)) \(Shell.quoted("\(file.path)"))"
            }
        }
    }

    /// The command as lines of a POSIX shell script.
    ///
    /// Secrets are read from their sources when the script runs.
    public var script: String {
        let text: String
        switch body {
        case .run: text = line
        case .write(let file):
            switch file.content {
            case .text(let pieces): text = Self.writing(pieces, to: line)
            case .copy: text = line
            }
        }
        return mayFail ? text + " || :" : text
    }

    /// Shell commands that hand the pieces of a text to a program's standard input.
    ///
    /// Secrets are read before the pipe, where a failure ends a script that runs under `set -e`; the shell's own
    /// variables and its builtin `printf` keep them out of every process's arguments and environment.
    private static func writing(_ pieces: [TextPiece], to program: String) -> String {
        let references = pieces.references
        // A variable of the script's own must not be one that another secret is read from.
        var stem = "secret"
        while references.contains(where: { $0.isVariable(beginningWith: stem) }) { stem += "_" }
        func variable(_ reference: SecretReference) -> String {
            stem + (references.firstIndex(of: reference).map { "\($0 + 1)" } ?? "")
        }
        var lines: [String] = []
        for reference in references {
            let name = variable(reference)
            lines += reading(reference, into: name)
            lines.append("\(name)=0s$(printf '%s' \"$\(name)\" | base64 | tr -d '\\n')")
        }
        lines.append("{")
        for piece in pieces {
            switch piece {
            case .plain(let text): lines.append("printf '%s' \(Shell.quoted(text))")
            case .secret(let reference): lines.append("printf '%s' \"$\(variable(reference))\"")
            }
        }
        lines.append("} | \(program)")
        if !references.isEmpty { lines.append("unset " + references.map(variable).joined(separator: " ")) }
        return lines.joined(separator: "\n")
    }

    /// A word that a shell takes for the path of a file that is read.
    private static func word(for source: FileSource) -> String {
        switch source {
        case .file(let path): Shell.quoted(path)
        case .credential(let name):
            "\"${\(CredentialName.folderVariable):?names the folder of credentials}/\(name)\""
        }
    }

    private static func reading(_ reference: SecretReference, into name: String) -> [String] {
        switch reference {
        case .file(let path):
            let file = Shell.quoted(path)
            return [
                "\(name)=$(cat \(file))",
                "[ -n \"$\(name)\" ] || { echo \(Shell.quoted(path + " is empty")) >&2; exit 1; }",
            ]
        case .credential(let credential):
            let file = word(for: .credential(credential))
            return [
                "\(name)=$(cat \(file))",
                "[ -n \"$\(name)\" ] || { echo 'the credential \(credential) is empty' >&2; exit 1; }",
            ]
        case .environment(let variable):
            return ["\(name)=${\(variable):?must hold the pre-shared key}"]
        case .spec(let tunnel):
            return ["\(name)=${VIADUCT_SECRET:?must hold the pre-shared key, which stands in the spec of \(tunnel)}"]
        }
    }
}

extension SecretReference {
    /// Whether it is an environment variable whose name begins so.
    fileprivate func isVariable(beginningWith stem: String) -> Bool {
        if case .environment(let name) = self { name.hasPrefix(stem) } else { false }
    }
}

/// Words for a POSIX shell.
public enum Shell {
    /// A word such that a shell takes it as it is.
    public static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            switch $0 {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: "_-./:,@%+=".utf8.contains($0)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        var result = "'"
        // Scalar by scalar: to Swift a quote and the accent behind it are one character, to a shell they are a quote.
        for scalar in word.unicodeScalars {
            if scalar == "'" { result += "'\\''" } else { result.unicodeScalars.append(scalar) }
        }
        return result + "'"
    }
}
