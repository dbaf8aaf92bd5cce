import Testing
import Vici

@Suite("Packet")
struct PacketTests {
    @Test("every kind of packet reads back as it was written")
    func roundTrip() throws {
        let message = Message([("k", .text("v"))])
        let packets: [Packet] = [
            .request("c", message), .response(message), .unknownCommand, .register("e"), .unregister("e"),
            .eventConfirmed, .eventUnknown, .event("e", message),
        ]
        for (type, packet) in packets.enumerated() {
            let bytes = try packet.segment()
            #expect(bytes[4] == UInt8(type))
            #expect(try Packet(decoding: bytes[4...]) == packet)
        }
    }

    @Test(
        "bytes that are no packet are refused",
        arguments: [
            "", "08", "ff",  // no type, or one that does not exist
            "07", "07 05 'log'", "00", "03", "04 ff",  // a name that is missing or goes on past the end
            "02 00", "05 03 01 'a' 0000", "06 06", "03 01 'a' 00",  // something behind the end
            "01 02", "07 01 'e' 01 01 's'",  // a message that is none
        ])
    func malformed(text: String) {
        #expect(throws: CodingFault.self) { try Packet(decoding: wire(text)[...]) }
    }

    @Test("an event may have an empty name and an empty message")
    func emptyName() throws {
        #expect(try Packet(decoding: wire("07 00")[...]) == .event("", Message()))
    }

    @Test("a segment of 512 KiB can be written, one byte more cannot")
    func longest() throws {
        // Type, "c" with its length, and per item its type and length, in a list with its start, name and end.
        func request(_ spare: Int) -> Packet {
            let items = (0..<7).map { _ in [UInt8](repeating: 1, count: 65535) }
            let rest = Packet.longestSegment - 3 - 4 - 7 * (3 + 65535) - 3 + spare
            return .request("c", Message([("l", .list(items + [[UInt8](repeating: 1, count: rest)]))]))
        }
        #expect(try request(0).segment().count == 4 + Packet.longestSegment)
        #expect(throws: CodingFault.self) { try request(1).segment() }
    }
}
