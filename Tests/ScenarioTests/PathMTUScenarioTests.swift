import TestBed
import Testing

/// The scenarios O11 and O12, which come from the kernel's pmtu.sh, with the specs of Docs/Examples.
@Suite(.testBed) struct PathMTUScenarioTests {
    /// A VTI over IPv4, or a vti6, on one wire.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// The outer addresses, with prefix length, and the inner ones.
        let outer: (a: String, b: String), inner: (a: String, b: String)
        /// The MTU of the wire; that of the spec; and the greatest inner packet that needs no fragment.
        let wire: Int, link: Int, path: Int
        /// The header in front of a ping's payload.
        let header: Int
        /// MTUs that the link takes as they are; the last one is the greatest.
        let taken: [Int]
        /// MTUs of the link that become the path's when they change.
        var followed: [Int] = []

        var testDescription: String { name }
        func spec(_ end: String) -> String { "\(name.lowercased())-\(end)" }
    }

    static let cases = [
        Case(
            name: "O11", outer: ("192.168.1.1/24", "192.168.1.2/24"), inner: ("192.168.2.1", "192.168.2.2"),
            wire: 1500, link: 1480, path: 1446, header: 28, taken: [68, 1300, 65515]),
        Case(
            name: "O12", outer: ("fd00:1::a/64", "fd00:1::b/64"), inner: ("fd00:2::a", "fd00:2::b"),
            wire: 4000, link: 5000, path: 3926, header: 48, taken: [1280, 1300, 65495],
            followed: [3000, 9000]),
    ]

    @Test(arguments: cases) func `the kernel tells what the encryption leaves of the path`(scenario: Case) async throws
    {
        try await Life {
            let net = try await Net(gateways: [.a, .b], others: [])
            try await net[.a].connect("eth0", to: net[.b], "eth0")
            for (name, address) in [(Net.Name.a, scenario.outer.a), (.b, scenario.outer.b)] {
                try await net[name].ip("link set eth0 mtu \(scenario.wire)", "address add \(address) dev eth0")
            }
            try await net.startCharons(.a, .b)
            return try Scene(net, [.b: [scenario.spec("b")], .a: [scenario.spec("a")]], tap: (.a, "eth0"))
        } traffic: { scene in
            let a = scene[.a], target = scenario.inner.b, whole = scenario.path - scenario.header
            #expect(try await a.ping(target, count: 1, size: whole, dontFragment: true).received == 1)
            #expect(try await a.pathMTU(to: target) == nil)
            // One byte more is turned back, and the kernel notes why; in fragments it passes.
            #expect(try await a.ping(target, count: 1, size: whole + 1, dontFragment: true).received == 0)
            #expect(try await a.pathMTU(to: target) == scenario.path)
            // The other end has to learn it as well, which in IPv6 costs the first reply.
            _ = try await a.ping(target, count: 1, size: 60000)
            #expect(try await a.ping(target, count: 1, size: 60000, patience: 10).received == 1)
            try await scene[.b].expectReplies(from: scenario.inner.a)
        }.live { scene in
            try await scene[.a].expectSA(
                scenario.spec("a"), ["0.0.0.0/0", "::/0"], ["0.0.0.0/0", "::/0"], marks: (10, 10))
        } then: { scene in
            let a = scene[.a], example = try Example(scenario.spec("a"))
            func up(_ mtu: String) async throws -> Outcome {
                try example.install(on: a) { $0.replacing(", mtu: \(scenario.link)", with: mtu) }
                return try await a.viaduct("up", example.name)
            }
            func linkMTU() async throws -> Int? {
                Int(try await a.run("cat", "/sys/class/net/\(example.name)/mtu").dropLast())
            }
            for mtu in scenario.followed {
                try await up(", mtu: \(mtu)").checked()
                #expect(try await a.pathMTU(to: scenario.inner.b) == mtu)
            }
            // Without the key the link has it right from the beginning.
            try await up("").checked()
            #expect(try await linkMTU() == scenario.path)
            for mtu in scenario.taken {
                try await up(", mtu: \(mtu)").checked()
                #expect(try await linkMTU() == mtu)
            }
            let before = try await a.dump().without(.file)
            #expect(try await up(", mtu: 67").status == 65)
            #expect(try await up(", mtu: \(scenario.taken[2] + 1)").status == 1)
            expectEqual(before, try await a.dump().without(.file), "changed by an MTU that the kernel refuses")
            try await up(", mtu: \(scenario.link)").checked()
        }
    }

}

extension Host {
    /// The path MTU that the kernel has noted for an address; nil when it has noted none.
    fileprivate func pathMTU(to address: String) async throws -> Int? {
        let words = try await run("ip", "route", "get", address).split { " \n".contains($0) }
        return words.firstIndex(of: "mtu").flatMap { Int(words[$0 + 1]) }
    }
}
