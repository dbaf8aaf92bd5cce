import class Foundation.JSONSerialization
import struct Foundation.Data
import Glibc
import TestBed
import Testing

/// Several viaducts at once, of the same and of different tunnels, and others who change the machine meanwhile.
@Suite(.testBed) struct ConcurrencyTests {
    private static let names = ["depot", "lab", "office", "shop"]

    /// Writes four tunnels at both ends, which share forwarding and a rule.
    private func writeSpecs(_ net: SiteToSite) throws {
        for (number, name) in Self.names.enumerated() {
            for site in net.sites {
                let (own, other) = site.start == "up" ? ("a", "b") : ("b", "a")
                let spec = """
                    local: { address: \(site.outer), id: \(own)-\(name) }
                    remote: { address: \(site.peer), id: \(other)-\(name) }
                    psk: { file: office.psk }
                    interface: { addresses: [169.254.\(number).\(own == "a" ? 1 : 2)/30] }
                    routes: [{ to: 10.9.\(number).0/24, table: 100 }]
                    rules: [{ fwmark: 9, table: 100, priority: 5210 }]
                    forwarding: true
                    esp: { proposals: [aes256gcm16-ecp384] }
                    start: \(site.start)

                    """
                try site.gateway.write(spec, to: "/etc/viaduct/\(name).yaml")
            }
        }
        for site in net.sites {
            try site.gateway.write("\(SiteToSite.secret)\n", to: "/etc/viaduct/office.psk", mode: 0o600)
        }
    }

    /// Starts commands at the same moment, and waits for the ends of all.
    private func atOnce(_ commands: [[String]], on host: Host) async throws -> [Outcome] {
        let programs = try commands.map { try host.start([Host.viaductBinary] + $0) }
        var outcomes: [Outcome] = []
        for program in programs { outcomes.append(await program.outcome()) }
        return outcomes
    }

