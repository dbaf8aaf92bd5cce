import Foundation
import NetworkModel
import Testing
import ViaductCore
import ViaductHost

/// The journal is read back with care, whatever is in its place.
@Suite("Journal") struct JournalTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID())").path

    private func journal() throws -> (journal: Journal, name: TunnelName, path: String) {
        let name = try #require(TunnelName("office"))
        return (try Journal(path: folder), name, "\(folder)/office.json")
    }

    private func record(in journal: Journal, of name: TunnelName) throws -> Record {
        var record = journal.newRecord(of: name)
        for step: Step in [
            .setSysctl(SysctlChange(.forwardingIPv4, from: "0", to: "1")),
            .addRoute(Route(to: try #require(IPPrefix("10.2.0.0/24")), type: .unreachable, metric: 7, origin: 222)),
        ] {
            record.begin(step)
            record.finish()
        }
        return record
    }

    private func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test("what was saved is read back, and what is cut off anywhere is damaged and never read as something else")
    func truncated() throws {
        let (journal, name, path) = try journal()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let record = try record(in: journal, of: name)
        try journal.save(record)
        #expect(try journal.record(of: name) == record)
        #expect(try journal.damage(of: name) == nil)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        for length in 0..<bytes.count {
            try write(bytes[..<length], to: path)
            #expect(try journal.record(of: name) == nil, "\(length) bytes")
            #expect(try journal.damage(of: name)?.path == path, "\(length) bytes")
        }
    }

    @Test("no byte that is changed makes it crash")
    func garbage() throws {
        let (journal, name, path) = try journal()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try journal.save(try record(in: journal, of: name))
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        for index in bytes.indices {
            for value in [0x00, 0x22, 0x30, 0x5d, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] = value
                try write(changed, to: path)
                _ = try journal.record(of: name)
                _ = try journal.records()
                _ = try journal.damage(of: name)
            }
        }
        for text in ["", "null", "[]", "{}", "\u{0}\u{0}\u{0}", String(repeating: "[", count: 5000)] {
            try write(text.utf8, to: path)
            #expect(try journal.record(of: name) == nil)
            #expect(try journal.damage(of: name) != nil, "\(text.prefix(9))")
        }
    }

    @Test(
        "another form is told with its age, another boot's journal is none",
        arguments: [
            (#""format":2"#, #""format":1"#, "an older version"), (#""format":2"#, #""format":3"#, "a newer version"),
            (#""tunnel":"office""#, #""tunnel":"home""#, "the tunnel home"),
        ])
    func otherForm(old: String, new: String, words: String) throws {
        let (journal, name, path) = try journal()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try journal.save(try record(in: journal, of: name))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try write(text.replacingOccurrences(of: old, with: new).utf8, to: path)
        #expect(try journal.record(of: name) == nil)
        let damage = try #require(try journal.damage(of: name))
        #expect(damage.reason.contains(words), "\(damage)")
        let aside = try journal.setAside(damage)
        #expect(try journal.damage(of: name) == nil)
        #expect(FileManager.default.fileExists(atPath: aside))
        #expect(try journal.records() == [])

        var other = try record(in: journal, of: name)
        other.bootID = "another"
        try journal.save(other)
        #expect(try journal.record(of: name) == nil)
        #expect(try journal.damage(of: name) == nil)
    }
}
