import Foundation
import Glibc
import TestBed
import Testing

/// What `viaduct watch` does about tunnels that somebody or something breaks.
@Suite(.testBed) struct WatchTests {
    /// A watch at the first end of a tunnel that is up.
    struct Watched {
        let net: SiteToSite
        let program: Program
        var gateway: TestBed.Host { net.a.gateway }

        init(_ net: SiteToSite, _ arguments: String...) async throws {
            self.net = net
            program = try net.a.gateway.start([TestBed.Host.viaductBinary, "watch"] + arguments)
            try await program.wrote("follow")
        }

        /// The lines that were said beside that the tunnel is followed.
        var lines: [Substring] { program.stdout.split(separator: "\n").filter { $0 != "office: followed" } }

        func count(_ word: String) -> Int { lines.count { $0.contains(word) } }

        /// Waits until something is said.
        func says(_ word: String) async throws {
            try await gateway.until("“\(word)” is said, but:\n\(program.stdout)") { _ in count(word) > 0 }
        }

        /// Waits until a repair is said, packets pass and nothing is left to repair.
        func isRepaired(_ word: String) async throws {
            try await says(word)
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

    /// A tunnel that is up.
    private func tunnel(_ extra: String = "") async throws -> SiteToSite {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try net.a.writeSpec(net.a.spec() + extra)
        try await net.up()
        return net
    }

    /// Something that a person or a program does to a tunnel.
    enum Drift: String, CaseIterable {
        case link, linkDown, route, rule, address, clock
        case snippet, connections, daemon, states, policies

        /// Whether it is charon's, and not the network's.
        var isCharons: Bool {
            switch self {
            case .link, .linkDown, .route, .rule, .address, .clock: false
            case .snippet, .connections, .daemon, .states, .policies: true
            }
        }

        /// What is said of its repair.
        var word: String {
            switch self {
            case .link: "repaired: link office, address 169.254.7.1/30"
            case .linkDown: "settings of link office"
            case .route: "repaired: fence 10.2.0.0/24"
            case .rule: "repaired: ipv4 rule "
            case .address: "repaired: address 169.254.7.1/30"
            case .clock: "repaired: route 10.2.0.0/24"
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
            case .clock:
                try await gateway.run("date", "-s", "+2 seconds")
                try await gateway.ip("route delete 10.2.0.0/24 dev office")
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

    @Test(arguments: [false, true])
    func `what is taken away comes back, and it is said once`(isCharons: Bool) async throws {
        let net = try await tunnel("rules: [{ to: 10.9.0.0/24, table: 77 }]\n")
        for drift in Drift.allCases where drift.isCharons == isCharons {
            let watched = try await Watched(net)
            try await drift.happens(to: watched.gateway)
            try await watched.isRepaired(drift.word)
            let outcome = await watched.end()
            #expect(outcome.succeeded && outcome.stderr.isEmpty, "\(outcome)")
            #expect(watched.count("repaired: ") == 1, "\(drift): \(outcome)")
        }
        // It leaves the tunnel as it is, and nothing of its own.
        #expect(try await net.a.gateway.viaduct("plan", "office").succeeded)
        try await net.down()
        #expect(try await net.a.gateway.run("ls", "/run").split(separator: "\n").allSatisfy { $0 != "viaduct" })
    }

    @Test func `without charon links and routes are repaired, and the rest when it is back`() async throws {
        let watched = try await Watched(try await tunnel())
        try await watched.gateway.stopCharon()
        try await watched.gateway.ip("link delete office")
        try await watched.says("repaired: link office")
        try await watched.gateway.startCharon()
        try await watched.isRepaired("connection office")
        let outcome = await watched.end()
        #expect(watched.lines.count { $0.hasPrefix("charon does not answer") } == 1, "\(outcome)")
        #expect(watched.lines.count { $0 == "charon answers" } == 1, "\(outcome)")
    }

    @Test func `the underlay goes and comes back, and a tunnel broken meanwhile is repaired`() async throws {
        let net = try await SiteToSite()
        for site in net.sites {
            // Without an address of its own in the spec: it is the one that leads to the peer.
            try site.writeSpec(site.spec().replacing("local: { address: \(site.outer) }\n", with: ""))
        }
        try await net.up()
        let watched = try await Watched(net)
        try await watched.gateway.ip("link delete wan")
        try await watched.gateway.ip("link delete office")
        try await watched.says("no route to the peer")
        try await watched.gateway.connect("wan", to: net.underlay.host, "left")
        try await net.underlay.host.ip("link set left master wire")
        try await watched.gateway.address(["192.0.2.1/24"], on: "wan")
        try await watched.isRepaired("repaired: link office")
        let outcome = await watched.end()
        #expect(watched.count("cannot be repaired") == 1, "\(outcome)")
        #expect(watched.lines.contains("office: is as it was brought up again"), "\(outcome)")
    }

    @Test func `a peer that moved without a word is called where its name leads`() async throws {
        let net = try await SiteToSite()
        let peer = net.b.gateway
        func write(_ address: String) throws {
            try net.a.gateway.write("127.0.0.1 localhost\n\(address) peer.example.test\n", to: "/etc/hosts")
            try net.b.writeSpec(
                net.b.spec().replacing(
                    "local: { address: \(net.b.outer) }", with: "local: { address: \(address), id: peer.example.test }")
            )
        }
        try net.writeSpecs()
        try net.a.writeSpec(
            net.a.spec().replacing(
                "remote: { address: \(net.a.peer) }",
                with: "remote: { address: peer.example.test, id: peer.example.test }"))
        try write(net.b.outer)
        try await net.up()
        let watched = try await Watched(net, "--interval", "1s")
        peer.killCharon()
        try await peer.viaduct("down", "office").checked()
        try await peer.ip(
            "xfrm state flush", "xfrm policy flush", "address delete \(net.b.outer)/24 dev wan",
            "address add 192.0.2.77/24 dev wan")
        try write("192.0.2.77")
        try await peer.startCharon()
        try await peer.viaduct("up", "office").checked()
        try await watched.isRepaired("repaired: SAs of office, as the peer's name leads elsewhere")
        let outcome = await watched.end()
        #expect(watched.count("repaired: ") == 1, "\(outcome)")
    }

    @Test func `what a person takes down stays down, and what is up again is followed again`() async throws {
        let net = try await tunnel()
        let watched = try await Watched(net, "--json")
        try await watched.gateway.viaduct("down", "office").checked()
        try await watched.says("\"event\":\"released\"")
        try await net.b.gateway.viaduct("down", "office").checked()
        #expect(try await !watched.gateway.viaduct("up", "office", "--timeout", "1s").succeeded)
        #expect(try await !watched.gateway.dump()[.link].contains { $0.hasPrefix("office ") })
        try await net.up()
        try await watched.gateway.until("it is followed again") { _ in
            watched.count("\"event\":\"following\"") == 2
        }
        let outcome = await watched.end()
        for line in outcome.stdout.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["format"] as? Int == 1 && object?["time"] is String, "\(line)")
        }
        #expect(!outcome.stdout.contains("\"repaired\""), "\(outcome)")
    }

    @Test func `an edited spec or secret is not applied until up says so`() async throws {
        let net = try await tunnel()
        let watched = try await Watched(net, "--interval", "1s")
        try net.a.writeSpec(net.a.spec(mtu: 1300))
        try await watched.says("was edited")
        try await watched.gateway.ip("link set office mtu 1290")
        let changed = try await watched.gateway.viaduct("up", "office").checked()
        #expect(changed.text.contains("mtu 1300"), "\(changed)")
        try await watched.gateway.ip("link delete office")
        try await watched.isRepaired("repaired: link office")
        #expect(try await watched.gateway.run("ip", "link", "show", "office").contains("mtu 1300"))
        #expect(watched.count("was edited") == 1 && watched.count("repaired: ") == 1, "\(watched.lines)")
        try net.a.writeSpec(net.a.spec(mtu: 1300), secret: "another secret, to be used from tomorrow on")
        try await watched.gateway.until("it is said") { _ in watched.count("was edited") == 2 }
        let outcome = await watched.end()
        #expect(!outcome.text.contains("another secret"))
        let snippet = try watched.gateway.read("/etc/swanctl/conf.d/viaduct-office.conf")
        #expect(snippet.contains("0s" + Data(SiteToSite.secret.utf8).base64EncodedString()))
    }

    @Test func `what is taken away again and again comes back with pauses, and that is said once`() async throws {
        let watched = try await Watched(try await tunnel())
        for count in 1...6 {
            try await watched.gateway.ip("route delete 10.2.0.0/24 dev office")
            try await watched.gateway.until("it is back") { _ in watched.count("repaired: route 10.2.0.0/24") == count }
        }
        let outcome = await watched.end()
        #expect(watched.count("something takes it away") == 1, "\(outcome)")
        #expect(watched.lines.count == 7, "\(outcome)")
    }
}