    @Test func `sixteen commands at once end in a right state, and what tunnels share goes with the last`() async throws
    {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        let before = try await gateway.dump()
        try writeSpecs(net)
        for outcome in try await atOnce(Self.names.map { ["up", $0] }, on: net.b.gateway) { try outcome.checked() }

        var dice = Dice(seed: 1)
        let commands = (0..<16).map { number in
            let name = Self.names[number % 4]
            return switch dice.next() % 4 {
            case 0: ["down", name]
            case 1: ["status", "--json"]
            default: ["up", name]
            }
        }
        for outcome in try await atOnce(commands, on: gateway) {
            #expect(outcome.status == 0, "\(outcome)")
            if outcome.arguments.contains("status") {
                _ = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
            }
        }
        // Each tunnel is all there or not there at all.
        for name in Self.names {
            let isThere = try await gateway.dump()[.link].contains { $0.hasPrefix("\(name) ") }
            let plan = try await gateway.viaduct("plan", name)
            #expect(plan.status == (isThere ? 0 : 2), "\(plan)")
            if !isThere { #expect(plan.stdout.contains("ip link add"), "\(plan)") }
        }

        for outcome in try await atOnce(Self.names.map { ["up", $0] }, on: gateway) { try outcome.checked() }
        for (number, name) in Self.names.enumerated() {
            #expect(try await gateway.viaduct("plan", name).status == 0)
            let ping = try await gateway.ping("169.254.\(number).2", count: 2)
            #expect(ping.received == 2, "\(name): \(ping)")
        }
        #expect(try await gateway.run("ip", "rule", "show", "priority", "5210").split(separator: "\n").count == 1)

        // All but one at once: what is shared stays for that one.
        for outcome in try await atOnce(Self.names.dropLast().map { ["down", $0] }, on: gateway) {
            try outcome.checked()
        }
        #expect(try await gateway.viaduct("plan", "shop").status == 0)
        #expect(try await gateway.run("ip", "rule", "show", "priority", "5210").contains("fwmark 0x9"))
        for outcome in try await atOnce(Array(repeating: ["down", "shop"], count: 3), on: gateway) {
            try outcome.checked()
        }
        for name in Self.names { try gateway.delete("/etc/viaduct/\(name).yaml") }
        try gateway.delete("/etc/viaduct/office.psk")
        expectEqual(before, try await gateway.dump(), "left over")
    }

    @Test func `a tunnel that fails leaves forwarding to one that came up while it waited`() async throws {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        try writeSpecs(net)
        try await net.b.gateway.viaduct("up", "lab").checked()
        // Nobody answers for the depot.
        let waiting = try gateway.start([Host.viaductBinary, "up", "depot", "--timeout", "60s"])
        try await waiting.wrote("until swanctl")
        try await gateway.viaduct("up", "lab").checked()
        waiting.send(signal: SIGINT)
        let outcome = await waiting.outcome()
        #expect(outcome.status == 1, "\(outcome)")
        #expect(!outcome.stderr.contains("left behind"), "\(outcome)")
        #expect(try await gateway.viaduct("plan", "lab").status == 0)
        #expect(try await gateway.run("sysctl", "-n", "net.ipv4.ip_forward").hasPrefix("1"))
        try await gateway.viaduct("down", "lab").checked()
        #expect(try await gateway.run("sysctl", "-n", "net.ipv4.ip_forward").hasPrefix("0"))
    }

    @Test func `who waits for another viaduct says so, and a signal ends the waiting`() async throws {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        try net.writeSpecs()
        let before = try await gateway.dump()
        try await net.b.gateway.stopCharon()
        let first = try gateway.start([Host.viaductBinary, "up", "office", "--timeout", "60s"])
        try await first.wrote("until swanctl")
        let second = try gateway.start([Host.viaductBinary, "down", "office"])
        try await second.wrote("waiting for another viaduct")
        second.send(signal: SIGTERM)
        #expect(await second.outcome().status == 1)
        #expect(first.isRunning)
        // A process that was killed holds nothing.
        first.send(signal: SIGKILL)
        _ = await first.outcome()
        let third = try await gateway.viaduct("down", "office").checked()
        #expect(!third.stderr.contains("waiting"), "\(third)")
        expectEqual(before, try await gateway.dump(), "left over")
    }

    /// What somebody else does while `up` waits for its SAs.
    enum Change: String, CaseIterable {
        case linkDeleted, linkReplaced, routeReplaced, connectionsReloaded, charonKilled
    }

    @Test(arguments: Change.allCases)
    func `what others change while up waits ends in a clear result`(change: Change) async throws {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        try net.writeSpecs()
        let before = try await gateway.dump()
        try await net.b.gateway.viaduct("up", "office").checked()
        try await net.b.gateway.ip("link set wan down")
        let program = try gateway.start([Host.viaductBinary, "up", "office", "--timeout", "60s"])
        try await program.wrote("until swanctl")
        switch change {
        case .linkDeleted: try await gateway.ip("link delete office")
        case .linkReplaced: try await gateway.ip("link delete office", "link add office type dummy")
        case .routeReplaced: try await gateway.ip("route replace 10.2.0.0/24 dev lan")
        case .connectionsReloaded: try await gateway.loadAll()
        case .charonKilled: gateway.killCharon()
        }
        try await net.b.gateway.ip("link set wan up")
        let outcome = await program.outcome()
        switch change {
        case .linkDeleted, .connectionsReloaded:
            #expect(outcome.status == 0, "\(outcome)")
            #expect(try await gateway.viaduct("plan", "office").status == 0)
            for (path, result) in try await net.pingAll(count: 3) {
                #expect(result.received == 3, "\(path): \(result)")
            }
            try await gateway.viaduct("down", "office").checked()
        case .linkReplaced:
            #expect(outcome.status == 1 && outcome.stderr.contains("is not this tunnel's"), "\(outcome)")
            #expect(try await gateway.run("ip", "-d", "link", "show", "office").contains("dummy"))
            try await gateway.ip("link delete office")
        case .routeReplaced:
            #expect(outcome.status == 1 && outcome.stderr.contains("10.2.0.0/24 is routed already"), "\(outcome)")
            try await gateway.ip("route delete 10.2.0.0/24 dev lan")
        case .charonKilled:
            #expect(outcome.status == 69 && outcome.stderr.contains("charon closed the connection"), "\(outcome)")
            try await gateway.startCharon()
        }
        #expect(!outcome.stderr.contains("left behind"), "\(outcome)")
        expectEqual(before, try await gateway.dump(), "left over")
    }
}
