import Foundation
import Glibc
import TestBed
import Testing

/// What `viaduct watch` does about tunnels that somebody or something breaks.
@Suite(.testBed) struct WatchTests {
    /// A tunnel that is up, with a watch at its first end.
    struct Watched {
        let net: SiteToSite
        let program: Program
        var gateway: TestBed.Host { net.a.gateway }

        /// - Parameter specs: what writes the specs.
        init(_ arguments: String..., specs: (SiteToSite) throws -> Void = { try $0.writeSpecs() }) async throws {
            net = try await SiteToSite()
            try specs(net)
            try await net.up()
            program = try net.a.gateway.start([TestBed.Host.viaductBinary, "watch"] + arguments)
            try await program.wrote("office: followed")
        }

        /// The lines that were said beside that the tunnel is followed.
        var lines: [Substring] { program.stdout.split(separator: "\n").filter { $0 != "office: followed" } }

        /// Waits until packets pass and nothing is left to repair.
        func isRepaired(_ word: String, from count: Int = 0) async throws {
            try await gateway.until("“\(word)” is said") { _ in lines.dropFirst(count).contains { $0.contains(word) } }
            try await gateway.until("the plan is empty") { try await $0.viaduct("plan", "office").succeeded }
            try await gateway.until("packets pass") { gateway in
                try await gateway.ping(net.b.v4, count: 1, source: net.a.v4, patience: 1).received == 1
            }
        }

        /// Ends the watch, and returns all that it said.
        func end() async -> Outcome {
            program.send(signal: SIGTERM)
            return await program.outcome()
        }
    }

    /// Something that a person or a program does to a tunnel.
    enum Drift: String, CaseIterable {
        case link, linkDown, route, rule, address, snippet, connections, daemon, states, policies

        var spec: String { self == .rule ? "rules: [{ to: 10.9.0.0/24, table: 77 }]\n" : "" }

        /// What is said of its repair.
        var word: String {
            switch self {
            case .link: "repaired: link office, address 169.254.7.1/30"
            case .linkDown: "repaired: settings of link office"
            case .route: "repaired: fence 10.2.0.0/24"
            case .rule: "repaired: ipv4 rule "
            case .address: "repaired: address 169.254.7.1/30"
            case .snippet: "/etc/swanctl/conf.d/viaduct-office.conf"
            case .connections, .daemon: "connection office"
            case .states, .policies: "repaired: SAs of office, as the kernel no longer had them"
            }
        }

        func happens(to gateway: TestBed.Host) async throws {
            switch self {
            case .link: try await gateway.ip("link delete office")
            case .linkDown: try await gateway.ip("link set office down")
            case .route:
                try await gateway.run("ip", "-4", "route", "flush", "proto", "222")
                try await gateway.run("ip", "-6", "route", "flush", "proto", "222")
            case .rule: try await gateway.ip("rule delete to 10.9.0.0/24 table 77")
            case .address: try await gateway.ip("address delete 169.254.7.1/30 dev office")
            case .snippet: try gateway.delete("/etc/swanctl/conf.d/viaduct-office.conf")
            case .connections: try await gateway.run("swanctl", "--load-conns", "--file", "/dev/null")
            case .daemon:
                gateway.killCharon()
                try await gateway.startCharon()
            case .states: try await gateway.ip("xfrm state flush")
            case .policies: try await gateway.ip("xfrm policy flush")
            }
        }
    }

    @Test(arguments: Drift.allCases) func `what is taken away comes back, and it is said once`(drift: Drift)
        async throws
    {
        let watched = try await Watched { net in
            for site in net.sites { try site.writeSpec(site.spec() + drift.spec) }
        }
        try await drift.happens(to: watched.gateway)
        try await watched.isRepaired(drift.word)
        let outcome = await watched.end()
        #expect(outcome.succeeded, "\(outcome)")
        #expect(watched.lines.count { $0.contains("repaired: ") } == 1, "\(outcome)")
        // It leaves the tunnel as it is, and nothing of its own.
        #expect(try await watched.gateway.viaduct("plan", "office").succeeded)
        try await watched.net.down()
    }

    @Test func `the underlay goes and comes back, and a tunnel broken meanwhile is repaired`() async throws {
        let watched = try await Watched { net in
            // Without an address of its own in the spec: it is the one that leads to the peer.
            for site in net.sites {
                try site.writeSpec(site.spec().replacing("local: { address: \(site.outer) }\n", with: ""))
            }
        }
        let gateway = watched.gateway
        try await gateway.ip("link delete wan")
        try await gateway.ip("link delete office")
        try await gateway.until("it is said") { _ in watched.lines.contains { $0.contains("no route to the peer") } }
        try await gateway.connect("wan", to: watched.net.underlay.host, "left")
        try await watched.net.underlay.host.ip("link set left master wire")
        try await gateway.address(["192.0.2.1/24"], on: "wan")
        try await watched.isRepaired("repaired: link office")
        let outcome = await watched.end()
        #expect(watched.lines.count { $0.contains("cannot be repaired") } == 1, "\(outcome)")
        #expect(watched.lines.contains("office: is as it was brought up again"), "\(outcome)")
    }

