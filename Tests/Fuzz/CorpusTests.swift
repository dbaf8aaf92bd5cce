import Foundation
import TestBed
import Testing

/// The seeds of the fuzzing, and every input that has ever broken something.
@Suite("The corpus of the fuzzing")
struct CorpusTests {
    @Test("every input is refused or obeys the laws", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        let folder = URL(filePath: Repository.path(of: "Tests/Fuzz/corpus/\(target.rawValue)"))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let input = Array(try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.check(input) }
        }
    }
}
