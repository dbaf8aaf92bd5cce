import Foundation
import TestBed
import Testing

/// A secret is in its source and in the snippet, and nowhere else, whatever is done.
@Suite(.testBed) struct SecrecyTests {
    private static let snippet = "/etc/swanctl/conf.d/viaduct-office.conf"

    @Test func `the secret is in its source and the snippet alone, whichever source it is`() async throws {
        let secret = Needle("Zq7vKx9wLm3TpR5sYb2N"), wrong = Needle("Gh4fWd8jXn6KcV3bMt9Q")
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.b.writeSpec(secret: secret.text)
        try await net.b.gateway.viaduct("up", "office").checked()
        try await gateway.run("mkdir", "-p", "/run/credentials")
        // What a program that viaduct starts is given, it leaves where the secret is looked for.
        try gateway.write(
            "#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >/run/of-the-hook\n", to: "/run/note", mode: 0o755)
        let watcher = ProcessWatcher(for: secret.forms + wrong.forms, besides: Host.viaductBinary)
        for source in Source.all(secret) {
            let visit = Visit(net.a, source, needles: [secret, wrong])
            try visit.write()
            try await visit.run("commands", "office", "--format", "json")
            try await visit.run("up", "office", "--verbose")
            try await visit.expectPlaces(source.file, Self.snippet)
            #expect(try await gateway.run("stat", "-c", "%a %u", Self.snippet) == "600 0\n")
            #expect(try gateway.has("/run/of-the-hook"))
            try await visit.run("status", "office", "--json")
            switch source.kind {
            case .file: try await use(visit, net)
            case .value: try await breakSpec(visit)
            case .variable: try await confirm(visit)
            case .credential: try await visit.run("down", "office")
            }
            try await visit.expectPlaces(source.file)
            if let file = source.file {
                try visit.write()
                try await gateway.run("chmod", "644", file)
                try await visit.run("up", "office", status: 65)
                try gateway.delete(file)
            }
        }
        // What goes wrong must not talk either.
        let other = Visit(net.a, Source.all(wrong)[0], needles: [secret, wrong])
        try other.write()
        try await other.run("up", "office", "--verbose", "--timeout", "20s", status: 1)
        try await other.expectPlaces("/etc/viaduct/office.psk")

        let seen = await watcher.stop()
        #expect(seen.looks > 10)
        #expect(seen.processes.isEmpty, "\(seen.processes)")
        let kernelLog = try await gateway.run("dmesg")
        for form in secret.forms + wrong.forms {
            #expect(!gateway.charonLog.contains(form) && !kernelLog.contains(form))
        }
    }

    /// All that looks at a tunnel, and an edit.
    private func use(_ visit: Visit, _ net: SiteToSite) async throws {
        try await visit.run("commands", "office")
        try await visit.run("commands", "office", "--down")
        try await visit.run("plan", "office", "--json")
        try await visit.run("status", "--prometheus")
        try await visit.run("check", "office", "--json", status: 0, 2)
        try await visit.run("explain", net.b.v4, "--json")
        try await visit.run("import", "swanctl", Self.snippet, "--output", "-")
        try visit.write { $0.replacing("kind: xfrm", with: "kind: xfrm\n  mtu: 1400") }
        try await visit.run("plan", "office", status: 2)
        try await visit.run("up", "office", "--json")
        let watch = try visit.start("watch", "office", "--verbose")
        try await watch.wrote("follow")
        try net.a.gateway.delete(Self.snippet)
        try await watch.wrote("repaired")
        watch.send(signal: 15)
        visit.expectSilence(of: await watch.outcome())
        try await visit.expectPlaces("/etc/viaduct/office.psk", Self.snippet)
        try await visit.run("down", "office", "--json")
    }

    /// A spec that holds the secret, broken beside it.
    private func breakSpec(_ visit: Visit) async throws {
        try await visit.run("down", "office")
        for (from, to) in [
            ("psk: {", "psk: { fiel: x,"), ("psk: { ", "psk: { \n\""), ("psk: {", "psk: [{"),
            (" }\ninterface", "\ninterface"),
        ] {
            try visit.write { $0.replacing(from, with: to) }
            try await visit.run("up", "office", "--verbose", status: 65)
        }
        try await visit.run("status", "office", "--json", status: 0, 65)
    }

