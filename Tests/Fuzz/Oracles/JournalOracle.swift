import Foundation
import NetworkModel

@testable import ViaductCore

/// A journal that can be read is written so that it reads the same, and the way down can be planned and printed from it.
enum JournalOracle {
    static func check(_ input: [UInt8]) throws(OracleFailure) {
        guard let name = TunnelName("office"),
            let record = try? JSONDecoder().decode(Record.self, from: Data(input))
        else { return }
        try check(record, of: name, on: Observed())
    }

    static func check(_ record: Record, of name: TunnelName, on machine: Observed) throws(OracleFailure) {
        let again: Record
        do {
            again = try JSONDecoder().decode(Record.self, from: try JSONEncoder().encode(record))
        } catch {
            throw OracleFailure("a journal cannot be written and read back: \(error)")
        }
        try require(again == record, "a journal reads back as another")
        _ = record.namespace
        var later = record
        for step in record.claims { later.begin(step) }
        later.finish()
        var machine = machine
        machine.record = record
        machine.charon = CharonState(version: "5.9.8")
        let plan = Planner.down(name, on: machine)
        _ = Script.text(plan.steps, heading: [])
    }
}
