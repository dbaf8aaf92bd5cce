import TestBed
import Testing

/// A VTI needs a charon that installs no routes of its own: that it may is found out, said and refused.
@Suite(.testBed) struct VTIDetectionTests {
    /// Settings of charon, by what stands in its files.
    struct Settings: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// In place of the line `install_routes = no` of the bed's strongswan.conf.
        var line = ""
        /// Behind all sections of that file.
        var end = ""
        /// The file that `end` may include.
        var included = ""
        /// What the refusal says; nil when `up` does its work.
        var words: String?
    }

    static let main = "/etc/strongswan.conf", included = "/etc/swanctl/settings.conf"

    static let settings = [
        Settings(
            testDescription: "on by default",
            words: "install_routes = no in section charon of \(main) (line 1) (now yes by default)"),
        Settings(
            testDescription: "on in the file", line: "install_routes = yes",
            words: "install_routes = no in place of \(main):3, in section charon (now yes)"),
        Settings(
            testDescription: "on in an included file", line: "install_routes = no", end: "include \(included)",
            included: "charon {\n\n  install_routes = 1\n}",
            words: "install_routes = no in place of \(included):3, in section charon (now yes)"),
        Settings(
            testDescription: "on in the daemon's own section", line: "install_routes = no",
            end: "include \(included)", included: "charon-systemd {\n  install_routes = yes\n}",
            words: "install_routes = no in place of \(included):2, in section charon-systemd (now yes)"),
        Settings(testDescription: "off", line: "install_routes = no"),
        Settings(
            testDescription: "off in an included file", end: "include \(included)",
            included: "charon {\n  install_routes = no\n}"),
        Settings(
            testDescription: "off in the daemon's own section", line: "install_routes = yes",
            end: "charon-systemd {\n  install_routes = no\n}"),
    ]

    /// A gateway without a peer that answers, where `up` does not wait for one.
    private func gateway(line: String, end: String = "", included: String = "") async throws -> Host {
        let host = try await Host("a")
        try await host.ip("link add wan type dummy", "link set wan up")
        try await host.address(["192.0.2.1/24"], on: "wan")
        try write(line: line, end: end, included: included, to: host)
        try await host.startCharon()
        try host.write(
            """
            local: 192.0.2.1
            remote: 192.0.2.2
            psk: { file: office.psk }
            start: listen
            interface: { kind: vti }
            routes: [10.2.0.0/24]

            """, to: "/etc/viaduct/office.yaml")
        try host.write("secret\n", to: "/etc/viaduct/office.psk", mode: 0o600)
        return host
    }

    private func write(line: String, end: String = "", included: String = "", to host: Host) throws {
        // What a host has at first says no in the third line.
        let lines = try host.read(Self.main).split(separator: "\n", omittingEmptySubsequences: false)
        try #require(lines[2].contains("install_routes"))
        let text = (lines[..<2] + ["  \(line)"] + lines[3...]).joined(separator: "\n")
        try host.write(text + end + "\n", to: Self.main)
        if !included.isEmpty { try host.write(included + "\n", to: Self.included) }
    }

    private func expectRefusal(on host: Host, mentioning words: String, _ location: SourceLocation = #_sourceLocation)
        async throws
    {
        let before = try await host.dump()
        let outcome = try await host.viaduct("up", "office")
        #expect(outcome.status == 1, "\(outcome)", sourceLocation: location)
        #expect(outcome.steps.isEmpty, "\(outcome)", sourceLocation: location)
        #expect(outcome.stderr.contains(words), "\(words) in: \(outcome)", sourceLocation: location)
        #expect(outcome.stderr.contains("systemctl restart strongswan"), sourceLocation: location)
        expectEqual(before, try await host.dump(), "changed by a refused up", sourceLocation: location)
    }

    private func expectLife(on host: Host) async throws {
        let before = try await host.dump()
        try await host.viaduct("up", "office").checked()
        #expect(try await host.dump()[.link].contains { $0.contains("office") && $0.contains("vti") })
        try await host.viaduct("down", "office").checked()
        expectEqual(before, try await host.dump(), "left over")
    }

    @Test(arguments: settings) func `install_routes counts as charon takes it`(settings: Settings) async throws {
        let host = try await gateway(line: settings.line, end: settings.end, included: settings.included)
        guard let words = settings.words else { return try await expectLife(on: host) }
        try await expectRefusal(on: host, mentioning: words)
        // An XFRM interface's policies bear an if_id, for which charon installs none.
        let spec = try host.read("/etc/viaduct/office.yaml")
        try host.write(spec.replacing("kind: vti", with: "kind: xfrm"), to: "/etc/viaduct/office.yaml")
        try await host.viaduct("up", "office").checked()
        try await host.viaduct("down", "office").checked()
    }

    @Test func `the line that is named takes effect when charon is restarted, which is said until then`() async throws {
        let host = try await gateway(line: "install_routes = yes")
        try await expectRefusal(on: host, mentioning: "in place of \(Self.main):3")
        // charon reads its files in the first second.
        try await host.run("sleep", "1.5")
        try write(line: "install_routes = no", to: host)
        let unread = "\(Self.main) was changed after charon had started"
        try await expectRefusal(on: host, mentioning: unread)
        try await host.run("swanctl", "--reload-settings")
        try await expectRefusal(on: host, mentioning: unread)
        try await host.stopCharon()
        try await host.startCharon()
        try await expectLife(on: host)
    }

    @Test func `charon's routes show what it does, whatever stands in its file`() async throws {
        let net = try await SiteToSite(charon: false)
        let gateway = net.a.gateway
        try write(line: "install_routes = yes", to: gateway)
        for site in net.sites { try await site.gateway.startCharon() }
        for (site, other) in [(net.a, net.b), (net.b, net.a)] {
            let text = site.swanctl(ifID: 0).replacing("0.0.0.0/0, ::/0", with: "\(site.networks[0])")
                .replacing("remote_ts = \(site.networks[0])", with: "remote_ts = \(other.networks[0])")
                .replacing("if_id_in = 0", with: "").replacing("if_id_out = 0", with: "")
            try site.gateway.write(text, to: "/etc/swanctl/conf.d/plain.conf", mode: 0o600)
            try await site.gateway.loadAll()
        }
        try await gateway.run("swanctl", "--initiate", "--child", "office")
        try write(line: "install_routes = no", to: gateway)
        try net.a.writeSpec(net.a.spec().replacing("kind: xfrm", with: "kind: vti"))
        let named = try gateway.read("/etc/viaduct/office.yaml")
        try gateway.write(named, to: "/etc/viaduct/branch.yaml")
        let outcome = try await gateway.viaduct("up", "branch")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(
            outcome.stderr.contains("it has put 10.2.0.0/24 into table 220 although \(Self.main):3 says no"),
            "\(outcome)")
    }

    @Test func `a VTI that is up is left alone when the file is written anew`() async throws {
        try await Routing { _, site in site.lines(interface: "kind: vti") }.live { net in
            try await net.a.gateway.run("sleep", "1.5")
            try write(line: "install_routes = no", to: net.a.gateway)
            let again = try await net.a.gateway.viaduct("up", "office").checked()
            #expect(again.stdout.contains("nothing to do"), "\(again)")
        }
    }

    // MARK: - Plugins

    /// Gives the charons of both gateways more plugins.
    private func load(plugins: String, at net: SiteToSite) async throws {
        for site in net.sites {
            let text = try site.gateway.read(Self.main)
            try site.gateway.write(text.replacing("vici updown", with: "vici updown \(plugins)"), to: Self.main)
            try await site.gateway.stopCharon()
            try await site.gateway.startCharon()
        }
    }

    @Test func `connmark leaves a VTI alone unless charon may hand out its mark`() async throws {
        let routing = Routing(prepare: { try await load(plugins: "connmark", at: $0) }) { _, site in
            site.lines(interface: "kind: vti, id: 0x2a00")
        }
        try await routing.live { net in
            let gateway = net.a.gateway
            let stats = try await gateway.run("swanctl", "--stats")
            try #require(stats.contains("connmark"))
            let rules = try await gateway.run("nft", "list", "ruleset")
            #expect(rules.isEmpty)

            let spec = try gateway.read("/etc/viaduct/office.yaml")
            try net.a.writeSpec(spec.replacing("id: 0x2a00", with: "id: 42"))
            let plan = try await gateway.viaduct("plan", "office", "--json")
            #expect(plan.stderr.contains("viaduct: office: warning: charon's plugin connmark"), "\(plan)")
            #expect(plan.stderr.contains("mark 42"), "\(plan)")
            #expect(plan.stdout.contains("\"charon's plugin connmark"), "\(plan)")
            try net.a.writeSpec(spec)
        }
    }

    @Test func `bypass-lan drops what stays in the tunnel's own network; the remedy it is said with helps`()
        async throws
    {
        let net = try await SiteToSite()
        try await load(plugins: "bypass-lan", at: net)
        for site in net.sites {
            try site.writeSpec("psk: { file: office.psk }\nstart: \(site.start)\n" + site.lines(interface: "kind: vti"))
        }
        try await net.b.gateway.viaduct("up", "office").checked()
        let up = try await net.a.gateway.viaduct("up", "office").checked()
        for network in ["169.254.7.0/30", "fd00:7::/64"] {
            #expect(up.stderr.contains("warning: charon's plugin bypass-lan takes \(network) on office"), "\(up)")
        }
        let line = "interfaces_ignore = office"
        #expect(up.stderr.contains("charon { plugins { bypass-lan { \(line) } } } in \(Self.main)"), "\(up)")
        try await net.a.gateway.until("the plugin knows the link") { host in
            try await host.run("ip", "xfrm", "policy").contains("src 169.254.7.0/30 dst 169.254.7.0/30")
        }
        #expect(try await net.a.gateway.ping("169.254.7.2", count: 2).received == 0)
        // What goes from one network to another passes.
        #expect(try await net.a.gateway.ping(net.b.v4, count: 2, source: net.a.v4).received == 2)

        for site in net.sites.reversed() {
            let text = try site.gateway.read(Self.main)
            try site.gateway.write(text + "charon { plugins { bypass-lan { \(line) } } }\n", to: Self.main)
            try await site.gateway.viaduct("down", "office").checked()
            try await site.gateway.stopCharon()
            try await site.gateway.startCharon()
        }
        for site in net.sites.reversed() {
            let outcome = try await site.gateway.viaduct("up", "office").checked()
            #expect(!outcome.stderr.contains("bypass-lan"), "\(outcome)")
        }
        for address in ["169.254.7.2", "fd00:7::2"] {
            #expect(try await net.a.gateway.ping(address, count: 2).received == 2)
        }
        try await net.down()
    }
}
