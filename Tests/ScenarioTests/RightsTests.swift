import TestBed
import Testing

/// What the program may do is what it uses.
@Suite(.testBed) struct RightsTests {
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
}
