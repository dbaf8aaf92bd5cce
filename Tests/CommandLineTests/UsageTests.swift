import TestBed
import Testing

@Suite("The command line")
struct UsageTests {
    @Test("without arguments the help is the answer")
    func noArguments() async throws {
        let outcome = try await Viaduct.run()
        #expect(outcome.status == 0)
        #expect(outcome.stdout.hasPrefix("OVERVIEW: "))
        #expect(outcome.stdout.contains("USAGE: viaduct <subcommand>"))
        #expect(outcome.stderr.isEmpty)
    }

    @Test("the version is the answer")
    func version() async throws {
        let outcome = try await Viaduct.run("--version")
        #expect(outcome.status == 0)
        #expect(outcome.stdout.split(separator: ".").count == 3)
        #expect(outcome.stderr.isEmpty)
    }

    @Test(
        "what the command line does not take is exit 64, said on stderr alone",
        arguments: [
            (["--bogus"], "Unknown option '--bogus'"),
            (["frob"], "Unexpected argument 'frob'"),
            (["up"], "Name tunnels, or say --all."),
            (["up", "office", "--all"], "Name tunnels, or say --all."),
            (["down"], "Name tunnels, or say --all."),
            (["plan", "office", "--keep"], "Unknown option '--keep'"),
            (["up", "office", "--timeout", "soon"], "The value 'soon' is invalid"),
            (["up", "office", "--timeout", "0s"], "The value '0s' is invalid"),
            (["commands"], "Missing expected argument '<name>'"),
            (["commands", "office", "--format", "xml"], "Please provide one of 'sh' and 'json'"),
        ])
    func usage(arguments: [String], message: String) async throws {
        let outcome = try await Viaduct.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains(message))
        #expect(outcome.stderr.contains("Usage: viaduct"))
        #expect(outcome.stdout.isEmpty)
    }

    @Test(
        "a name that no tunnel can have is exit 65, and says what a name is",
        arguments: ["a b", "office.conf", "../-x", "", String(repeating: "x", count: 61)])
    func badName(name: String) async throws {
        for command in ["up", "down", "plan", "commands"] {
            let outcome = try await Viaduct.run(command, "--", name)
            #expect(outcome.status == 65)
            #expect(outcome.stderr.contains("is not a tunnel's name; a name is 1...60 of A-Z a-z 0-9 _ -"))
            #expect(outcome.stdout.isEmpty)
        }
    }

    @Test("--all where there is no spec does nothing, and says so")
    func nothingToDo() async throws {
        let outcome = try await Viaduct.run("up", "--all", "--config-dir", "/nonexistent/viaduct")
        #expect(outcome.status == 0)
        #expect(outcome.stderr == "viaduct: there is no spec in /nonexistent/viaduct\n")
        #expect(outcome.stdout.isEmpty)
    }
}
