/// The text of a manual page as it grows: macros of man(7) and running text, so written that no text is taken for a macro.
struct ManualPage {
    private(set) var text: String

    /// Begins a page.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - section: Its section, such as 8.
    ///   - release: The version that it is of, and its date.
    ///   - abstract: What its subject is, in a few words.
    init(_ name: String, section: Int, release: Release, abstract: String) {
        text = """
            .\\" Written by the test ManualTests; do not edit: make man.
            .TH \(name.uppercased()) \(section) \(release.date) "Viaduct \(release.version)"

            """
        heading("Name")
        line("\(name) \\- \(abstract)")
    }

    /// A section.
    mutating func heading(_ title: String) { line(".SH \(Self.word(title.uppercased()))") }

    /// A part of a section.
    mutating func subheading(_ title: String) { line(".SS \(Self.word(title))") }

    /// A paragraph of Markdown.
    mutating func paragraph(_ markdown: String) {
        separate()
        line(Self.inline(markdown))
    }

    /// A term, and what it means below it; both Markdown.
    mutating func item(_ term: String, _ meaning: String) {
        line(".TP")
        line(Self.inline(term))
        line(Self.inline(meaning))
    }

    /// A point of a list; Markdown.
    mutating func bullet(_ markdown: String) {
        line(".IP \\(bu 2")
        line(Self.inline(markdown))
    }

    /// Lines that stay as they are.
    mutating func example(_ lines: String) {
        separate()
        line(".RS 4\n.EX")
        for each in lines.split(separator: "\n", omittingEmptySubsequences: false) {
            line(Self.guarded(Self.plain(each)))
        }
        line(".EE\n.RE")
    }

    /// The space before a paragraph, which behind a heading is there already.
    private mutating func separate() {
        let last = text.split(separator: "\n").last ?? ""
        if !last.hasPrefix(".S") { line(".PP") }
    }

    /// A line of roff.
    mutating func line(_ roff: String) { text += roff + "\n" }

    /// Markdown's `code` and **strong** as bold, links as their text.
    static func inline(_ markdown: String) -> String {
        var roff = ""
        var isBold = false
        var rest = markdown[...]
        while let first = rest.first {
            if rest.hasPrefix("**") || first == "`" {
                isBold.toggle()
                roff += isBold ? "\\fB" : "\\fR"
                rest = rest.dropFirst(first == "`" ? 1 : 2)
            } else if !isBold, first == "[", let link = rest.prefixMatch(of: /\[([^\]]+)\]\([^)]+\)/) {
                roff += plain(link.1)
                rest = rest[link.range.upperBound...]
            } else if !isBold, rest.hasPrefix("\\|") {
                rest = rest.dropFirst()
            } else {
                roff += plain(String(first))
                rest = rest.dropFirst()
            }
        }
        return roff.split(separator: "\n").map { guarded(String($0)) }.joined(separator: "\n")
    }

    /// Text with no character that means something to roff, nor one that its fonts lack.
    static func plain(_ text: some StringProtocol) -> String {
        var roff = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": roff += "\\e"
            case "-": roff += "\\-"
            case "'": roff += "\\(aq"
            case "`": roff += "\\(ga"
            case "^": roff += "\\(ha"
            case "~": roff += "\\(ti"
            case "\"": roff += "\\(dq"
            case _ where scalar.isASCII: roff.unicodeScalars.append(scalar)
            case _:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                roff += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return roff
    }

    /// A line that does not begin as a macro does.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }

    /// One argument of a macro.
    private static func word(_ text: String) -> String { "\"\(plain(text))\"" }
}

/// What a release is called, by its changelog.
struct Release {
    /// Such as 0.1.0.
    var version: String
    /// The day, such as 2026-11-28.
    var date: String

    /// The newest one that debian/changelog has.
    static func newest() throws -> Release {
        let text = try TextFile.page("debian/changelog")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let head = text.firstMatch(of: #/^viaduct \(([^)]+)\)/#),
            let tail = text.firstMatch(of: #/\n -- .*  \w+, (\d+) (\w+) (\d+) /#),
            let month = months.firstIndex(of: String(tail.2))
        else { throw Stale("debian/changelog has no release at its head") }
        let digits = { (text: Substring) in text.count < 2 ? "0" + text : String(text) }
        return Release(version: String(head.1), date: "\(tail.3)-\(digits("\(month + 1)"))-\(digits(tail.1))")
    }
}

/// A document that cannot be made any more from what it is made of.
struct Stale: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
