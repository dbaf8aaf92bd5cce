import TestBed
import Testing

/// Each thing that can go wrong has its message and its exit status, and the machine stays as it was.
@Suite(.testBed) struct FailureTests {
    /// Runs `up` on a, which must fail, and looks that a is as before.
    private func expectFailure(
        of net: SiteToSite, _ arguments: [String] = [], through: [String] = [], status: Int32...,
        mentioning words: [[String]], comparing: (Dump) -> Dump = { $0 },
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let gateway = net.a.gateway
        let before = try await gateway.dump()
        let outcome = try await gateway.attempt(through + [Host.viaductBinary, "up", "office"] + arguments)
        #expect(status.contains(outcome.status), "\(outcome)", sourceLocation: sourceLocation)
        for choice in words {
            let found = choice.contains { outcome.stderr.lowercased().contains($0.lowercased()) }
            #expect(found, "one of \(choice) in: \(outcome)", sourceLocation: sourceLocation)
        }
        #expect(!outcome.text.contains(SiteToSite.secret), sourceLocation: sourceLocation)
        let after = try await gateway.dump()
        expectEqual(comparing(before), comparing(after), "changed by an up that failed", sourceLocation: sourceLocation)
    }

    @Test func `a wrong pre-shared key`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try net.a.writeSpec(secret: "not the same")
        try await net.b.gateway.viaduct("up", "office").checked()
        try await expectFailure(
            of: net, ["--timeout", "30s"], status: 1,
            mentioning: [["authentication", "AUTHENTICATION_FAILED"], ["psk", "secret", "pre-shared", "key"]])
    }

    @Test func `no proposal in common`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.b.gateway.viaduct("up", "office").checked()
        try net.a.writeSpec(net.a.spec().replacing("aes256gcm16-ecp384", with: "aes128-sha256-modp2048"))
        try await expectFailure(of: net, ["--timeout", "30s"], status: 1, mentioning: [["proposal"]])
    }

    @Test func `a peer that cannot be reached`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.underlay.apply(.dropAll)
        try await expectFailure(
            of: net, ["--timeout", "4s"], status: 1,
            mentioning: [
                ["192.0.2.2"], ["not respond", "no answer", "silent", "does not answer", "time", "unreachable"],
            ])
    }

    @Test func `charon is not running`() async throws {
        let net = try await SiteToSite(charon: false)
        try net.writeSpecs()
        try await expectFailure(of: net, status: 69, mentioning: [["charon.vici"], ["strongswan"]])
    }

    @Test func `the interface's name is taken by someone else`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.a.gateway.ip("link add office type dummy")
        try await expectFailure(of: net, status: 1, mentioning: [["office"], ["exist", "already", "taken", "in use"]])
    }

    @Test func `the if_id is taken by someone else`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try net.a.writeSpec(net.a.spec(id: 77))
        try await net.a.gateway.ip("link add other type xfrm dev wan if_id 77")
        try await expectFailure(of: net, status: 1, mentioning: [["77"], ["other"]])
    }

    @Test func `an address is in use on another interface`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.a.gateway.ip("address add 169.254.7.1/30 dev lan")
        try await expectFailure(of: net, status: 1, mentioning: [["169.254.7.1"], ["lan"]])
    }

    @Test func `no privilege`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await expectFailure(
            of: net, through: ["setpriv", "--bounding-set=-all", "--inh-caps=-all"], status: 77,
            mentioning: [["root", "privilege", "permitted", "CAP_NET_ADMIN"]])
    }

    @Test func `charon is killed between load and negotiation`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let gateway = net.a.gateway
        let relay = try ViciRelay(in: gateway, after: "load-conn") { gateway.killCharon() }
        try await expectFailure(
            of: net, ["--vici", relay.path], status: 1, 69, mentioning: [["charon"]],
            // With charon its lists are gone.
            comparing: { $0.without(.charon) })
        #expect(relay.hasActed, "viaduct sent nothing after load-conn")
    }

    @Test func `a spec with errors shows all of them and changes nothing`() async throws {
        let net = try await SiteToSite()
        try net.a.writeSpec(
            """
            remote: { address: 192.0.2.300 }
            psk: { file: office.psk }
            rotues: [10.2.0.0/24]
            routes: [10.2.0.0/99]

            """)
        try await expectFailure(
            of: net, status: 65,
            mentioning: [["office.yaml:1:"], ["office.yaml:3:1"], ["office.yaml:4:"], ["routes"]])
    }
}

/// A kernel without XFRM interfaces: all of the machine is without, so nothing else may run.
@Suite struct KernelWithoutXFRMTests {
    @Test(.testBedAlone) func `the kernel has no XFRM interface`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let gateway = net.a.gateway
        try await XFRMModule.remove(by: gateway)
        let before = try await gateway.dump()
        let outcome = try await gateway.viaduct("up", "office")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.mentions("xfrm"), "\(outcome)")
        #expect(outcome.mentions("kernel", "module", "CONFIG_XFRM_INTERFACE", "not supported"), "\(outcome)")
        expectEqual(before, try await gateway.dump(), "changed by an up that failed")
    }
}