    /// A process that outlives `up`, and must not know what that was given.
    private func confirm(_ visit: Visit) async throws {
        try await visit.run("down", "office")
        try await visit.run("up", "office", "--confirm", "300s")
        try await visit.run("confirm", "office")
        try await visit.run("down", "office")
    }

    @Test func `of all that an up writes, only the snippet and charon get the secret, and nothing it runs does`()
        async throws
    {
        let secret = Needle("Jw2hPz6uEy8RkC4mNa7S")
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.b.writeSpec(secret: secret.text)
        try await net.b.gateway.viaduct("up", "office").checked()
        try gateway.write("#!/bin/sh\n", to: "/run/note", mode: 0o755)
        let visit = Visit(net.a, Source.all(secret)[2], needles: [secret])
        try visit.write()
        let trace = "/run/trace"
        // Descriptors with their paths and addresses, texts whole, environments too.
        let up = try visit.start(
            "up", "office", "--verbose", "--confirm", "300s",
            through: ["strace", "-f", "--seccomp-bpf", "-yy", "-v", "-s", "200000", "-o", trace, "-e", Self.calls])
        try await up.wrote("unless \"viaduct confirm office\"")
        try await visit.run("confirm", "office")
        visit.expectSilence(of: await up.outcome())

        let calls = try gateway.read(trace).split(separator: "\n")
        #expect(calls.contains { $0.contains("execve(\"/run/note\"") }, "the hook was not seen")
        let telling = calls.filter { secret.isIn($0) }
        // The first program was given it, and none that it has started.
        #expect(telling.count { $0.contains("execve(") } == 1)
        #expect(telling.first?.contains("execve(\"\(Host.viaductBinary)\"") ?? false)
        let charon = Set(calls.filter { $0.contains("run/charon.vici\"") }.compactMap(Self.target))
        let reached = Set(telling.filter { !$0.contains("execve(") }.compactMap(Self.target))
        #expect(reached.subtracting(charon) == ["/etc/swanctl/conf.d/.viaduct-office.conf.new"])
        #expect(!reached.isDisjoint(with: charon))
        try await visit.run("down", "office")
    }

    /// All calls by which bytes leave a process.
    private static let calls =
        "trace=execve,execveat,connect,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,splice,vmsplice,tee"

    /// What a line of strace says of the file that was written to, or the number of the socket.
    private static func target(_ line: Substring) -> String? {
        guard let start = line.firstIndex(of: "<") else { return nil }
        let words = line[line.index(after: start)...].prefix { $0 != ">" }
        // UNIX-STREAM:[1234, and behind it what is at the other end.
        guard let socket = words.firstIndex(of: "[") else { return String(words) }
        return String(words[socket...].dropFirst().prefix(while: \.isNumber))
    }

    @Test func `a process of ours that dies leaves no core`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        try await net.underlay.apply(.dropAll)
        try await gateway.run("mkdir", "/run/cores")
        let pattern = try await gateway.run("cat", "/proc/sys/kernel/core_pattern")
        // One that is a path or a program is the machine's; only where it is a name does a core lie where its process was.
        guard !pattern.hasPrefix("/"), !pattern.hasPrefix("|") else { return }
        let prelude = "cd /run/cores; ulimit -c unlimited; "
        _ = try await gateway.attempt(["sh", "-c", prelude + "kill -SEGV $$"])
        let usual = try await gateway.run("ls", "/run/cores")
        #expect(usual.hasPrefix("core"), "this machine makes no cores at all: \(pattern)")
        try await gateway.run("sh", "-c", "rm -f /run/cores/*")
        let up = try gateway.start(["sh", "-c", prelude + "exec \(Host.viaductBinary) up office --timeout 300s"])
        try await gateway.until("up waits for its SAs") { _ in up.stderr.contains("INSTALLED") }
        up.send(signal: 11)
        let end = await up.outcome()
        #expect(end.status > 128, "\(end)")
        #expect(try await gateway.run("ls", "/run/cores") == "")
        try await gateway.down("office")
    }
}

