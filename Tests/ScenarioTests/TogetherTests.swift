import TestBed
import Testing

/// Several tunnels in one command: one look, batches, and a tunnel that fails is undone alone.
@Suite(.testBed) struct TogetherTests {
    private static let names = ["attic", "depot", "lab", "office"]

    /// So many that a charon would turn some away, if all called at the same moment.
    private static let tenants = (0..<12).map { "tenant\($0)" }

    private func spec(_ number: Int, _ name: String, at site: SiteToSite.Site, route: String? = nil) -> String {
        let (own, other) = site.start == "up" ? ("a", "b") : ("b", "a"), (end, peer) = own == "a" ? (1, 2) : (2, 1)
        return """
            local: { address: \(site.outer), id: \(own)-\(name) }
            remote: { address: \(site.peer), id: \(other)-\(name) }
            psk: { file: \(name).psk }
            interface: { addresses: [169.254.\(number).\(end)/30, "fd00:\(number)::\(end)/64"] }
            routes: [\(route ?? "10.\(60 + number + 10 * peer).0.0/16"), "fd\(number):\(peer)::/64"]
            rules: [{ fwmark: 9, table: 100, priority: 5210 }]
            forwarding: true
            esp: { proposals: [aes256gcm16-ecp384] }
            start: \(site.start)

            """
    }

    private func writeSpecs(_ net: SiteToSite, of names: [String] = Self.names) throws {
        for (number, name) in names.enumerated() {
            for site in net.sites {
                try site.gateway.write(spec(number, name, at: site), to: "/etc/viaduct/\(name).yaml")
                try site.gateway.write("\(SiteToSite.secret) \(name)\n", to: "/etc/viaduct/\(name).psk", mode: 0o600)
            }
        }
    }

    private func expectPings(_ net: SiteToSite, _ numbers: [Int]) async throws {
        for number in numbers {
            for target in ["169.254.\(number).2", "fd00:\(number)::2"] {
                let result = try await net.a.gateway.ping(target, count: 2)
                #expect(result.received > 0, "\(target)")
            }
        }
    }

    @Test func `a tunnel of many routes is taken back as a whole, comes up, and goes`() async throws {
        let net = try await SiteToSite()
        let gateway = net.a.gateway
        let routes = (0..<150).map { "10.90.\($0).0/24, \"fd90:\($0)::/32\"" }.joined(separator: ", ")
        try net.a.writeSpec(
            "psk: { file: office.psk }\nstart: up\n" + net.a.lines(interface: "id: 42", routes: "[\(routes)]"))
        let before = try await gateway.dump()
        let silent = try await gateway.viaduct("up", "office", "--timeout", "2s")
        #expect(silent.status == 1, "\(silent)")
        expectEqual(before, try await gateway.dump(), "left over by an up that failed")
        try await gateway.viaduct("up", "office", "--no-ike").checked()
        let there = try await gateway.dump()[.route].filter { $0.contains("dev=office") && $0.contains("protocol=222") }
        #expect(Set(there).count == 300, "\(there)")
        let again = try await gateway.viaduct("up", "office", "--no-ike").checked()
        #expect(again.steps.isEmpty, "\(again)")
        try await gateway.viaduct("down", "office").checked()
        expectEqual(before, try await gateway.dump(), "left over")
    }

