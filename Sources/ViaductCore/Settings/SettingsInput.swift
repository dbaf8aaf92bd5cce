/// One file while it is read: its bytes, and how far the lexer got.
struct SettingsInput {
    let path: String
    /// How many includes lead to the file; 0 for the first.
    let depth: Int
    private let bytes: [UInt8]
    private(set) var index = 0
    private(set) var line = 1

    init(path: String, bytes: [UInt8], depth: Int) {
        self.path = path
        self.bytes = bytes
        self.depth = depth
    }

    var position: SettingsPosition { SettingsPosition(file: path, line: line) }

    /// The next byte, or the one `ahead` bytes later; nil at the end of the file.
    func peek(_ ahead: Int = 0) -> UInt8? {
        index + ahead < bytes.count ? bytes[index + ahead] : nil
    }

    /// Goes on by some bytes.
    mutating func skip(_ count: Int = 1) {
        for byte in bytes[index..<min(index + count, bytes.count)] where byte == SettingsByte.newline { line += 1 }
        index = min(index + count, bytes.count)
    }

    /// Takes bytes up to the first in a set.
    mutating func take(until ends: Set<UInt8>) -> [UInt8] {
        let run = bytes[index...].prefix { !ends.contains($0) }
        skip(run.count)
        return Array(run)
    }

    /// How many bytes from `ahead` on are in a set.
    func count(of set: Set<UInt8>, ahead: Int = 0) -> Int {
        guard index + ahead < bytes.count else { return 0 }
        return bytes[(index + ahead)...].prefix { set.contains($0) }.count
    }

    /// Whether a word stands here.
    func starts(with word: String) -> Bool { bytes[index...].starts(with: word.utf8) }

    /// Passes over blanks, line ends and comments.
    ///
    /// A bare carriage return ends a comment that has blanks before it, and no other; so says strongSwan's lexer.
    mutating func skipBlanksAndComments() {
        while let next = peek() {
            let blanks = count(of: [SettingsByte.blank, SettingsByte.tab])
            if peek(blanks) == SettingsByte.hash {
                skip(blanks)
                skipComment(endsAtCarriageReturn: blanks > 0)
            } else if next == SettingsByte.newline {
                skip()
            } else {
                let run = count(of: [SettingsByte.blank, SettingsByte.tab, SettingsByte.carriageReturn])
                guard run > 0 else { return }
                skip(run)
            }
        }
    }

    private mutating func skipComment(endsAtCarriageReturn: Bool) {
        let rest = bytes[index...]
        let lineEnd = rest.firstIndex(of: SettingsByte.newline)
        let returnEnd = rest.firstIndex(of: SettingsByte.carriageReturn)
        let wholeLine = !endsAtCarriageReturn && lineEnd != nil
        let end = wholeLine ? lineEnd : [lineEnd, returnEnd].compactMap { $0 }.min()
        skip((end ?? bytes.count) - index)
    }
}
