import Foundation

/// viaduct.yaml(5), from Docs/Spec.md: its headings, paragraphs, lists, tables and examples.
enum SpecManual {
    static func text(_ markdown: String, release: Release) -> String {
        var page = ManualPage("viaduct.yaml", section: 5, release: release, abstract: "the spec of an IPsec tunnel")
        page.heading("Description")
        for block in blocks(of: markdown) {
            switch block {
            case .heading(let title): page.heading(title)
            case .paragraph(let text): page.paragraph(text)
            case .bullet(let text): page.bullet(text)
            case .example(let text): page.example(text)
            case .row(let cells, let heads): page.item(cells[0], meaning(cells, heads))
            }
        }
        page.heading("See also")
        page.line(".BR viaduct (8),\n.BR swanctl.conf (5)")
        return page.text
    }

    /// What a page is made of.
    private enum Block {
        case heading(String)
        case paragraph(String)
        case bullet(String)
        case example(String)
        /// A row of a table, and what heads its columns.
        case row([String], [String])
    }

    /// A row's text: what it takes and what stands for nothing in brackets, then the meaning.
    private static func meaning(_ cells: [String], _ heads: [String]) -> String {
        let facts = zip(heads, cells).dropFirst().filter { !$0.1.isEmpty }.map { head, cell in
            head == "default" && cell != "**required**" ? "default \(cell)" : cell
        }
        guard cells.count > 2, let last = facts.last, !(cells.last ?? "").isEmpty else {
            return facts.joined(separator: "; ")
        }
        return facts.count == 1 ? last : "(\(facts.dropLast().joined(separator: "; ")))\n\(last)"
    }

    private static func blocks(of markdown: String) -> [Block] {
        var blocks: [Block] = []
        var heads: [String] = []
        var gathered: [String] = []
        var isBullet = false
        var example: [String]?
        func end() {
            guard !gathered.isEmpty else { return }
            let text = gathered.joined(separator: "\n")
            blocks.append(isBullet ? .bullet(text) : .paragraph(text))
            (gathered, isBullet) = ([], false)
        }
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("```") {
                end()
                if let lines = example { blocks.append(.example(lines.joined(separator: "\n"))) }
                example = example == nil ? [] : nil
            } else if example != nil {
                example?.append(line)
            } else if line.isEmpty {
                end()
                heads = []
            } else if line.hasPrefix("#") {
                end()
                // The first heading is the page's own.
                if line.hasPrefix("## ") { blocks.append(.heading(String(line.dropFirst(3)).replacing("`", with: ""))) }
            } else if line.hasPrefix("<!--") || line.hasPrefix("|---") {
                continue
            } else if line.hasPrefix("|") {
                if heads.isEmpty { heads = cells(of: line) } else { blocks.append(.row(cells(of: line), heads)) }
            } else {
                if line.hasPrefix("* ") { end() }
                isBullet = isBullet || line.hasPrefix("* ")
                gathered.append(
                    line.hasPrefix("* ") ? String(line.dropFirst(2)) : line.trimmingCharacters(in: .whitespaces))
            }
        }
        end()
        return blocks
    }

    private static func cells(of row: String) -> [String] {
        row.replacing("\\|", with: "\u{1}").split(separator: "|", omittingEmptySubsequences: false).dropFirst()
            .dropLast()
            .map { $0.trimmingCharacters(in: .whitespaces).replacing("\u{1}", with: "|") }
    }
}
