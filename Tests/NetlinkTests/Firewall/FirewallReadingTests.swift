import NetworkModel
import Testing

@testable import Netlink

@Suite struct FirewallReadingTests {
    /// Reads messages as the answers to all lists; nil when there is no table of a name of ours in them.
    private func read(_ messages: [[UInt8]]) -> MSSClampTable? {
        let received = messages.flatMap { Array(MessageReader($0)) }
        let objects = { (kind: FirewallObject.Kind) in received.compactMap { FirewallObject(kind, $0) } }
        guard let table = objects(.table).first, let name = table.name, name.isOurs else { return nil }
        return MSSClampTable(table, name: name, chains: objects(.chain), rules: objects(.rule))
    }

    private func text(_ golden: String) -> String? { TableComment.text(Bytes(bytes(golden))) }

    private let all = FirewallRecorded.all

    @Test func `a table reads as the clamp it makes`() throws {
        let clamp = try officeClamp(.bytes(1360))
        #expect(read(all) == MSSClampTable(name: clamp.table, comment: "viaduct: office0 mss 1360", clamp: clamp))
    }

    @Test func `each part must be there once, and in its place`() {
        let (table, chain, first, second) = (all[0], all[1], all[2], all[3])
        for parts in [
            [table], [table, chain], [table, chain, first], [table, first, second],
            [table, chain, chain, first, second],
            [table, chain, second, first], [table, chain, first, first], [table, chain, first, second, second],
        ] {
            let read = read(parts)
            #expect(read?.clamp == nil && read?.isOurs == true)
        }
        #expect(read([chain, first, second]) == nil)
    }

    @Test func `another byte anywhere is seen, unless it is one that says nothing`() throws {
        let clamp = try officeClamp(.bytes(1360))
        var harmless = [[Int]](repeating: [], count: all.count)
        for message in all.indices {
            for place in all[message].indices.dropFirst(16) {
                var changed = all
                changed[message][place] ^= 1
                guard let read = read(changed)?.clamp else { continue }
                #expect(read == clamp)
                harmless[message].append(place)
            }
        }
        // The header's version and number of the change, then padding, handles, the type of an attribute that is 0, and of
        // the chain its flag and its count of rules.
        #expect(harmless[0] == [17, 18, 19, 20, 39] + Array(50...59) + [63])
        #expect(harmless[1] == [17, 18, 19, 39] + Array(56...63) + [103, 104, 105, 111, 112, 113] + Array(116...119))
        let inExpressions = [
            81, 82, 83, 173, 174, 175, 237, 238, 239, 338, 339, 353, 354, 355, 365, 366, 367, 409, 410, 411, 430, 431,
            454, 455, 471, 489, 490, 491, 511,
        ]
        #expect(harmless[2] == [17, 18, 19, 39] + Array(56...63) + inExpressions)
        // The second rule has its position before them, in 12 bytes.
        #expect(
            harmless[3] == [17, 18, 19, 39] + Array(56...63) + [66] + Array(68...75) + inExpressions.map { $0 + 12 })
    }

    @Test func `whatever is cut off is read without a trap, and is no clamp`() {
        for message in all.indices {
            for count in all[message].indices {
                var cut = all
                cut[message] = Array(all[message][..<count])
                #expect(read(cut)?.clamp == nil)
                guard count >= 16 else { continue }
                withUnsafeBytes(of: UInt32(count)) { cut[message].replaceSubrange(0..<4, with: $0) }
                // A rule may lose its last attribute, which is padding or a position.
                if let clamp = read(cut)?.clamp { #expect(clamp == read(all)?.clamp) }
            }
        }
    }

    @Test func `more than was told is a difference, unless it is 0`() {
        let told = [FirewallAttribute(type: 1, content: .bytes([7]))]
        #expect(AttributeReader(Bytes(bytes("0500 0100 07 000000"))).show(told))
        #expect(AttributeReader(Bytes(bytes("0500 0100 07 000000 0800 0200 00000000"))).show(told))
        #expect(!AttributeReader(Bytes(bytes("0500 0100 07 000000 0800 0200 00000001"))).show(told))
        #expect(AttributeReader(Bytes(bytes("0500 0100 07 000000 0800 0200 00000001"))).show(told, ignoring: [2]))
        #expect(!AttributeReader(Bytes([])).show(told))
        let list = [FirewallAttribute(type: 1, content: .list([told, told]))]
        #expect(!AttributeReader(Bytes(bytes("1000 0180 0c00 0180 0500 0100 07 000000"))).show(list))
    }

    @Test func `objects of other families and other messages are none of ours`() {
        let table = bytes(FirewallRecorded.table.replacing("01 00 0006", with: "02 00 0006"))
        #expect(read([table] + all[1...]) == nil)
        #expect(MessageReader(all[1]).compactMap { FirewallObject(.table, $0) }.isEmpty)
        #expect(
            MessageReader(bytes("10000000 000a 0200 07000000 09000000")).allSatisfy {
                FirewallObject(.table, $0) == nil
            })
        let foreign = bytes(FirewallRecorded.table.replacing("7669616475", with: "7769616475"))
        #expect(read([foreign] + all[1...]) == nil)
    }

    @Test func `a comment is found among other fields, and a broken one is none`() {
        #expect(text("00 03 6d7900") == "my")
        #expect(text("02 04 00000001 00 03 6d7900") == "my")
        #expect(text("00 01 00") == "" && text("00 00")?.isEmpty == true)
        for broken in ["", "00", "00 03", "00 04 6d7900", "01 01 00", "01 ff 00 00 03 6d7900"] {
            #expect(text(broken) == nil, "\(broken)")
        }
    }
}