/// A secret in all the forms that it may be found in.
private struct Needle {
    let text: String
    let forms: [String]

    init(_ text: String) {
        self.text = text
        let bytes = Data(text.utf8)
        let hexadecimal = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        // As part of something longer, it begins at one of three places of a group.
        func encoded(_ bytes: Data) -> [String] {
            (0..<3).map { lead in
                let whole = Data(repeating: 0, count: lead) + bytes
                return String(
                    whole.prefix(whole.count / 3 * 3).base64EncodedString().dropFirst(lead == 0 ? 0 : lead + 1))
            }
        }
        let base64 = encoded(bytes)
        // A snippet has it in base64, and may itself be encoded once more.
        forms = [text, hexadecimal, hexadecimal.uppercased()] + base64 + encoded(Data(base64[0].utf8))
    }

    func isIn(_ other: some StringProtocol) -> Bool { forms.contains { other.contains($0) } }
}

/// Where a secret comes from: what the spec says, the file that has it, and the environment of the program.
private struct Source {
    enum Kind { case file, value, variable, credential }
    let kind: Kind
    let psk: String
    var file: String?
    var environment: [String: String] = [:]
    let secret: String

    static func all(_ needle: Needle) -> [Source] {
        let secret = needle.text
        return [
            Source(kind: .file, psk: "file: office.psk", file: "/etc/viaduct/office.psk", secret: secret),
            Source(kind: .value, psk: "value: \"\(secret)\"", file: "/etc/viaduct/office.yaml", secret: secret),
            Source(kind: .variable, psk: "env: OFFICE_PSK", environment: ["OFFICE_PSK": secret], secret: secret),
            Source(
                kind: .credential, psk: "credential: office-psk", file: "/run/credentials/office-psk",
                environment: ["CREDENTIALS_DIRECTORY": "/run/credentials"], secret: secret),
        ]
    }
}

/// A gateway with a secret from one source.
private struct Visit {
    private let site: SiteToSite.Site
    private let source: Source
    private let needles: [Needle]

    init(_ site: SiteToSite.Site, _ source: Source, needles: [Needle]) {
        (self.site, self.source, self.needles) = (site, source, needles)
    }

    /// Writes the spec, changed as wished, and the secret where it is not in there.
    func write(_ change: (String) -> String = { $0 }) throws {
        let hooks = "hooks: { pre-up: /run/note }\n"
        let spec = site.spec().replacing("file: office.psk", with: source.psk) + hooks
        if let file = source.file { try site.gateway.write(source.secret + "\n", to: file, mode: 0o600) }
        try site.gateway.write(change(spec), to: "/etc/viaduct/office.yaml", mode: 0o600)
    }

    func start(_ arguments: String..., through: [String] = []) throws -> Program {
        try site.gateway.start(through + [Host.viaductBinary] + arguments, environment: source.environment)
    }

    func run(_ arguments: String..., status: Int32..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let outcome = try await site.gateway.attempt(
            [Host.viaductBinary] + arguments, environment: source.environment)
        #expect((status.isEmpty ? [0] : status).contains(outcome.status), "\(outcome)", sourceLocation: sourceLocation)
        expectSilence(of: outcome, sourceLocation: sourceLocation)
    }

    func expectSilence(of outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!needles.contains { $0.isIn(outcome.text) }, "\(outcome)", sourceLocation: sourceLocation)
    }

    /// Compares the files that hold a secret, in any form, with those that may.
    func expectPlaces(_ files: String?..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
        // The patterns go by standard input: no argument of ours may have them either.
        let outcome = try await site.gateway.attempt(
            [
                "grep", "-r", "-l", "-a", "-F", "-D", "skip", "-f", "/dev/stdin", "/run", "/etc/viaduct",
                "/etc/swanctl", "/var/lib/viaduct", "/var/log",
            ],
            input: needles.flatMap(\.forms).joined(separator: "\n") + "\n")
        let found = Set(outcome.stdout.split(separator: "\n").map(String.init))
        #expect(found == Set(files.compactMap(\.self)), sourceLocation: sourceLocation)
    }
}
