import TestBed
import Testing

/// A second `up` changes what differs from the spec, and nothing else.
@Suite(.testBed) struct MinimalUpTests {
    @Test func `a second up has no step`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        #expect(try await net.a.gateway.viaduct("plan", "office").status == 2)
        try await net.up()
        let before = try await net.a.gateway.dump()
        let spis = try await net.a.gateway.childSAs().map(\.spiIn)
        let again = try await net.a.gateway.viaduct("up", "office")
        #expect(again.status == 0)
        #expect(again.steps.isEmpty, "\(again)")
        #expect(try await net.a.gateway.viaduct("plan", "office").status == 0)
        #expect(try await net.a.gateway.childSAs().map(\.spiIn) == spis)
        expectEqual(before, try await net.a.gateway.dump(), "changed by the second up")
    }

    @Test func `a dry run shows the steps and does none`() async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let before = try await net.a.gateway.dump()
        let outcome = try await net.a.gateway.viaduct("up", "office", "--dry-run")
        #expect(outcome.steps.contains { $0.hasPrefix("ip link add") }, "\(outcome)")
        expectEqual(before, try await net.a.gateway.dump(), "changed by a dry run")
    }

    /// An edit of the spec, and the words that each step and each changed fact must have.
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spec: @Sendable (SiteToSite.Site) -> String
        let words: [String]
    }

    static let edits = [
        Edit(
            testDescription: "one route more", spec: { $0.spec(routes: $0.peerNetworks + ["10.77.0.0/16"]) },
            words: ["10.77.0.0"]),
        Edit(testDescription: "another MTU", spec: { $0.spec(mtu: 1300) }, words: ["mtu"]),
        Edit(
            testDescription: "one address less", spec: { $0.spec(addresses: Array($0.tunnelAddresses.prefix(1))) },
            words: ["fd00:7::"]),
    ]

    @Test(arguments: edits) func `an edit takes exactly its steps, and the SAs stay`(edit: Edit) async throws {
        let net = try await SiteToSite()
        try net.writeSpecs()
        try await net.up()
        let gateway = net.a.gateway
        let before = try await gateway.dump(), spis = try await gateway.childSAs().map { [$0.spiIn, $0.spiOut] }

        try net.a.writeSpec(edit.spec(net.a))
        #expect(try await gateway.viaduct("plan", "office").status == 2)
        let outcome = try await gateway.viaduct("up", "office").checked()
        #expect(!outcome.steps.isEmpty, "\(outcome)")
        func isOfTheEdit(_ text: String) -> Bool { edit.words.contains { text.contains($0) } }
        #expect(outcome.steps.allSatisfy(isOfTheEdit), "\(outcome.steps)")
        let difference = before.only(.link, .address, .route, .rule, .policy, .state, .charon)
            .difference(to: try await gateway.dump().only(.link, .address, .route, .rule, .policy, .state, .charon))
        #expect(!difference.isEmpty)
        #expect(difference.allSatisfy(isOfTheEdit), "\(difference)")
        #expect(try await gateway.childSAs().map { [$0.spiIn, $0.spiOut] } == spis)
        #expect(try await gateway.viaduct("plan", "office").status == 0)
    }
}
