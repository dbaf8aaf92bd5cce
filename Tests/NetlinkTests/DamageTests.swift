import NetworkModel
import Testing

@testable import Netlink

/// What is read may be cut short or wrong in any way; it must never trap, and never go on for ever.
@Suite struct DamageTests {
    /// Reads bytes with every reader there is; returns how many objects came out.
    @discardableResult
    private func readAll(_ bytes: [UInt8]) -> Int {
        var interfaces = InterfaceTable()
        var count = 0
        for message in MessageReader(bytes) {
            count += Event(message, .route, &interfaces) == nil ? 0 : 1
            count += Event(message, .xfrm, &interfaces) == nil ? 0 : 1
            count += Acknowledgement(message) == nil ? 0 : 1
            count += LinkMessage(message)?.references.count ?? 0
        }
        return count
    }

    @Test func `every recorded message is understood whole`() throws {
        for bytes in try Recorded.messages() { #expect(readAll(bytes) > 0, "\(bytes)") }
    }

    @Test func `every prefix of every message is read without a trap`() throws {
        for bytes in try Recorded.messages() {
            for count in bytes.indices {
                // Once with the true length, which then lies, and once with one that fits.
                var cut = Array(bytes[..<count])
                readAll(cut)
                guard count >= 4 else { continue }
                withUnsafeBytes(of: UInt32(count)) { cut.replaceSubrange(0..<4, with: $0) }
                readAll(cut)
            }
        }
    }

    @Test func `random damage is read without a trap`() throws {
        var random = SplitMix(state: 20_240_229)
        for bytes in try Recorded.messages() {
            for _ in 0..<300 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    // The message's own length stays true in most, so that the damage is reached.
                    let first = Int.random(in: 0..<8, using: &random) == 0 ? 0 : 16
                    let place = Int.random(in: first..<bytes.count, using: &random)
                    damaged[place] =
                        [0, 1, 3, 4, 0x7f, 0x80, 0xff, .random(in: 0...255, using: &random)]
                        .randomElement(using: &random) ?? 0
                }
                readAll(damaged)
            }
        }
    }

    @Test func `an attribute whose length is too small or too large ends the row`() {
        for length in ["0000", "0100", "0300", "0d00", "ffff"] {
            let row = AttributeReader(Bytes(bytes("0800 0100 01000000 \(length) 0200 02000000")))
            #expect(row.map(\.type) == [1], "length \(length)")
        }
        #expect(AttributeReader(Bytes(bytes("0400 01"))).map(\.type).isEmpty)
    }

    @Test func `the last attribute of a type counts, and its flags do not`() {
        let row = AttributeReader(Bytes(bytes("0800 0100 01000000 0800 01c0 02000000 0500 0300 07")))
        #expect(row[1]?.u32 == 2)
        #expect(row[3]?.u8 == 7 && row[3]?.u16 == nil)
        #expect(row[2] == nil)
    }

    @Test func `a message whose length lies ends the datagram, and that is noticed`() {
        for length in ["00000000", "0f000000", "11000000", "ffffffff"] {
            var messages = MessageReader(bytes("\(length) 0300 0000 00000000 00000000"))
            #expect(messages.next() == nil)
            #expect(messages.isBroken)
        }
        var messages = MessageReader(bytes("10000000 0300 0000 00000000 00000000"))
        #expect(messages.next() != nil && messages.next() == nil && !messages.isBroken)
    }
}

/// A small generator with a seed (SplitMix64), so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
