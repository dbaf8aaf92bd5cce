import NetworkModel
import Testing

@testable import ViaductCore

@Suite struct ExplanationTests {
    private func tunnel(_ more: [XFRMPolicy] = []) throws -> FakeKernel {
        try Gateway.kernel(
            Transforms(
                policies: more + [
                    Gateway.policy("0.0.0.0/0", "0.0.0.0/0", index: 101, ifID: 42),
                    Gateway.policy("0.0.0.0/0", "0.0.0.0/0", .input, index: 102, ifID: 42),
                    Gateway.policy("0.0.0.0/0", "0.0.0.0/0", .forward, index: 103, ifID: 42),
                ],
                states: [Gateway.state(spi: 0x11, ifID: 42), Gateway.state(spi: 0x22, ifID: 42, isInbound: true)]))
    }

    private func packet(_ destination: String, from source: String? = nil, mark: UInt32 = 0) throws -> Packet {
        Packet(to: try Gateway.address(destination), from: try source.map { try Gateway.address($0) }, mark: mark)
    }

    @Test func `a route into the tunnel's interface, its policy and SA make a tunnel, with room and way back`() throws {
        let explanation = try Explanation.of(packet("10.2.0.1"), asking: tunnel())
        #expect("\(explanation.verdict)" == "tunnel office")
        #expect(explanation.source == (try Gateway.address("169.254.7.1")))
        #expect(explanation.returnObstacle == nil && explanation.remedies.isEmpty)
        let rooms = explanation.waypoints.compactMap { if case .room(let room) = $0 { room } else { nil } }
        #expect(rooms.map(\.mtu) == [1446] && rooms.map(\.overhead) == [54] && rooms.map(\.tcpSegment) == [1406])
    }

