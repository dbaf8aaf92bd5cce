import TestBed

/// A page of Docs/Tutorials: the machines it is about, and what a person does on them, in order.
///
/// Comments before its blocks, which a reader of the page does not see, say where each block belongs:
///
/// - `<!-- machine moon wan=192.0.2.1/24 lan=10.1.0.1/24 -->`: a machine with such links, `wan` being the underlay;
/// - `<!-- moon: /etc/viaduct/office.yaml -->`: the block is that file there;
/// - `<!-- moon -->`: the block is typed there, as root, and each line must succeed. Of a block `console` the lines behind
///   `$ ` are typed, and every other line but `…` must be in what they print;
/// - `<!-- moon meanwhile -->`: the same of one command that goes on to the end of the page;
/// - `<!-- moon to sun: /etc/viaduct/office.psk -->`: the file goes from one to the other.
struct Tutorial {
    /// A machine by its name, and the addresses of its links.
    struct Machine {
        let name: String
        let links: [(name: String, addresses: [String])]
    }

    /// What is done, and the line of the page where it says so.
    enum Act {
        case write(String, to: String, on: String)
        case type(Transcript, on: String)
        case start(Transcript, on: String)
        case carry(String, from: String, to: String)
    }

    /// What is typed, and what must be seen.
    struct Transcript {
        var script = ""
        var expected: [String] = []
    }

    private(set) var machines: [Machine] = []
    private(set) var acts: [(act: Act, line: Int)] = []

    /// Reads a page.
    ///
    /// - Throws: ``TestBedError`` when a block belongs nowhere, or a comment means nothing.
    init(page: String) throws {
        var place: [String]?
        var block: (kind: String, line: Int, lines: [String])?
        let text = try Repository.text(of: page)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let done = block {
                    if let place { acts.append((try Self.act(done, at: place), done.line)) }
                    (block, place) = (nil, nil)
                } else {
                    block = (String(line.dropFirst(3)), index + 2, [])
                    guard place != nil || line == "```text" else {
                        throw TestBedError("\(page):\(index + 1) belongs nowhere")
                    }
                }
            } else if block != nil {
                block?.lines.append(String(line))
            } else if line.hasPrefix("<!-- "), line.hasSuffix(" -->") {
                let words = line.dropFirst(5).dropLast(4).split(separator: " ").map(String.init)
                if words.first == "machine", words.count > 2 {
                    machines.append(Self.machine(words))
                } else if words.count == 4, words[1] == "to" {
                    acts.append((.carry(words[3], from: words[0], to: String(words[2].dropLast())), index + 1))
                } else {
                    place = words
                }
            }
        }
    }

    private static func machine(_ words: [String]) -> Machine {
        Machine(
            name: words[1],
            links: words.dropFirst(2).map { word in
                let parts = word.split(separator: "=").map(String.init)
                return (parts[0], parts.dropFirst().flatMap { $0.split(separator: ",").map(String.init) })
            })
    }

    private static func act(_ block: (kind: String, line: Int, lines: [String]), at place: [String]) throws -> Act {
        let host = place[0].filter { $0 != ":" }
        let goesOn = place.last == "meanwhile"
        if place.count == 2, !goesOn {
            return .write(block.lines.joined(separator: "\n") + "\n", to: place[1], on: host)
        }
        var transcript = Transcript()
        switch block.kind {
        case "sh": transcript.script = block.lines.joined(separator: "\n") + "\n"
        case "console":
            for line in block.lines where line != "…" {
                if line.hasPrefix("$ ") {
                    transcript.script += line.dropFirst(2) + "\n"
                } else {
                    transcript.expected.append(line)
                }
            }
        case let kind: throw TestBedError("line \(block.line): nothing to be typed is of the kind \(kind)")
        }
        return goesOn ? .start(transcript, on: host) : .type(transcript, on: host)
    }
}
