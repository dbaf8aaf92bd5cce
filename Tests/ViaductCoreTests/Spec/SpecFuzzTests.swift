import Testing
import ViaductCore

/// A generator of numbers that are the same in every run (SplitMix64).
struct FixedNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

@Suite("Any bytes give a tunnel or a problem")
struct SpecFuzzTests {
    static let seeds = [single, several]

    private static let several = """
        local: { address: 203.0.113.10, id: hub.example.org }
        psk: { value: "hunter2" }
        interface: { kind: vti, id: { in: 8, out: 0x400/0xff00 }, mss: clamp, netns: blue }
        peers:
          north: { remote: 198.51.100.20, psk: { value: "hunter2" }, virtual: [ipv4, ipv6] }
          staff: { remote: { address: any, id: x }, start: listen, traffic: { local: 10.0.0.0/8 }, pools: [10.3.0.0/28, "fd00:3::/120"], ike: { dpd: 5s } }
        routes: [default, { to: default, table: 100, source: 10.3.0.1 }]
        rules: [{ to: 10.0.0.0/8, table: 100, priority: 5599 }]
        hooks:
          post-up: [[/bin/echo, one], /bin/true, { run: [/bin/echo, "two"], timeout: 10s }]
        swanctl: { connection: { unique: replace } }

        """

    private static let single = """
        local: { address: 203.0.113.10, id: gw1.example.org }
        remote: { address: [198.51.100.7, vpn.example.org], id: &a "gw2.example.org" }
        psk: { value: "hunter2" }
        interface:
          name: vpn0
          id: 0x2a
          addresses: [169.254.7.1/30, { address: 10.9.0.1, peer: 10.9.0.2 }, "fd00:7::1/64"]
          mtu: 1400
        routes:
          - 192.168.88.0/24
          - { to: 10.0.0.0/8, table: 100, metric: 50, source: 10.1.1.1, mtu: 1300 }
        rules:
          - { fwmark: 0x10/0xff, sport: 1-5, table: blue, priority: 5210 }
        children:
          lan: { local: [10.0.0.0/8, 192.168.0.0/16], remote: ["0.0.0.0/0[tcp/443]", "0.0.0.0/0"] }
        ike: { proposals: [aes256-sha256-modp2048, default], dpd: 1m, rekey: 8h }
        esp: { proposals: aes256-sha256-x25519, rekey: 90m, replay: 64 }
        start: on-demand
        swanctl: { child: { copy_dscp: out } }

        """

    @Test("mutated specs never crash the reader, and never show the secret", arguments: seeds, 0..<6)
    func mutations(seed: String, run: Int) throws {
        var numbers = FixedNumbers(state: UInt64(run))
        let name = try #require(TunnelName("office"))
        _ = try SpecReader.read(
            text: seed, file: "office.yaml", name: name, directory: "/", tableNames: ["blue": 7])
        for _ in 0..<250 {
            var bytes = Array(seed.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &numbers) { Self.mutate(&bytes, &numbers) }
            do throws(SpecError) {
                _ = try SpecReader.read(text: bytes, file: "office.yaml", name: name, directory: "/")
            } catch {
                #expect(!error.problems.isEmpty)
                #expect(!error.description.contains("hunter2"))
            }
        }
    }

    private static let pieces = [
        "*a", "&b ", "!!int ", "- ", ": ", "? ", "{", "}", "[", "]", "\n", "\t", "\u{0}", "\"", "'", "|\n", ">\n",
        "---\n",
        "...\n", "<<: *a\n", "\u{feff}", "%", "@", "~", "0", "-1", "99999999999999999999", "/", "::", ",", "#",
    ].map { Array($0.utf8) }

    private static func mutate(_ bytes: inout [UInt8], _ numbers: inout FixedNumbers) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &numbers)
        let end = min(bytes.count, index + Int.random(in: 1...20, using: &numbers))
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes.removeSubrange(index..<end)
        case 2: bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0..<bytes.count, using: &numbers))
        case 3: bytes.insert(contentsOf: pieces.randomElement(using: &numbers) ?? [], at: index)
        default: bytes.replaceSubrange(index..<index + 1, with: pieces.randomElement(using: &numbers) ?? [])
        }
    }
}
