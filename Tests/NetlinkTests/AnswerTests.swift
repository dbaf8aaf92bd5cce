import NetworkModel
import Testing

@testable import Netlink

/// The ways in which answers come, played to the readers without a kernel.
@Suite struct AnswerTests {
    /// A message of a dump by sequence 7 and port 9; the type 100 stands for an object.
    private func part(_ type: UInt8, flags: String = "0200", sequence: UInt8 = 7, port: UInt8 = 9, _ rest: String = "")
        -> [UInt8]
    {
        let payload = bytes(rest)
        return [UInt8(16 + payload.count), 0, 0, 0, type, 0] + bytes(flags) + [sequence, 0, 0, 0, port, 0, 0, 0]
            + payload
    }

    private func reader() -> DumpReader<Int> {
        DumpReader(sequence: 7, port: 9) { $0.type }
    }

    private let done = "00000000"

    @Test func `a dump ends with its values, over several datagrams`() {
        var reader = reader()
        #expect(reader.take(part(100) + part(101)) == nil)
        #expect(reader.take(part(102)) == nil)
        #expect(reader.take(part(3, done)) == .values([100, 101, 102]))
    }

    @Test func `messages of other requests and other sockets are passed over`() {
        var reader = reader()
        #expect(reader.take(part(100, sequence: 6) + part(3, sequence: 6, done)) == nil)
        #expect(reader.take(part(100, port: 8) + part(100, sequence: 0, port: 0)) == nil)
        #expect(reader.take(part(101) + part(3, done)) == .values([101]))
    }

    @Test func `a disturbed dump is to be repeated, wherever that is said`() {
        let disturbances: [[[UInt8]]] = [
            [part(100, flags: "1200"), part(3, done)],  // NLM_F_DUMP_INTR on an object
            [part(100), part(3, flags: "1200", done)],  // and on the end
            [part(100), part(4), part(3, done)],  // NLMSG_OVERRUN
            [part(100), part(3, "fcffffff")],  // NLMSG_DONE with -EINTR
        ]
        for datagrams in disturbances {
            var reader = reader()
            #expect(datagrams.compactMap { reader.take($0) } == [.disturbed])
        }
        var lossy = reader()
        lossy.noteLoss()
        #expect(lossy.take(part(100) + part(3, done)) == .disturbed)
    }

    @Test func `a refused dump is no empty list`() {
        for type: UInt8 in [2, 3] {
            var reader = reader()
            let rest = type == 2 ? "eaffffff 10000000 1200 0103 07000000 00000000" : "eaffffff"
            #expect(reader.take(part(type, rest)) == .refused(22))
        }
        var reader = reader()
        #expect(reader.take(part(100) + bytes("ffff0000 0300 0000")) == .refused(74))
    }

    private func batch() throws -> BatchReader {
        var sequence: UInt32 = 6
        let rules = (0..<3).map { Rule(family: .ipv4, priority: UInt32($0), action: .nop) }
        return BatchReader(try rules.map { try Request.add($0) }, port: 9) {
            sequence += 1
            return sequence
        }
    }

    @Test func `a batch is numbered, and asks for one acknowledgement at its end`() throws {
        let messages = Array(MessageReader(try batch().bytes))
        #expect(messages.map(\.sequence) == [7, 8, 9])
        #expect(messages.map { $0.has(4) } == [false, false, true])
    }

    @Test func `a failure is matched by its number, and silence is success`() throws {
        var batch = try batch()
        let failed = part(2, flags: "0001", sequence: 8, "efffffff 34000000 2000 0106 08000000 00000000")
        let stale = part(2, flags: "0001", sequence: 5, "efffffff 34000000 2000 0106 05000000 00000000")
        let last = part(2, flags: "0001", sequence: 9, "00000000 34000000 2000 0506 09000000 00000000")
        #expect(batch.take(stale + failed) == true)
        #expect(!batch.isComplete)
        #expect(batch.take(last) == true)
        #expect(batch.isComplete)
        let codes = batch.requests.indices.map { batch.failures[$0]?.codeName ?? "" }
        #expect(codes == ["", "EEXIST", ""])
    }

    @Test func `a failure of the last request ends the batch too`() throws {
        var batch = try batch()
        let failed = part(2, flags: "0001", sequence: 9, "efffffff 34000000 2000 0506 09000000 00000000")
        #expect(batch.take(failed) == true)
        #expect(batch.isComplete)
        #expect(batch.take(bytes("ffff0000 0200 0000")) == false)
    }
}

extension DumpReader.End: Equatable where Value: Equatable {
    /// Compares without the kernel's words.
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.values(let left), .values(let right)): left == right
        case (.disturbed, .disturbed): true
        case (.refused(let left, _), .refused(let right, _)): left == right
        default: false
        }
    }

    fileprivate static func refused(_ code: Int32) -> Self { .refused(code, nil) }
}
