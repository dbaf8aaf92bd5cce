import Testing
import Vici

@Suite("Message coding")
struct MessageCodingTests {
    @Test("the worked example of the protocol reads and writes byte for byte")
    func workedExample() throws {
        let examples: [(Packet, [UInt8])] = [
            (.request("get-conns", Message()), wire("0000000b  00  09 'get-conns'")),
            (.response(Message([("conns", .texts(["t"]))])), wire("0000000d  01  04 05 'conns'  05 0001 't'  06")),
            (.register("child-updown"), wire("0000000e  03  0c 'child-updown'")),
            (.eventConfirmed, wire("00000001  05")),
        ]
        for (packet, bytes) in examples {
            #expect(try packet.segment() == bytes)
            #expect(try Packet(decoding: bytes[4...]) == packet)
        }
    }

    @Test("values, lists and sections keep their order and their nesting")
    func tree() throws {
        let message = Message([
            ("a", .text("1")), ("s", .section(Message([("l", .texts(["x", ""])), ("t", .section(Message()))]))),
            ("b", .value([0, 0xff])),
        ])
        let bytes = wire(
            """
            03 01 'a' 0001 '1'
            01 01 's'
                04 01 'l'  05 0001 'x'  05 0000  06
                01 01 't'  02
            02
            03 01 'b' 0002 00ff
            """)
        #expect(try message.encoded() == bytes)
        #expect(try Message(decoding: bytes[...]) == message)
        #expect(message.entries.map(\.name) == ["a", "s", "b"])
        #expect(message.section("s")?.texts("l") == ["x", ""])
        #expect(message.section("s")?.section("t")?.isEmpty == true)
    }

    @Test(
        "bytes that are no message are refused",
        arguments: [
            "00", "07", "ff",  // element types that do not exist
            "02", "01 01 'a' 02 02",  // the end of a section that was not begun
            "01 01 'a'", "01 01 'a' 01 01 'b' 02", "04 01 'a'", "04 01 'a' 05 0001 'x'",  // left open
            "05 0001 'x'", "06", "04 01 'a' 06 06",  // list elements outside of a list
            "04 01 'a' 03 01 'b' 0000 06", "04 01 'a' 01 01 'b' 02 06", "04 01 'a' 04 01 'b' 06 06",  // within a list
            "01 01 's' 04 01 'a' 02 06 02",  // a section ends within a list
            "03", "03 05 'a'", "01 02 'a'", "04 ff 'a'",  // names that go on past the end
            "03 01 'a'", "03 01 'a' 00", "03 01 'a' 0002 'x'", "03 01 'a' ffff 'x'",  // values that do
            "04 01 'a' 05", "04 01 'a' 05 00", "04 01 'a' 05 0002 'x' 06",
        ])
    func malformed(text: String) {
        #expect(throws: CodingFault.self) { try Message(decoding: wire(text)[...]) }
    }

    @Test("empty names, values, lists, sections and messages can be received")
    func empty() throws {
        let message = try Message(decoding: wire("03 00 0000  04 00 06  01 00 02")[...])
        #expect(message.entries.map(\.name) == ["", "", ""])
        #expect(message.entries.map(\.element) == [.value([]), .list([]), .section(Message())])
        #expect(try Message(decoding: []).isEmpty)
    }

    @Test("names of any bytes can be received, and none is mistaken for another")
    func strangeNames() throws {
        let bytes = wire("03 01 00 0000  03 01 0a 0000  03 01 80 0000  03 01 81 0000  03 02 c3a4 0000")
        let message = try Message(decoding: bytes[...])
        #expect(Set(message.entries.map(\.name)).count == 5)
        #expect(try message.encoded(names: .any) == bytes)
    }

    @Test(
        "charon answers nothing to a strange name, so none is sent",
        arguments: ["", "a\n", "\u{0}", "ä", "\u{7f}", "日"])
    func unprintableNames(name: String) {
        for element in [Message.Element.text("x"), .texts([]), .section(Message())] {
            #expect(throws: CodingFault.self) { try Message([(name, element)]).encoded() }
            #expect(throws: CodingFault.self) {
                try Message([("s", .section(Message([(name, element)])))]).encoded()
            }
        }
        #expect(throws: CodingFault.self) { try Packet.request(name, Message()).segment() }
        #expect(throws: CodingFault.self) { try Packet.register(name).segment() }
    }

    @Test("the longest name and value pass, one byte more does not")
    func limits() throws {
        let name = String(repeating: "n", count: 255)
        let value = [UInt8](repeating: 7, count: 65535)
        let message = Message([(name, .value(value)), ("l", .list([value]))])
        #expect(try Message(decoding: message.encoded()[...]) == message)
        #expect(throws: CodingFault.self) { try Message([(name + "n", .text(""))]).encoded() }
        #expect(throws: CodingFault.self) { try Message([("a", .value(value + [7]))]).encoded() }
        #expect(throws: CodingFault.self) { try Message([("a", .list([value + [7]]))]).encoded() }
    }

    @Test("of entries with one name the first is found, and all are kept")
    func duplicates() throws {
        let message = Message([
            ("a", .text("1")), ("a", .text("2")), ("a", .texts(["3"])), ("s", .section(Message([("x", .text("4"))]))),
            ("s", .section(Message([("x", .text("5"))]))),
        ])
        #expect(message.text("a") == "1")
        #expect(message.texts("a") == [])
        #expect(message.section("s")?.text("x") == "4")
        #expect(message.sections.map { $0.content.text("x") } == ["4", "5"])
        #expect(try Message(decoding: message.encoded()[...]) == message)
    }

    @Test("sections may nest to any depth and come in any number")
    func depth() throws {
        let deep = Array(repeatElement(wire("01 01 'a'"), count: 10_000).joined()) + Array(repeating: 2, count: 10_000)
        let wide = Array(repeatElement(wire("01 00 02"), count: 170_000).joined())
        for bytes in [deep, wide] {
            let message = try Message(decoding: bytes[...])
            let copy = message
            #expect(copy == message)
            #expect(try message.encoded(names: .any) == bytes)
            #expect(message.description.utf8.count > 10_000)
        }
        var built = Message()
        for _ in 0..<1000 { built = Message([("a", .section(built))]) }
        #expect(built.section("a")?.section("a") != nil)
    }

    @Test(
        "whatever decodes encodes to the same bytes, and nothing traps",
        arguments: [
            wire("00 01 'c' 01 04 'name' 04 01 'l' 05 0001 'a' 05 0002 'bc' 06 01 01 'i' 03 01 'k' 0001 'v' 02 02"),
            Recorded.listSA, Recorded.listConnection, Recorded.statistics,
        ])
    func mutations(seed: [UInt8]) throws {
        #expect(try Packet(decoding: seed[...]).segment() == segment(seed))
        var generator = SplitMix(state: 20_260)
        var survivors = 0
        for _ in 0..<5_000 {
            let bytes = mutation(of: seed, by: &generator)
            do throws(CodingFault) {
                let again = try Packet(decoding: bytes[...]).segment(names: .any)
                #expect(again == segment(bytes))
                survivors += 1
            } catch {
                #expect(!error.reason.isEmpty)
            }
        }
        #expect(survivors > 50)
    }

    /// The bytes with one to four of them changed, inserted or removed.
    private func mutation(of seed: [UInt8], by generator: inout SplitMix) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.insert(UInt8.random(in: 0...8, using: &generator), at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }
}

/// A small generator of numbers that are the same in each run.
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
