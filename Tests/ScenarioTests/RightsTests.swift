import TestBed
import Testing

/// What the program may do is what it uses, and what it lacks it says by name.
@Suite(.testBed) struct RightsTests {
    /// A user that owns nothing on the machine.
    private static let user = "65534"

    @Test func `an up that waits has CAP_NET_ADMIN in effect and no more than the few rights that it documents`()
        async throws
    {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        try await net.underlay.apply(.dropAll)
        let up = try gateway.start([Host.viaductBinary, "up", "office", "--timeout", "300s"])
        try await gateway.until("up waits for its SAs") { _ in up.stderr.contains("INSTALLED") }
        let status = try await gateway.run("cat", "/proc/\(up.processID)/status")
        for (set, bits) in [
            // In effect: NET_ADMIN.  Permitted: DAC_READ_SEARCH, NET_ADMIN, NET_RAW, SYS_PTRACE, SYS_ADMIN.
            ("CapEff", "0000000000001000"), ("CapPrm", "0000000000283004"), ("CapInh", "0000000000000000"),
            ("CapAmb", "0000000000000000"),
        ] {
            #expect(status.contains("\(set):\t\(bits)\n"), "\(set) in \(status)")
        }
        up.send(signal: 15)
        #expect(await up.outcome().status == 1)
    }

    @Test func `a hook runs as root with root's rights`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        try gateway.write("#!/bin/sh\ngrep Cap /proc/self/status >/run/rights\n", to: "/etc/viaduct/note", mode: 0o755)
        try net.a.writeSpec(net.a.spec() + "hooks: { pre-up: /etc/viaduct/note }\n")
        try await gateway.viaduct("up", "office", "--no-wait").checked()
        let bounding = try await gateway.run("sh", "-c", "grep CapBnd /proc/self/status").dropFirst("CapBnd:".count)
        #expect(try gateway.read("/run/rights").contains("CapEff:" + bounding))
        try await gateway.down("office")
    }

    @Test func `a user with CAP_NET_ADMIN and the socket makes a tunnel, and each thing missing is named`() async throws
    {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        try await net.b.gateway.viaduct("up", "office").checked()
        // The folder of the program under test may be root's alone.
        try await gateway.run("install", "-m", "755", Host.viaductBinary, "/run/viaduct-copy")
        func run(_ arguments: String..., capabilities: String = "+net_admin") async throws -> Outcome {
            let user = ["--reuid", Self.user, "--regid", Self.user, "--clear-groups"]
            let rights = ["--inh-caps", "-all,\(capabilities)", "--ambient-caps", "-all,\(capabilities)"]
            return try await gateway.attempt(["setpriv"] + user + rights + ["/run/viaduct-copy"] + arguments)
        }
        func expectMissing(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let before = try await gateway.dump()
            let outcome = try await run("up", "office")
            #expect(outcome.status == 77, "\(outcome)", sourceLocation: sourceLocation)
            let errors = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("viaduct: ") }
            #expect(errors.count == 1, "\(outcome)", sourceLocation: sourceLocation)
            for word in words {
                #expect(outcome.stderr.contains(word), "\(word) in \(outcome)", sourceLocation: sourceLocation)
            }
            expectEqual(
                before, try await gateway.dump(), "changed by an up that failed", sourceLocation: sourceLocation)
        }
        let bare = try await run("up", "office", capabilities: "-net_admin")
        #expect(bare.status == 77 && bare.stderr.contains("CAP_NET_ADMIN"), "\(bare)")
        try await expectMissing("/run/viaduct", "user \(Self.user) has no right to it", "chown")
        try await gateway.run("install", "-d", "-o", Self.user, "-m", "700", "/run/viaduct")
        try await expectMissing("/etc/viaduct/office.psk", "user \(Self.user)")
        try await gateway.run("chown", Self.user, "/etc/viaduct/office.psk")
        try await gateway.run("chmod", "600", "/run/charon.vici")
        try await expectMissing("/run/charon.vici", "member of the group")
        try await gateway.run("chown", ":\(Self.user)", "/run/charon.vici")
        try await gateway.run("chmod", "660", "/run/charon.vici")
        try await expectMissing("/etc/swanctl/conf.d", "user \(Self.user)")
        try await gateway.run("chown", "-R", Self.user, "/etc/swanctl/conf.d")
        try await gateway.ip("netns add blue")
        try net.a.writeSpec(net.a.spec().replacing("kind: xfrm", with: "kind: xfrm\n  netns: blue"))
        try await gateway.run("chown", Self.user, "/etc/viaduct/office.psk")
        try await expectMissing("CAP_SYS_ADMIN", "blue")

        try net.a.writeSpec()
        try await gateway.run("chown", Self.user, "/etc/viaduct/office.psk")
        let before = try await gateway.dump()
        let made = try await run("up", "office")
        #expect(made.succeeded, "\(made)")
        try await gateway.expectPing(net.b.v4)
        let again = try await run("up", "office")
        #expect(again.succeeded && again.stdout.contains("nothing to do"), "\(again)")
        let status = try await run("status", "office")
        #expect(status.succeeded && status.stdout.contains("up"), "\(status)")
        let unmade = try await run("down", "office")
        #expect(unmade.succeeded, "\(unmade)")
        expectEqual(before, try await gateway.dump(), "left over")
    }
}
