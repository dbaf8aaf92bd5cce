import Foundation
import NetworkModel
import TestBed
import Testing
import ViaductCore

/// Whatever text a spec has, its printed script does what `up` does, and charon takes what both hand it.
///
/// `VIADUCT_SEED` chooses other specs, and `VIADUCT_SPECS` more of them.
@Suite(.testBed) struct HostileScriptTests {
    private static let secret = "'$(touch /run/pwned)\" \\é"

    private static func number(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    /// A machine with all that such specs speak of.
    private func machine(_ name: String) async throws -> TestBed.Host {
        let host = try await TestBed.Host(name)
        try await host.ip(
            "link add wan type dummy", "address add 192.0.2.1/24 dev wan", "link set wan up",
            "route add default via 192.0.2.254", "link add eth0 type dummy", "link set eth0 up",
            "link add red type vrf table 7", "link set red up", "netns add blue")
        try await host.run("mkdir", "/run/credentials")
        try host.write("#!/bin/sh\nprintf '%s\\0' \"$@\" >>\(noted)\n", to: "/run/note", mode: 0o755)
        try host.write("", to: noted)
        try await host.startCharon()
        return host
    }

    @Test func `a script does for a spec with hostile text what up does, and the one with --down takes it back`()
        async throws
    {
        let seed = Self.number("VIADUCT_SEED", 1), count = Self.number("VIADUCT_SPECS", 3)
        var hostile = HostileText(seed: UInt64(seed))
        let done = try await machine("a"), typed = try await machine("b")
        let before = (
            done: try await done.dump().without(\.isOfHooks), typed: try await typed.dump().without(\.isOfHooks)
        )
        var made = 0
        for index in 0..<count * 100 where made < count {
            let spec = HostileSpec(&hostile, hook: "/run/note")
            guard let visit = Visit(spec, secret: Self.secret) else { continue }
            let hint: Comment = "seed \(seed), spec \(index), \(spec)"
            for host in [done, typed] { try visit.write(to: host) }
            let up = try await visit.viaduct("up", "--no-wait", on: done)
            guard up.succeeded else {
                // Refused by the planner, the kernel or charon: then nothing has happened.
                expectEqual(before.done, try await visit.dump(of: done), "left by an up that failed: \(up) of \(spec)")
                for host in [done, typed] { try visit.remove(from: host) }
                continue
            }
            made += 1
            let scripts = (
                up: try await visit.viaduct("commands", on: typed).checked().stdout,
                down: try await visit.viaduct("commands", "--down", on: typed).checked().stdout
            )
            let typing = try await typed.attempt(["sh", "-eu"], input: scripts.up, environment: visit.environment)
            #expect(typing.succeeded, "\(typing) of \(hint)")
            expectEqual(
                try await done.dump().withoutJournal.without(\.isOfHooks),
                try await typed.dump().withoutJournal.without(\.isOfHooks),
                "done (-) and typed (+): \(spec)")
            #expect(try done.read(noted) == typed.read(noted), hint)
            try await visit.viaduct("down", on: done).checked()
            let untyping = try await typed.attempt(["sh", "-eu"], input: scripts.down, environment: visit.environment)
            #expect(untyping.succeeded, "\(untyping) of \(hint)")
            expectEqual(before.done, try await visit.dump(of: done), "left over by down: \(spec)")
            expectEqual(before.typed, try await visit.dump(of: typed), "left over by the script with --down: \(spec)")
            for host in [done, typed] {
                try visit.remove(from: host)
                #expect(try !host.has("/run/pwned"), hint)
            }
        }
        #expect(made == count, "too few specs that anything comes of")
    }
}

/// What the hooks were called with.
private let noted = "/run/noted"

extension Dump.Line {
    /// Whether it is what hooks have noted, which is compared by itself.
    fileprivate var isOfHooks: Bool { section == .file && text.hasPrefix("\(noted) ") }
}

/// A spec that is accepted, and what it needs.
private struct Visit {
    private let spec: HostileSpec
    private var files: [String: String]
    var environment = ["CREDENTIALS_DIRECTORY": "/run/credentials"]

    /// Nil when it is refused, has certificates, or keeps its secret where a host has no file of its own.
    init?(_ spec: HostileSpec, secret: String) {
        self.spec = spec
        // Nobody is to be called: there is no peer.
        let text = spec.text + "start: listen\n"
        guard let name = TunnelName(spec.name),
            case .success(let tunnel) = Result(catching: {
                try SpecReader.read(text: text, file: "x.yaml", name: name, directory: "/etc/viaduct")
            })
        else { return nil }
        files = ["/etc/viaduct/\(name).yaml": text]
        for peer in tunnel.peers {
            guard case .psk(let source) = peer.local.authentication else { return nil }
            switch source {
            case .environment(let name): environment[name] = secret
            case .credential(let name): files["/run/credentials/\(name)"] = secret
            case .file(let path):
                let folder = "/etc/viaduct/"
                guard path.hasPrefix(folder), !path.dropFirst(folder.count).contains("/") else { return nil }
                files[path] = secret
            case .inline(let own): environment["VIADUCT_SECRET"] = own.reveal { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    func write(to host: TestBed.Host) throws {
        for (path, text) in files { try host.write(text, to: path, mode: 0o600) }
        try host.write("", to: noted)
    }

    func remove(from host: TestBed.Host) throws {
        for path in files.keys { try host.delete(path) }
    }

    /// The state of a host without what was written for this spec.
    func dump(of host: TestBed.Host) async throws -> Dump {
        try await host.dump().without { line in
            line.isOfHooks || line.section == .file && files.keys.contains { line.text.hasPrefix("\($0) ") }
        }
    }

    func viaduct(_ command: String, _ options: String..., on host: TestBed.Host) async throws -> Outcome {
        try await host.attempt(
            [TestBed.Host.viaductBinary, command] + options + ["--", spec.name], environment: environment)
    }
}