    @Test func `a policy without if_id takes the packet before the tunnel's interface sees it`() throws {
        var kernel = try tunnel([Gateway.policy("0.0.0.0/0", "0.0.0.0/0", priority: 99, request: 5)])
        #expect(
            try kernel.verdict(packet("10.2.0.1"))
                == "dropped, because policy 0.0.0.0/0 to 0.0.0.0/0 needs an SA to 192.0.2.2, and there is none")
        kernel.scene.transforms?.states.append(try Gateway.state(spi: 5, request: 5))
        #expect(try kernel.verdict(packet("10.2.0.1")) == "policy 0.0.0.0/0 to 0.0.0.0/0")
    }

    @Test func `an optional template without an SA lets pass in clear, but not into a tunnel's interface`() throws {
        let optional = try Gateway.policy("0.0.0.0/0", "8.8.0.0/16", isOptional: true)
        #expect(try Gateway.kernel(Transforms(policies: [optional])).verdict(packet("8.8.8.8")) == "clear by wan")
        let inside = try Gateway.policy("0.0.0.0/0", "0.0.0.0/0", ifID: 42, isOptional: true)
        #expect(
            try Gateway.kernel(Transforms(policies: [inside])).verdict(packet("10.2.0.1"))
                == "dropped, because policy 0.0.0.0/0 to 0.0.0.0/0 lets it pass in clear, and office sends nothing in clear"
        )
    }

    @Test func `without an SA, the remedy names the tunnel`() throws {
        let explanation = try Explanation.of(packet("10.2.0.1"), asking: Gateway.kernel())
        #expect("\(explanation.verdict)" == "dropped, because no policy with if_id 42 matches, which office needs")
        #expect(explanation.remedies == ["no SA with if_id 42: charon has not established office; viaduct up office"])
    }

    @Test func `without a route, links that may take it are named, but none that the kernel makes by itself`() throws {
        var kernel = try tunnel()
        kernel.tables = [:]
        let any = IPAddress.any(.ipv4)
        let link = Link(
            name: try Gateway.name("ip_vti0"), kind: .vti(VTILink(local: any, remote: nil, inputKey: 0, outputKey: 0)))
        kernel.scene.links.append(SceneLink(index: 99, link: link))
        let remedies = try Explanation.of(packet("10.2.0.1"), asking: kernel).remedies
        #expect(remedies.contains { $0.contains("dev office") })
        #expect(!remedies.contains { $0.contains("ip_vti0") })
    }

    @Test func `what may not be seen makes no verdict`() throws {
        var kernel = try tunnel()
        kernel.scene.transforms = nil
        let explanation = try Explanation.of(packet("10.2.0.1"), asking: kernel)
        #expect(explanation.verdict == .unknown(.policiesUnseen(try Gateway.name("office"))))
        #expect(!explanation.unseen.isEmpty)
    }

    @Test func `a packet that came in clear is refused by a forward policy that wants it encrypted`() throws {
        var kernel = try tunnel([Gateway.policy("10.9.0.0/16", "0.0.0.0/0", .forward, index: 7)])
        var packet = try packet("8.8.8.8", from: "10.9.0.1")
        packet.arrival = try Gateway.name("lan")
        #expect(
            try kernel.verdict(packet)
                == "dropped, because it came in clear, and policy 10.9.0.0/16 to 0.0.0.0/0 admits it only from IPsec")
        kernel.settings[SysctlKey("net", "ipv4", "conf", "lan", "disable_policy")] = "1"
        #expect(try kernel.verdict(packet) == "clear by wan")
        kernel.settings[SysctlKey("net", "ipv4", "conf", "lan", "forwarding")] = "0"
        #expect(
            try kernel.verdict(packet)
                == "dropped, because what comes in by lan is not forwarded (net/ipv4/conf/lan/forwarding is 0)")
        kernel.filtering = try Gateway.name("lan")
        kernel.settings[SysctlKey("net", "ipv4", "conf", "lan", "forwarding")] = "1"
        #expect(
            try kernel.verdict(packet)
                == "dropped, because its source is not reached by lan, and the reverse path filter of lan is strict")
    }

    @Test func `questions that make no sense are refused`() throws {
        let address = try Gateway.address("10.2.0.1")
        let kernel = try Gateway.kernel()
        func fault(_ packet: Packet) -> PacketFault? { packet.fault }
        #expect(fault(Packet(to: address, from: try Gateway.address("fd00::1"))) == .mixedFamilies)
        #expect(fault(Packet(to: address, arrival: .loopback)) == .arrivalWithoutSource)
        #expect(fault(Packet(to: address, from: address, arrival: .loopback, boundTo: .loopback)) == .arrivalOfSocket)
        #expect(fault(Packet(to: address, destinationPort: 80)) == .portsWithoutProtocol)
        #expect(throws: UnknownInterface.self) {
            try Explanation.of(Packet(to: address, boundTo: Gateway.name("nix")), asking: kernel)
        }
        #expect(
            try kernel.verdict(packet("8.8.8.8", from: "9.9.9.9"))
                == "dropped, because 9.9.9.9 is no address of this machine")
        #expect(try kernel.verdict(packet("192.0.2.1")) == "local: for this machine, by lo")
    }

    @Test func `any machine has an explanation that ends in one verdict`() throws {
        var generator = SeededGenerator(seed: 7)
        let blocks = ["0.0.0.0/0", "10.2.0.0/16", "10.1.0.0/24", "10.2.0.1/32"]
        var words: Set<String> = []
        for _ in 0..<2000 {
            var policies: [XFRMPolicy] = [], states: [XFRMState] = []
            for index in 0..<UInt32.random(in: 0...5, using: &generator) {
                let id: UInt32 = Bool.random(using: &generator) ? 42 : 0
                policies.append(
                    try Gateway.policy(
                        blocks.randomElement(using: &generator) ?? "", blocks.randomElement(using: &generator) ?? "",
                        [.input, .output, .output, .forward].randomElement(using: &generator) ?? .output,
                        priority: UInt32.random(in: 1...3, using: &generator), index: index, ifID: id,
                        mark: Bool.random(using: &generator) ? nil : Mark(5),
                        isAllowed: Int.random(in: 0...9, using: &generator) > 0,
                        request: Bool.random(using: &generator) ? 1 : nil, isOptional: Bool.random(using: &generator)))
                states.append(
                    try Gateway.state(
                        spi: index + 1, request: UInt32.random(in: 1...2, using: &generator), ifID: id,
                        isInbound: Bool.random(using: &generator), isLarval: Bool.random(using: &generator)))
            }
            let kernel = try Gateway.kernel(Transforms(policies: policies, states: states))
            let destination = ["10.2.0.1", "8.8.8.8", "192.0.2.2", "10.1.0.9"].randomElement(using: &generator) ?? ""
            let explanation = try Explanation.of(
                packet(destination, mark: Bool.random(using: &generator) ? 5 : 0), asking: kernel)
            words.insert(explanation.verdict.word)
            #expect(!explanation.waypoints.isEmpty)
        }
        #expect(words == ["tunnel", "policy", "clear", "dropped"])
    }
}

/// Random numbers that come again with the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    var seed: UInt64

    mutating func next() -> UInt64 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return seed ^ (seed >> 29)
    }
}
