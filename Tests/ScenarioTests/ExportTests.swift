import Glibc
import TestBed
import Testing

private let networkd = "/lib/systemd/systemd-networkd"

/// The tunnel is made by other managers from what `export` has written, and is the one that `up` makes.
@Suite(.testBed) struct ExportTests {
    @Test func `ip -batch and swanctl make what up makes`() async throws {
        let net = try await Self.ready()
        let up = try await Self.upAndDown(net)
        let ours = net.a.gateway
        let batch = try await ours.viaduct("export", "ip-batch", "office").checked().stdout
        try await ours.run("ip", "-batch", "-", input: batch)
        try await Self.loadConnection(net)
        try await net.expectPings()
        let dump = try await ours.dump()
        for section in [Dump.Section.link, .address, .route, .rule, .policy] {
            expectEqual(up.only(section), dump.only(section), "done (-) and exported (+)")
        }
    }

    /// Two sites, the other end of which is up.
    fileprivate static func ready() async throws -> SiteToSite {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.b.gateway.up("office")
        return net
    }

    /// What the gateway is like while viaduct has the tunnel up; it is down afterwards.
    fileprivate static func upAndDown(_ net: SiteToSite) async throws -> Dump {
        try await net.a.gateway.up("office")
        let up = try await net.a.gateway.dump()
        try await net.a.gateway.down("office")
        return up
    }

    /// Loads the exported connection into charon.
    fileprivate static func loadConnection(_ net: SiteToSite) async throws {
        let ours = net.a.gateway
        try await ours.viaduct("export", "swanctl", "office", "--output", "/run/swanctl", "--with-secrets").checked()
        try ours.write(try ours.read("/run/swanctl/office.conf"), to: "/etc/swanctl/conf.d/office.conf", mode: 0o600)
        try await ours.loadAll()
        try await ours.until("the SA is there") { try await $0.childSAs().contains { $0.state == "INSTALLED" } }
    }
}

/// The same with systemd-networkd, as a suite of its own for `make test` to leave out: it takes more than a minute.
@Suite(.testBed) struct NetworkdExportTests {
    @Test(.enabled("systemd-networkd is not there") { access(networkd, X_OK) == 0 })
    func `networkd and swanctl make the link, addresses, routes and rules that up makes`() async throws {
        let net = try await ExportTests.ready()
        let up = try await ExportTests.upAndDown(net)
        let ours = net.a.gateway
        try await ours.run("mkdir", "-p", "/run/systemd")
        let exported = try await ours.viaduct("export", "networkd", "office").checked().stdout
        try await ours.viaduct("export", "networkd", "office", "--output", "/run/systemd/network").checked()
        // Without udev networkd takes links as they are, where /sys is read-only.
        let script = """
            mount -o remount,bind,ro /sys
            chmod 755 /run/systemd /run/systemd/network
            chmod 644 /run/systemd/network/*
            mkdir -p /run/systemd/netif
            exec \(networkd)
            """
        let daemon = try ours.start(
            ["unshare", "--mount", "sh", "-ec", script], environment: ["SYSTEMD_LOG_LEVEL": "debug"])
        try await ours.until("networkd has made the link and its routes") { host in
            let routes = try await host.attempt(["ip", "route", "show", "dev", "office", "proto", "222"])
            guard daemon.isRunning else { throw TestBedError("\(await daemon.outcome())") }
            return routes.stdout.contains("10.2.0.0/24")
        }
        try await ExportTests.loadConnection(net)
        try await net.expectPings()
        let dump = try await ours.dump()
        #expect(try await ours.viaduct("export", "networkd", "office").checked().stdout == exported)
        for section in [Dump.Section.address, .route, .rule, .policy] {
            expectEqual(up.only(section), dump.only(section), "done (-) and exported (+)")
        }
        daemon.send(signal: SIGTERM)
    }
}