    @Test func `without charon links and routes are repaired, and the rest when it is back`() async throws {
        let watched = try await Watched()
        try await watched.gateway.stopCharon()
        try await watched.gateway.ip("link delete office")
        try await watched.gateway.until("the link is back") { _ in
            watched.lines.contains { $0.contains("repaired: link office") }
        }
        try await watched.gateway.startCharon()
        try await watched.isRepaired("connection office")
        let outcome = await watched.end()
        #expect(watched.lines.count { $0.hasPrefix("charon does not answer") } == 1, "\(outcome)")
        #expect(watched.lines.count { $0 == "charon answers" } == 1, "\(outcome)")
    }

    @Test func `the clock is set: it looks, and all stays as it is`() async throws {
        let watched = try await Watched()
        try await watched.gateway.run("date", "-s", "+2 seconds")
        try await watched.gateway.ip("route delete 10.2.0.0/24 dev office")
        try await watched.isRepaired("repaired: route 10.2.0.0/24")
        let outcome = await watched.end()
        #expect(watched.lines.count == 1, "\(outcome)")
    }

    @Test func `what a person takes down stays down, and what is up again is followed again`() async throws {
        let watched = try await Watched("--json")
        try await watched.gateway.viaduct("down", "office").checked()
        try await watched.program.wrote("\"event\":\"released\"")
        #expect(try await !watched.gateway.dump()[.link].contains { $0.hasPrefix("office ") })
        try await watched.gateway.viaduct("up", "office").checked()
        try await watched.gateway.until("it is followed again") { _ in
            watched.lines.count { $0.contains("\"event\":\"following\"") } == 2
        }
        let outcome = await watched.end()
        for line in outcome.stdout.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["format"] as? Int == 1 && object?["time"] is String, "\(line)")
        }
        #expect(!outcome.stdout.contains("\"repaired\""), "\(outcome)")
    }

    @Test func `an edited spec is not applied, nor undone, until up says so`() async throws {
        let watched = try await Watched("--interval", "1s")
        let site = watched.net.a
        try site.writeSpec(site.spec(mtu: 1300))
        try await watched.program.wrote("was edited")
        try await watched.gateway.ip("link set office mtu 1290")
        let changed = try await watched.gateway.viaduct("up", "office").checked()
        #expect(changed.text.contains("mtu 1300"), "\(changed)")
        try await watched.gateway.ip("link delete office")
        try await watched.isRepaired("repaired: link office")
        #expect(try await watched.gateway.run("ip", "link", "show", "office").contains("mtu 1300"))
        let outcome = await watched.end()
        #expect(watched.lines.count { $0.contains("was edited") } == 1, "\(outcome)")
        #expect(watched.lines.count { $0.contains("repaired: ") } == 1, "\(outcome)")
    }

    @Test func `a secret that was changed is not handed to charon, and a failed up is left alone`() async throws {
        let watched = try await Watched("--interval", "1s")
        try watched.net.a.writeSpec(secret: "another secret, to be used from tomorrow on")
        try await watched.program.wrote("was edited")
        try watched.net.a.writeSpec()
        try await watched.gateway.viaduct("down", "office").checked()
        try await watched.net.b.gateway.viaduct("down", "office").checked()
        try await watched.program.wrote("taken down")
        #expect(try await !watched.gateway.viaduct("up", "office", "--timeout", "1s").succeeded)
        let outcome = await watched.end()
        #expect(!outcome.text.contains("another secret"))
        #expect(watched.lines.count == 2, "\(outcome)")
        #expect(try await !watched.gateway.dump()[.link].contains { $0.hasPrefix("office ") })
    }

    @Test func `what is taken away again and again comes back with pauses, and that is said once`() async throws {
        let watched = try await Watched()
        for count in 1...5 {
            try await watched.gateway.ip("route delete 10.2.0.0/24 dev office")
            try await watched.gateway.until("it is back") { _ in
                watched.lines.count { $0.contains("repaired: route 10.2.0.0/24") } == count
            }
        }
        try await watched.program.wrote("something takes it away")
        try await watched.gateway.ip("route delete 10.2.0.0/24 dev office")
        try await watched.gateway.until("it is back") { _ in
            watched.lines.count { $0.contains("repaired: route 10.2.0.0/24") } == 6
        }
        let outcome = await watched.end()
        #expect(watched.lines.count == 7, "\(outcome)")
    }
}
