import TestBed
import Testing

/// What is run around a tunnel and over it: the administrator's programs, and routing daemons.
@Suite(.testBed) struct HookTests {
    @Test func `hooks have their environment, and their failures have the documented effect`() async throws {
        let net = try await SiteToSite(), gateway = net.a.gateway
        try gateway.write(
            "#!/bin/sh\nenv | sort >>/run/hooks.log\necho \"moment $1\" >>/run/hooks.log\n", to: "/etc/viaduct/note",
            mode: 0o755)
        try net.writeSpecs()
        func write(_ hooks: String) throws {
            try net.a.writeSpec(net.a.spec(id: 1234) + hooks)
        }
        func log() throws -> String { try gateway.has("/run/hooks.log") ? gateway.read("/run/hooks.log") : "" }
        let before = try await net.dumps().map { $0.without(.file) }
        try await net.b.gateway.up("office")

        let moments = ["pre-up", "post-up", "pre-down", "post-down"]
        try write("hooks:\n" + moments.map { "  \($0): [[/etc/viaduct/note, \($0)]]\n" }.joined())
        try await gateway.up("office")
        #expect(
            try log().split(separator: "\n").filter { $0.hasPrefix("moment") } == ["moment pre-up", "moment post-up"])
        for line in ["IF=office", "IF_ID=1234", "IF_ID_IN=1234", "MTU=1446", "PEER=192.0.2.2", "TUNNEL=office"] {
            let seen = try log()
            #expect(seen.split(separator: "\n").filter { $0 == line }.count == 2, "\(line) in \(seen)")
        }
        try await gateway.expectNothingToDo("office")
        #expect(try log().split(separator: "\n").filter { $0.hasPrefix("moment") }.count == 2)
        try await gateway.down("office")
        #expect(
            try log().split(separator: "\n").filter { $0.hasPrefix("moment") }.map { $0.dropFirst(7) }.map(String.init)
                == moments)
        expectEqual(before[0], try await gateway.dump().without(.file), "left over")

        // One that fails before keeps the tunnel down; one that fails after takes it back; one that hangs is killed.
        for (hooks, words) in [
            ("hooks: { pre-up: /bin/false }\n", ["/bin/false", "status 1"]),
            ("hooks: { post-up: /bin/false }\n", ["/bin/false", "status 1"]),
            ("hooks: { pre-up: /no/such/program }\n", ["/no/such/program", "No such file"]),
            ("hooks: { post-up: { run: [/bin/sleep, 500], timeout: 1s } }\n", ["/bin/sleep", "1 s", "killed"]),
        ] {
            try write(hooks)
            let outcome = try await gateway.viaduct("up", "office")
            #expect(outcome.status == 1, "\(outcome)")
            for word in words { #expect(outcome.stderr.contains(word), "\(word) in \(outcome)") }
            expectEqual(before[0], try await gateway.dump().without(.file), "left over after \(hooks)")
        }
        #expect(try await gateway.attempt(["pgrep", "-f", "sleep 500"]).stdout.isEmpty)
        try await net.b.gateway.down("office")
    }

    @Test(arguments: ["xfrm", "vti"])
    func `multicast and link-local packets pass, so that Babel finds its neighbour and tells its routes`(kind: String)
        async throws
    {
        var routing = Routing { net, site in
            site.lines(interface: "kind: \(kind), multicast: true", routes: "[]")
        }
        routing.traffic = { net in
            for (target, source) in [("224.0.0.5", net.a.tunnelAddresses[0]), ("ff02::1%office", "")] {
                // The far end answers to all hosts of the link; to all OSPF routers nobody does, but the packet is seen.
                let seen = try net.b.gateway.start([
                    "tcpdump", "-l", "-n", "-c", "2", "-i", "office", "icmp[0] == 8 or icmp6[0] == 128",
                ])
                try await seen.wrote("listening on")
                _ = try await net.a.gateway.attempt(
                    ["ping", "-n", "-c", "2", "-i", "0.1", "-W", "1", "-I", "office", target], timeout: .seconds(20))
                let outcome = await seen.outcome()
                #expect(outcome.stdout.contains(source.isEmpty ? "> ff02::1:" : "> 224.0.0.5:"), "\(outcome)")
                #expect(outcome.stdout.contains(source.isEmpty ? "fe80::" : "169.254.7.1 >"), "\(outcome)")
            }
        }
        try await routing.live { net in
            for site in net.sites {
                _ = try site.gateway.start([
                    "babeld", "-I", "/run/.testbed/babeld.pid", "-S", "/run/.testbed/babel-state", "-C",
                    "interface office type tunnel hello-interval 1", "-C", "redistribute if lan proto 2 metric 1", "-C",
                    "redistribute local deny", "office",
                ])
            }
            try await net.a.gateway.until("Babel has told the routes") { host in
                let shown = try await host.run("ip", "route", "show") + host.run("ip", "-6", "route", "show")
                return shown.contains("10.2.0.0/24 via") && shown.contains("fd02::/64 via fe80::")
            }
            try await net.b.gateway.until("Babel has told the routes") { host in
                let shown = try await host.run("ip", "route", "show") + host.run("ip", "-6", "route", "show")
                return shown.contains("10.1.0.0/24 via") && shown.contains("fd01::/64 via fe80::")
            }
            try await net.expectPings()
            for site in net.sites {
                try await site.gateway.run("sh", "-c", "kill $(cat /run/.testbed/babeld.pid)")
                try await site.gateway.until("Babel has ended") { try $0.has("/run/.testbed/babeld.pid") == false }
            }
        }
    }
}
