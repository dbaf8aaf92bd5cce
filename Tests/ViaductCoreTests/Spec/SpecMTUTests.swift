import NetworkModel
import Testing
import ViaductCore

/// A row of the table that was measured on a kernel: the MTU of a link over an underlay of 1500 bytes.
struct MeasuredRow: Sendable, CustomTestStringConvertible {
    let name: String
    let overhead: ESPOverhead
    let proposals: [String]
    let mtus: [UInt32]
    let overheads: ClosedRange<Int>

    init(
        _ name: String, _ shape: (vector: Int, check: Int, alignment: Int), _ proposals: [String], _ mtus: [UInt32],
        _ overheads: ClosedRange<Int>
    ) {
        self.name = name
        overhead = ESPOverhead(vectorLength: shape.vector, checkLength: shape.check, alignment: shape.alignment)
        self.proposals = proposals
        self.mtus = mtus
        self.overheads = overheads
    }

    var testDescription: String { name }

    static let all = [
        MeasuredRow(
            "AEAD with 16 bytes", (8, 16, 4),
            ["aes256gcm16", "aes128gcm128", "aes192ccm16", "aes256ccm", "chacha20poly1305", "aes128ctr-sha256"],
            [1446, 1438, 1426, 1418], 54...57),
        MeasuredRow(
            "AEAD with 12 bytes", (8, 12, 4), ["aes256gcm12", "aes128gcm96", "aes128ccm12"], [1450, 1442, 1430, 1422],
            50...53),
        MeasuredRow(
            "AEAD with 8 bytes", (8, 8, 4), ["aes256gcm8", "aes128gcm64", "aes256ccm8"], [1454, 1446, 1434, 1426],
            46...49),
        MeasuredRow(
            "CBC with SHA-256", (16, 16, 16), ["aes256-sha256", "aes-sha2_256", "camellia128-sha256-modp2048"],
            [1438, 1422, 1406, 1406], 62...77),
        MeasuredRow(
            "CBC with 12 bytes", (16, 12, 16), ["aes128-sha1", "aes128-aesxcbc", "aes256-aescmac", "aes128-sha256_96"],
            [1438, 1422, 1422, 1406], 58...73),
        MeasuredRow("CBC with SHA-384", (16, 24, 16), ["aes256-sha384"], [1422, 1422, 1406, 1390], 70...85),
        MeasuredRow(
            "CBC with SHA-512", (16, 32, 16), ["aes256-sha512", "default"], [1422, 1406, 1390, 1390], 78...93),
        MeasuredRow("3DES", (8, 12, 8), ["3des-sha1", "3des-md5"], [1446, 1438, 1430, 1422], 50...57),
        MeasuredRow("no encryption", (0, 16, 4), [], [1454, 1446, 1434, 1426], 46...49),
    ]
}

@Suite("The MTU of a link is what fits the underlay")
struct SpecMTUTests {
    static let outers: [(AddressFamily, Bool)] = [(.ipv4, false), (.ipv4, true), (.ipv6, false), (.ipv6, true)]

    @Test("as measured on a kernel, over 1500 bytes", arguments: MeasuredRow.all)
    func measured(row: MeasuredRow) throws {
        for ((outer, isEncapsulated), mtu) in zip(Self.outers, row.mtus) {
            let found = row.overhead.innerLength(underlay: 1500, outer: outer, isEncapsulated: isEncapsulated)
            #expect(found == Int(mtu))
            for text in row.proposals {
                let proposal = try Proposal(text, for: .esp)
                #expect(
                    TunnelMTU.value(
                        underlay: 1500, outer: outer, isEncapsulated: isEncapsulated, proposals: [proposal]) == mtu)
            }
        }
    }

    @Test("a packet of the MTU fits, one byte more does not", arguments: MeasuredRow.all)
    func tight(row: MeasuredRow) {
        for underlay in [576, 1280, 1420, 1492, 1500, 9000] {
            for (outer, isEncapsulated) in Self.outers {
                let size = row.overhead.innerLength(underlay: underlay, outer: outer, isEncapsulated: isEncapsulated)
                let fits = row.overhead.packetLength(inner: size, outer: outer, isEncapsulated: isEncapsulated)
                let over = row.overhead.packetLength(inner: size + 1, outer: outer, isEncapsulated: isEncapsulated)
                #expect(fits <= underlay)
                #expect(over > underlay)
            }
        }
    }

    @Test("the overhead over IPv4 stays in the measured range", arguments: MeasuredRow.all)
    func range(row: MeasuredRow) {
        let overheads = (100...1400).map {
            row.overhead.packetLength(inner: $0, outer: .ipv4, isEncapsulated: false) - $0
        }
        #expect(overheads.min() == row.overheads.lowerBound)
        #expect(overheads.max() == row.overheads.upperBound)
    }

    @Test(
        "other underlays",
        arguments: [
            (1420, .ipv4, false, "aes256gcm16", 1366), (1492, .ipv4, false, "aes256gcm16", 1438),
            (1492, .ipv4, false, "aes128-sha256", 1422), (1492, .ipv6, true, "aes256-sha512", 1374),
            (1492, .ipv6, true, "default", 1374),
        ] as [(UInt32, AddressFamily, Bool, String, UInt32)])
    func underlays(underlay: UInt32, outer: AddressFamily, isEncapsulated: Bool, text: String, mtu: UInt32) throws {
        let proposals = try [Proposal(text, for: .esp)]
        #expect(
            TunnelMTU.value(underlay: underlay, outer: outer, isEncapsulated: isEncapsulated, proposals: proposals)
                == mtu)
    }

    @Test("of several proposals, and several algorithms in one, the least counts")
    func several() throws {
        let two = try [Proposal("aes256gcm16", for: .esp), Proposal("aes256-sha256", for: .esp)]
        #expect(TunnelMTU.value(underlay: 1500, outer: .ipv4, isEncapsulated: false, proposals: two) == 1438)
        let mixed = try [Proposal("aes256-3des-sha1-sha512", for: .esp)]
        #expect(TunnelMTU.value(underlay: 1500, outer: .ipv4, isEncapsulated: false, proposals: mixed) == 1422)
    }

    @Test("no proposal, and no room, give none")
    func none() {
        #expect(TunnelMTU.value(underlay: 1500, outer: .ipv4, isEncapsulated: false, proposals: []) == nil)
        for underlay: UInt32 in [0, 20, 60, 120] {
            let proposals = Proposal.espDefaults
            #expect(
                TunnelMTU.value(underlay: underlay, outer: .ipv4, isEncapsulated: false, proposals: proposals) == nil)
        }
    }
}
