import Glibc
import TestBed
import Testing

/// Whoever does what a tutorial says sees what it says.
@Suite(.testBed) struct TutorialTests {
    /// The pages; `VIADUCT_TUTORIALS` for some of them.
    static let pages =
        getenv("VIADUCT_TUTORIALS").map { String(cString: $0).split(separator: " ").map(String.init) }
        ?? ["two-offices", "default-route", "hub", "namespace", "policy-based-peer", "aws"]

    @Test(arguments: pages) func `a page's files and commands do what it says, and leave nothing`(page: String)
        async throws
    {
        let path = "Docs/Tutorials/\(page).md"
        let tutorial = try Tutorial(page: path)
        let hosts = try await Self.network(tutorial)
        func host(_ name: String) throws -> Host { try #require(hosts[name], "\(name) is no machine of \(path)") }
        var before: [String: Dump] = [:]
        for (name, host) in hosts { before[name] = try await Self.dump(host) }
        var started: [(program: Program, expected: [String], line: Int)] = []
        #expect(tutorial.acts.count > 4)
        for (act, line) in tutorial.acts {
            switch act {
            case .write(let text, let file, let name):
                try await host(name).run("tee", file, input: text)
            case .carry(let file, let sender, let receiver):
                let secret = try await host(sender).run("cat", file)
                try await host(receiver).run("sh", "-c", "umask 077; cat >\"$0\"", file, input: secret)
            case .start(let transcript, let name):
                // No shell stands between, so that the signal that ends it reaches it.
                let words = transcript.script.split(whereSeparator: \.isWhitespace).map(String.init)
                let command = words.filter { $0 != "sudo" }.map { $0 == "viaduct" ? Host.viaductBinary : $0 }
                started.append((try host(name).start(command), transcript.expected, line))
            case .type(let transcript, let name):
                // A person types sudo, and finds the program by PATH.
                let prelude = "sudo() { \"$@\"; }\nviaduct() { '\(Host.viaductBinary)' \"$@\"; }\n"
                let outcome = try await host(name).attempt(["sh", "-eu"], input: prelude + transcript.script)
                try #require(outcome.succeeded, "\(path):\(line): \(outcome)")
                for expected in transcript.expected {
                    #expect(outcome.text.contains(expected), "\(path):\(line): \(outcome)")
                }
            }
        }
        for (program, expected, line) in started {
            program.send(signal: SIGTERM)
            let outcome = await program.outcome()
            #expect(outcome.succeeded, "\(path):\(line): \(outcome)")
            for expected in expected { #expect(outcome.text.contains(expected), "\(path):\(line): \(outcome)") }
        }
        for (name, dump) in before { expectEqual(dump, try await Self.dump(host(name)), "\(path): left on \(name)") }
    }

    /// The machines of a page, each with its charon, their wans joined by a bridge.
    private static func network(_ tutorial: Tutorial) async throws -> [String: Host] {
        let wire = try await Host("isp", .plain)
        try await wire.ip("link add wire type bridge mcast_snooping 0", "link set wire up")
        var hosts: [String: Host] = [:]
        for machine in tutorial.machines {
            let host = try await Host(machine.name)
            for link in machine.links {
                if link.name == "wan" {
                    try await host.connect("wan", to: wire, machine.name)
                    try await wire.ip("link set \(machine.name) master wire")
                } else {
                    try await host.ip("link add \(link.name) type dummy", "link set \(link.name) up")
                }
                try await host.address(link.addresses, on: link.name)
            }
            try await host.startCharon()
            hosts[machine.name] = host
        }
        return hosts
    }

    /// All that a tunnel may change, without the files that the page has a person write.
    private static func dump(_ host: Host) async throws -> Dump {
        try await host.dump().without { $0.section == .file }
    }
}
