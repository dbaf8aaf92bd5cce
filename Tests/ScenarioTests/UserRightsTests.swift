import TestBed
import Testing

/// A user other than root needs what is documented, and no more.
@Suite(.testBed) struct UserRightsTests {
    /// A user that owns nothing on the machine.
    private static let user = "65534"

    @Test func `a user with CAP_NET_ADMIN and the socket makes a tunnel, and each thing missing is named`() async throws
    {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try net.writeSpecs()
        try await net.b.gateway.viaduct("up", "office").checked()
        // The folder of the program under test may be root's alone; what lies here is in no dump.
        try await gateway.run("install", "-m", "755", Host.viaductBinary, "/run/.testbed/viaduct")
        func run(_ arguments: String..., capabilities: String = "+net_admin") async throws -> Outcome {
            let user = ["--reuid", Self.user, "--regid", Self.user, "--clear-groups"]
            let rights = ["--inh-caps", "-all,\(capabilities)", "--ambient-caps", "-all,\(capabilities)"]
            return try await gateway.attempt(["setpriv"] + user + rights + ["/run/.testbed/viaduct"] + arguments)
        }
        func expectMissing(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let outcome = try await run("up", "office")
            #expect(outcome.status == 77, "\(outcome)", sourceLocation: sourceLocation)
            let errors = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("viaduct: ") }
            #expect(errors.count == 1, "\(outcome)", sourceLocation: sourceLocation)
            for word in words {
                #expect(outcome.stderr.contains(word), "\(word) in \(outcome)", sourceLocation: sourceLocation)
            }
        }
        let start = try await gateway.dump().without(.file)
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
        expectEqual(start, before.without(.file), "changed by an up that failed")
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