    @Test func `all come up from one look, a second up has no step, and down leaves both ends as they were`()
        async throws
    {
        let net = try await SiteToSite()
        // Somebody's link in a group, and one of the same kind.
        try await net.a.gateway.ip(
            "link add theirs type dummy", "link set theirs group 77", "link add other type xfrm if_id 9")
        let before = try await net.dumps()
        try writeSpecs(net)
        try await net.b.gateway.viaduct("up", "--all").checked()
        let first = try await net.a.gateway.viaduct("up", "--all").checked()
        #expect(Self.names.allSatisfy { first.stdout.contains("\($0) is up\n") }, "\(first)")
        try await expectPings(net, Array(Self.names.indices))
        let again = try await net.a.gateway.viaduct("up", "--all").checked()
        #expect(again.steps.isEmpty, "\(again)")
        #expect(try await net.a.gateway.viaduct("plan", "--all").status == 0)
        for name in Self.names { #expect(try await net.a.gateway.viaduct("plan", name).status == 0) }

        for site in net.sites { try await site.gateway.viaduct("down", "--all").checked() }
        for (before, after) in zip(before, try await net.dumps()) {
            expectEqual(before, after.without { $0.text.contains("/etc/viaduct/") }, "left over")
        }
    }

    @Test func `many tunnels to one peer come up without its turning any away`() async throws {
        let net = try await SiteToSite()
        try writeSpecs(net, of: Self.tenants)
        try await net.b.gateway.viaduct("up", "--all").checked()
        for _ in 1...2 {
            let up = try await net.a.gateway.viaduct("up", "--all").checked()
            #expect(Self.tenants.allSatisfy { up.stdout.contains("\($0) is up\n") }, "\(up)")
            // The second time they are there, and are initiated by name.
            for name in Self.tenants { try await net.a.gateway.run("swanctl", "--terminate", "--ike", name, "--force") }
        }
        #expect(net.b.gateway.charonLog.contains("IKE_SA tenant11["))
        #expect(!net.b.gateway.charonLog.contains("half-open IKE_SA limit"))
        #expect(!net.b.gateway.charonLog.contains("N(COOKIE)"))
    }

    @Test func `up asks charon as often beside forty other tunnels as beside none`() async throws {
        let gateway = try await SiteToSite().a.gateway
        func writeSpec(_ number: Int, _ name: String) throws {
            let text = """
                local: { address: 192.0.2.1, id: a-\(name) }
                remote: { address: 192.0.2.2, id: b-\(name) }
                psk: { file: all.psk }
                interface: { addresses: [169.254.\(number).1/30] }
                routes: [10.\(60 + number).0.0/16]
                start: listen

                """
            try gateway.write(text, to: "/etc/viaduct/\(name).yaml")
        }
        /// How often something is sent to charon.
        func messages() async throws -> Int {
            try await gateway.run(
                "strace", "-f", "-yy", "-e", "trace=write,writev,sendto,sendmsg", "-o", "/run/trace",
                Host.viaductBinary,
                "up", "office")
            // It talks to nobody else by such a socket.
            return try gateway.read("/run/trace").split(separator: "\n").count { $0.contains("<UNIX-STREAM:") }
        }
        try gateway.write("\(SiteToSite.secret)\n", to: "/etc/viaduct/all.psk", mode: 0o600)
        try writeSpec(0, "office")
        let alone = try await messages()
        try await gateway.viaduct("down", "office").checked()
        for number in 1...40 { try writeSpec(number, "other\(number)") }
        try await gateway.viaduct("up", "--all").checked()
        try await gateway.viaduct("down", "office").checked()
        #expect(alone > 0)
        #expect(try await messages() == alone)
    }

    @Test func `the tunnel that the kernel or the peer refuses is undone alone`() async throws {
        let net = try await SiteToSite()
        try writeSpecs(net)
        try await net.b.gateway.viaduct("up", "--all").checked()
        let gateway = net.a.gateway
        let bare = try await gateway.dump()
        // A source that this machine does not have, another key, and a spec that is none.
        let attic = spec(0, "attic", at: net.a, route: "{ to: 10.80.0.0/16, source: 10.250.0.1 }")
        try gateway.write(attic, to: "/etc/viaduct/attic.yaml")
        try gateway.write("another key\n", to: "/etc/viaduct/lab.psk", mode: 0o600)
        try gateway.write("remote: [\n", to: "/etc/viaduct/zoo.yaml")
        let outcome = try await gateway.viaduct("up", "--all")
        #expect(outcome.status != 0)
        #expect(outcome.stdout.contains("depot is up\n") && outcome.stdout.contains("office is up\n"), "\(outcome)")
        #expect(outcome.stderr.contains("viaduct: attic: ") && outcome.stderr.contains("viaduct: lab: "), "\(outcome)")
        #expect(outcome.stderr.contains("zoo.yaml:"), "\(outcome)")
        try await expectPings(net, [1, 3])
        let dump = try await gateway.dump()
        for name in ["attic", "lab"] {
            #expect(try await gateway.attempt(["ip", "link", "show", name]).status != 0, "\(name)")
            #expect(!dump[.charon].contains { $0.contains(name) }, "\(name)")
            #expect(!dump[.file].contains { $0.contains("\(name).json") }, "\(name)")
        }
        // What they share with those that failed is there, and goes with the last.
        #expect(try await gateway.run("ip", "rule").contains("5210:"))
        try await gateway.viaduct("down", "--all").checked()
        expectEqual(
            bare.without { $0.text.contains("/etc/viaduct/") },
            try await gateway.dump().without { $0.text.contains("/etc/viaduct/") }, "left over")
    }
}
