import TestBed
import Testing

/// The shells' completion, by the shells themselves and the functions that `make install` installs.
@Suite("Completion")
struct CompletionTests {
    /// A command line as far as it is typed, and what the shell then offers.
    struct Line: Sendable, CustomTestStringConvertible {
        let typed: String
        let offers: [String]

        var testDescription: String { typed }
    }

    static let lines = [
        Line(typed: "viaduct comm", offers: ["commands"]),
        Line(typed: "viaduct import ", offers: ["swanctl", "ipsec.conf", "aws"]),
        Line(typed: "viaduct up --no-", offers: ["--no-ike", "--no-wait"]),
        Line(typed: "viaduct up ", offers: ["branch", "off-site", "office"]),
        Line(typed: "viaduct up of", offers: ["off-site", "office"]),
        Line(typed: "viaduct down office br", offers: ["branch"]),
        Line(typed: "viaduct status --json off-", offers: ["off-site"]),
        Line(typed: "viaduct watch bra", offers: ["branch"]),
        Line(typed: "viaduct check --config-dir other lo", offers: ["lonely"]),
        Line(typed: "viaduct commands --format ", offers: ["sh", "json"]),
        Line(typed: "viaduct commands --config-dir oth", offers: ["other"]),
    ]

    /// Files whose names a shell could take for more than a word; none is a tunnel's.
    static let hostile = ["$(touch ran).yaml", "`touch ran`.yaml", "a b.yaml", "x;touch ran;.yaml", "$HOME.yaml"]

    static let shells = ["bash", "fish", "zsh"]

    static let cases = shells.flatMap { shell in lines.map { (shell, $0) } }

    @Test("offers commands, options and tunnels", arguments: cases)
    func offers(shell: String, line: Line) async throws {
        try await Self.with(shell) { folder in
            let offered = try await Self.complete(line.typed, by: shell, in: folder)
            // Fish offers folders with their slash.
            let words = offered.map { $0.prefix { $0 != "/" } }
            for offer in line.offers { #expect(words.contains { $0 == offer }, "\(offered)") }
            // Where nothing is typed yet, options are offered as well.
            if !line.typed.hasSuffix(" ") {
                #expect(Set(words).count == line.offers.count, "\(offered)")
            }
        }
    }

    @Test("a file's name is never run, nor offered when no tunnel can have it", arguments: shells)
    func hostility(shell: String) async throws {
        try await Self.with(shell) { folder in
            for name in Self.hostile { try folder.write("", to: name) }
            for typed in ["viaduct up ", "viaduct up x", "viaduct up \\$", "viaduct up a", "viaduct up '$("] {
                let offered = try await Self.complete(typed, by: shell, in: folder)
                #expect(!offered.contains { $0.contains("touch") || $0.contains("HOME") || $0.contains("a b") })
            }
            let files = try await Program(["ls", folder.path], timeout: .seconds(10)).outcome().checked().stdout
            #expect(!files.split(separator: "\n").contains("ran"))
        }
    }

    @Test("a folder that is not there offers nothing, and says nothing", arguments: shells)
    func nothing(shell: String) async throws {
        try await Self.with(shell) { folder in
            let offered = try await Self.complete("viaduct up --config-dir missing o", by: shell, in: folder)
            #expect(!offered.contains { ["office", "off-site", "branch", "lonely"].contains($0) })
        }
    }

    /// A folder with specs and the shell's function.
    private static func with(_ shell: String, _ body: (SpecFolder) async throws -> Void) async throws {
        try await requireInstalled(shell)
        try await SpecFolder.with { folder in
            for name in ["office.yaml", "off-site.yaml", "branch.yaml", "office.psk"] {
                try folder.write(officeSpec, to: name)
            }
            try await Program(["mkdir", "\(folder.path)/other"], timeout: .seconds(10)).outcome().checked()
            try folder.write(officeSpec, to: "other/lonely.yaml")
            let script = try await Viaduct.run("--generate-completion-script", shell).checked().stdout
            try folder.write(script, to: shell == "zsh" ? "_viaduct" : "completion")
            try folder.write(editor, to: "editor")
            try folder.write("#!/bin/sh\nexec '\(Host.viaductBinary)' \"$@\"\n", to: "viaduct", mode: 0o755)
            try await body(folder)
        }
    }

    /// What a shell offers at the end of a line, in the folder of specs.
    private static func complete(_ typed: String, by shell: String, in folder: SpecFolder) async throws -> [String] {
        let program =
            switch shell {
            case "bash": ["bash", "--norc", "-c", bash, typed]
            case "fish": ["python3", "-c", fish, typed]
            default: ["zsh", "-f", "-c", zsh, typed]
            }
        let outcome = try await Program(
            ["sh", "-c", "cd \"$0\" && PATH=$PWD:$PATH exec \"$@\"", folder.path] + program,
            environment: ["VIADUCT_CONFIG_DIR": folder.path, "HOME": folder.path, "TERM": "dumb"],
            timeout: .seconds(60)
        ).outcome()
        #expect(outcome.stderr.isEmpty, "\(outcome)")
        return outcome.stdout.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstRange(of: "OFFER:").map { String(line[$0.upperBound...]) }
        }
    }

    /// Does what readline does: sets the variables, calls the function that the script registered, shows what it replies.
    private static let bash = """
        source completion
        COMP_LINE=$0 COMP_POINT=${#0}
        read -ra COMP_WORDS <<<"$COMP_LINE"
        [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
        function=$(complete -p viaduct); function=${function##*-F }; function=${function%% *}
        "$function" viaduct "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        [[ ${#COMPREPLY[@]} = 0 ]] || printf 'OFFER:%s\\n' "${COMPREPLY[@]}"
        """

    /// fish's functions know the line only in its own editor: this types it there, on a pseudo-terminal, and a key that is
    /// bound to write down what is offered.
    private static let fish = """
        import os, pty, sys
        child, terminal = pty.fork()
        if child == 0:
            bind = "bind \\\\cx 'complete -C >offers; echo DONE'"
            os.execvp("fish", ["fish", "--no-config", "-i", "-C", "source completion; " + bind + "; echo READY"])
        shown = b""
        def until(mark):
            global shown
            while mark not in shown: shown += os.read(terminal, 65536)
        until(b"READY")
        os.write(terminal, sys.argv[1].encode() + b"\\x18")
        until(b"DONE")
        os.kill(child, 9)
        for line in open("offers"): print("OFFER:" + line.split("\\t")[0].rstrip())
        """

    /// zsh completes in its line editor alone: this types the line there, on a pseudo-terminal, and a tab.
    private static let zsh = """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'source ./editor; print READY=$((1))'
        zpty -r shell out '*READY=1*'
        zpty -w -n shell "$0"$'\\t'
        out=
        while zpty -r shell line; do out+=$line; done
        print -r -- "$out" | tr -d '\\r' | grep -a OFFER: | sort -u
        """

    /// What that editor reads first: it shows all that completion would add, and ends after the first time.
    private static let editor = """
        PS1= PS2= RPS1=
        fpath=($PWD $fpath)
        autoload -Uz compinit
        compinit -u -D
        bindkey '^I' complete-word
        silent() { }
        compprefuncs=(silent)
        comppostfuncs=(silent exit)
        compadd() {
          if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
            local -a offered
            builtin compadd -A offered "$@"
            (( ${#offered} )) && print -rl -- OFFER:${^offered}
          fi
          builtin compadd "$@"
        }

        """
}
