import NetworkModel
import Testing

@testable import Netlink

/// The ways in which the answers to a transaction come, played to its reader without a kernel.
@Suite struct TransactionTests {
    /// A transaction of two requests from port 9, with the numbers 7 for its opening, 8 and 9, and 10 for its end.
    private func reader() throws -> TransactionReader {
        let clamp = try officeClamp(.bytes(1000))
        var sequence: UInt32 = 6
        return try TransactionReader([.delete(clamp.table), Request.adding(clamp)[0]], port: 9) {
            sequence += 1
            return sequence
        }
    }

    /// NLMSG_ERROR with an errno, to the request of a number.
    private func answer(_ code: Int32, to sequence: UInt8, port: UInt8 = 9) -> [UInt8] {
        bytes("24000000 0200 0001") + [sequence, 0, 0, 0, port, 0, 0, 0]
            + withUnsafeBytes(of: -code) { Array($0) } + bytes("10000000 020a 0100 07000000 00000000")
    }

    private func failure(_ outcome: TransactionReader.Outcome?) throws -> NetlinkError {
        guard case .failed(let error) = outcome else { throw Unexpected() }
        return error
    }

    private struct Unexpected: Error {}

    @Test func `a transaction is opened, asks for the answer to its last request, and is closed`() throws {
        let removal = try Request.delete(officeClamp(.bytes(1000)).table)
        var sequence: UInt32 = 6
        let reader = try TransactionReader([removal], port: 9) {
            sequence += 1
            return sequence
        }
        #expect(reader.bytes == bytes(FirewallGolden.transaction))
    }

    @Test func `it is done when its last request is`() throws {
        let reader = try reader()
        #expect(reader.take(answer(0, to: 6) + answer(0, to: 9, port: 8)) == nil)
        // Kernels since 6.10 acknowledge an opening that asks for it; it says nothing of the rest.
        #expect(reader.take(answer(0, to: 7)) == nil)
        #expect(reader.take(answer(0, to: 9)) == .done)
    }

    @Test func `the first failure is told, by its request`() throws {
        let reader = try reader()
        let gone = try failure(reader.take(answer(2, to: 8) + answer(17, to: 9)))
        #expect(gone.isAlreadyGone && gone.operation == .delete)
        let taken = try failure(reader.take(answer(17, to: 9)))
        #expect(taken.isAlreadyThere && taken.operation == .add)
    }

    @Test func `what fails as a whole is told by its first request`() throws {
        // No right; no nf_tables; and a change that cannot be made after all, although each request was good.
        for code: Int32 in [1, 95, 12] {
            let error = try failure(reader().take(answer(code, to: 7) + answer(0, to: 9)))
            #expect(error.code == code && error.operation == .delete)
        }
    }

    @Test func `what is no netlink is no success`() throws {
        #expect(try failure(reader().take(bytes("ffff0000 0200 0000"))).codeName == "EBADMSG")
        // An answer that is too short to tell of what is passed over.
        #expect(try reader().take(bytes("14000000 0200 0000 09000000 09000000 00000000")) == nil)
        #expect(try reader().take([]) == nil)
    }
}
