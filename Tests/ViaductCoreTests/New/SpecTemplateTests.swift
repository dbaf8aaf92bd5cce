import NetworkModel
import Testing
import ViaductCore

@Suite("The spec to start from") struct SpecTemplateTests {
    private static let everything: @Sendable (inout SpecTemplate) -> Void = { template in
        template.local = IPAddress("192.0.2.1")
        template.identity = "gw1.example.org"
        template.remote = "vpn.example.org"
        template.secretFile = "keys/office.psk"
        template.addresses = ["10.9.0.1/30", "fd00:9::1/64"].compactMap { IPPrefix($0) }
        template.routes = ["10.2.0.0/16", "fd02::/64"].compactMap { IPPrefix($0) }
        template.start = .onDemand
    }

    static let wishes: [@Sendable (inout SpecTemplate) -> Void] = [
        { _ in }, everything, { $0.remote = "2001:db8::7" },
        { $0.routes = [IPPrefix("10.2.0.0/16")].compactMap { $0 } },
        { $0.addresses = [IPPrefix("10.9.0.1/30")].compactMap { $0 } }, { $0.start = .listen },
    ]

    @Test("is none before its placeholders are replaced, and the reader names each")
    func placeholders() throws {
        let template = SpecTemplate(name: try #require(TunnelName("office")))
        #expect(template.placeholders == ["<PEER>", "<NETWORK>"])
        let problems = try specProblems(template.spec().text)
        #expect(problems.map(\.path) == ["remote", "routes[0]"], "\(problems)")
    }

    @Test("is a spec when they are, and so it is with all that is commented out", arguments: wishes.indices)
    func sound(index: Int) throws {
        var template = SpecTemplate(name: try #require(TunnelName("office")))
        Self.wishes[index](&template)
        let text = try template.spec().text.replacing("<PEER>", with: "198.51.100.7")
            .replacing("<NETWORK>", with: "192.168.88.0/24")
        #expect(try specProblems(text).isEmpty, "\(text)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isSetting = { (line: Substring) in line.hasPrefix("#") && !line.hasPrefix("# ") || line.hasPrefix("#  ") }
        #expect(lines.contains(where: isSetting))
        let all = lines.map { isSetting($0) ? $0.dropFirst() : $0 }.joined(separator: "\n")
        #expect(try specProblems(all).isEmpty, "\(all)")
    }

    @Test("says what was said")
    func values() throws {
        var template = SpecTemplate(name: try #require(TunnelName("office")))
        Self.everything(&template)
        let spec = try template.spec()
        #expect(!spec.hasPlaceholders)
        let tunnel = try readSpec(spec.text)
        #expect(tunnel.peers[0].local.address == IPAddress("192.0.2.1"))
        #expect(tunnel.peers[0].local.identity == "gw1.example.org")
        #expect(tunnel.peers[0].local.authentication == .psk(.file("/etc/viaduct/keys/office.psk")))
        #expect(tunnel.peers[0].start == .onDemand)
        #expect(tunnel.interface.addresses.map { "\($0.address)" } == ["10.9.0.1/30", "fd00:9::1/64"])
        #expect(tunnel.routes.map { "\($0.destination)" } == ["10.2.0.0/16", "fd02::/64"])
    }

    @Test("what is commented out as a default is the default")
    func defaults() throws {
        let template = SpecTemplate(name: try #require(TunnelName("office")))
        let text = try template.spec().text.replacing("<PEER>", with: "198.51.100.7")
            .replacing("<NETWORK>", with: "192.168.88.0/24")
        // Examples, and not defaults: our end and the link's address.
        let all = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !line.contains("gw1.example.org") && !line.contains("169.254.7.1/30")
        }.map { $0.hasPrefix("#") && !$0.hasPrefix("# ") || $0.hasPrefix("#  ") ? $0.dropFirst() : $0 }
        #expect(try readSpec(all.joined(separator: "\n")) == readSpec(text))
    }

    @Test("gives the link a name of its own when it cannot have the tunnel's")
    func longName() throws {
        var template = SpecTemplate(name: try #require(TunnelName("headquarters-to-branch-office")))
        Self.everything(&template)
        let tunnel = try readSpec(template.spec().text, name: "headquarters-to-branch-office")
        #expect(tunnel.interface.name.text.hasPrefix("headquarte"))
    }
}
