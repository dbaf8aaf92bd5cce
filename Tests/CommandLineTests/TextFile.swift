import Glibc
import TestBed

/// Files of text: specs, and the pages of this repository.
enum TextFile {
    /// The folder that this package lies in.
    static let repository = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// A page of this repository.
    static func page(_ path: String) throws -> String { try read("\(repository)/\(path)") }

    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "re") else { throw TestBedError("\(path) cannot be read: errno \(errno)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "we") else { throw TestBedError("\(path) cannot be written: errno \(errno)") }
        let count = fputs(text, file)
        guard fclose(file) == 0, count >= 0 else { throw TestBedError("\(path) was not written") }
    }
}

/// A fenced block of a page.
struct Block: Sendable, CustomStringConvertible {
    /// The page it stands on.
    var page: String
    /// The number of its first line.
    var line: Int
    /// The word behind the fence, such as `yaml`.
    var language: String
    /// Its text.
    var text: String

    var description: String { "\(page):\(line)" }

    /// The blocks of a page in a language.
    ///
    /// The comment `<!-- fragment -->` above a block exempts it.
    static func all(_ language: String, of page: String) throws -> [Block] {
        var blocks: [Block] = []
        var open: Block?
        var isFragment = false
        let lines = try TextFile.page(page).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    if block.language == language, !isFragment { blocks.append(block) }
                    (open, isFragment) = (nil, false)
                } else {
                    open = Block(page: page, line: index + 2, language: String(line.dropFirst(3)), text: "")
                }
            } else if open != nil {
                open?.text += line + "\n"
            } else if line == "<!-- fragment -->" {
                isFragment = true
            }
        }
        return blocks
    }
}

/// Whether expected texts are to be written anew: `VIADUCT_RECORD=1`.
let isRecording = getenv("VIADUCT_RECORD").map { String(cString: $0) == "1" } ?? false
