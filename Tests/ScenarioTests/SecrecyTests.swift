import NetworkModel
import TestBed
import Testing

/// A secret is in its source and in the snippet, and nowhere else, whatever is done.
@Suite(.testBed) struct SecrecyTests {
    private static let secret = "Zq7vKx9wLm3TpR5sYb2N"
    /// The secret as it is, as swanctl has it, and in hexadecimal.
    private static let forms = [
        secret, "WnE3dkt4OXdMbTNUcFI1c1liMk4", "5a7137764b7839774c6d3354705235735962324e",
        "5A7137764B7839774C6D3354705235735962324E",
    ]
    private static let snippet = "/etc/swanctl/conf.d/viaduct-office.conf"

    /// Where a secret comes from: what the spec says, the file that has it, and the environment of the program.
    struct Source: Sendable, CustomTestStringConvertible {
        let psk: String
        var file: String?
        var environment: [String: String] = [:]
        var testDescription: String { String(psk.prefix { $0 != ":" }) }
    }

    static let sources = [
        Source(psk: "file: office.psk", file: "/etc/viaduct/office.psk"),
        Source(psk: "value: \"\(secret)\"", file: "/etc/viaduct/office.yaml"),
        Source(psk: "env: OFFICE_PSK", environment: ["OFFICE_PSK": secret]),
        Source(
            psk: "credential: office-psk", file: "/run/credentials/office-psk",
            environment: ["CREDENTIALS_DIRECTORY": "/run/credentials"]),
    ]

    @Test(arguments: sources) func `the secret is in its source and the snippet alone`(source: Source) async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.b.writeSpec(secret: Self.secret)
        try await net.b.gateway.viaduct("up", "office").checked()
        try await gateway.run("mkdir", "-p", "/run/credentials")
        if let file = source.file { try gateway.write(Self.secret + "\n", to: file, mode: 0o600) }
        let spec = net.a.spec().replacing("file: office.psk", with: source.psk)
        func write(_ text: String) throws { try gateway.write(text, to: "/etc/viaduct/office.yaml", mode: 0o600) }
        try write(spec)
        let watcher = ProcessWatcher(
            for: Self.forms, except: source.environment["OFFICE_PSK"] == nil ? [] : ["viaduct"])

        func run(_ arguments: String..., status: Int32..., sourceLocation: SourceLocation = #_sourceLocation)
            async throws
        {
            let outcome = try await gateway.attempt([Host.viaductBinary] + arguments, environment: source.environment)
            #expect(
                (status.isEmpty ? [0] : status).contains(outcome.status), "\(outcome)", sourceLocation: sourceLocation)
            for form in Self.forms {
                #expect(!outcome.text.contains(form), "shown by \(arguments)", sourceLocation: sourceLocation)
            }
        }
        try await run("commands", "office")
        try await run("commands", "office", "--down")
        try await run("commands", "office", "--json")
        try await run("plan", "office", "--json", status: 2)
        try await run("up", "office", "--verbose")
        #expect(try await places(of: gateway) == Set([source.file, Self.snippet].compactMap(\.self)))
        #expect(try await gateway.run("stat", "-c", "%a %u", Self.snippet) == "600 0\n")
        try await run("up", "office", "--json")
        try await run("status", "office", "--json")
        try await run("status", "--prometheus")
        try await run("check", "office", "--no-probe", status: 0, 2)
        try await run("explain", net.b.v4, "--json")
        try write(spec.replacing("kind: xfrm", with: "kind: xfrm\n  mtu: 1400"))
        try await run("up", "office", "--verbose")
        try await run("down", "office", "--json")

        // What goes wrong must not talk either: a peer with another secret, and a spec broken beside this one.
        try await net.b.gateway.viaduct("down", "office").checked()
        try net.b.writeSpec(secret: "another")
        try await net.b.gateway.viaduct("up", "office").checked()
        try write(spec)
        try await run("up", "office", "--verbose", "--timeout", "10s", status: 1)
        for (from, to) in [
            ("psk: {", "psk: { fiel: x,"), ("psk: { ", "psk: { \n\""), ("psk: {", "psk: [{"),
            (" }\ninterface", "\ninterface"),
        ] {
            try write(spec.replacing(from, with: to))
            try await run("up", "office", status: 65)
            try await run("status", "office", "--json", status: 0, 65)
        }
        if let file = source.file {
            try write(spec)
            try await gateway.run("chmod", "644", file)
            try await run("up", "office", status: 65)
        }
        let held = await watcher.stop()
        #expect(held.looks > 0)
        #expect(held.processes.isEmpty, "in arguments or environments: \(held.processes)")
        #expect(try await places(of: gateway) == Set([source.file].compactMap(\.self)))
        for form in Self.forms {
            #expect(!gateway.charonLog.contains(form))
            #expect(try await !gateway.run("dmesg").contains(form))
        }
    }

    /// The files of a host that hold the secret in any form.
    private func places(of host: Host) async throws -> Set<String> {
        // The patterns go by standard input: no argument of ours may have them either.
        let outcome = try await host.attempt(
            [
                "grep", "-r", "-l", "-a", "-F", "-D", "skip", "-f", "/dev/stdin", "/run", "/etc/viaduct",
                "/etc/swanctl",
                "/var/lib/viaduct", "/var/log",
            ],
            input: Self.forms.joined(separator: "\n") + "\n")
        return Set(outcome.stdout.split(separator: "\n").map(String.init))
    }
}
