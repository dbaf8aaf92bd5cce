internal import NetworkModel

/// What ties a child to a link that it has already.
enum BindingImport: Hashable {
    /// The if_ids of an XFRM interface.
    case identifiers(input: UInt32, output: UInt32)
    /// The marks of a VTI.
    case marks(input: Mark, output: Mark)
}

extension ConnectionImport {
    /// Reads a child's if_ids, else the connection's, else its marks.
    func binding(_ child: ForeignSection) -> BindingImport? {
        let marks = both(child, "mark_in", "mark_out") { Mark($0).flatMap { $0.value == 0 ? nil : $0 } }
        let own = both(child, "if_id_in", "if_id_out") { Self.identifier($0) }
        let shared = both(section, "if_id_in", "if_id_out") { Self.identifier($0) }
        if let (input, output) = own ?? shared {
            for name in ["mark_in", "mark_out"] where marks != nil {
                if let key = child.take(name) { report.warn(key.remark("stands beside an if_id", "the if_id is kept")) }
            }
            return .identifiers(input: input, output: output)
        }
        return marks.map { .marks(input: $0.0, output: $0.1) }
    }

    private static func identifier(_ text: String) -> UInt32? {
        UInt32(literal: text).flatMap { (1...0xffff_fffd).contains($0) ? $0 : nil }
    }

    private func both<Value>(
        _ section: ForeignSection, _ input: String, _ output: String, _ parse: (String) -> Value?
    ) -> (Value, Value)? {
        let keys = [section.take(input), section.take(output)].compactMap { $0 }
            .filter { !["0", "0x0", "0/0x00000000", ""].contains($0.value) }
        guard !keys.isEmpty else { return nil }
        let values = keys.map { parse($0.value) }
        guard keys.count == 2, let first = values[0], let second = values[1] else {
            let isUnique = keys.contains { $0.value.hasPrefix("%unique") }
            for key in keys {
                report.warn(
                    key.remark(
                        isUnique ? "is another number for each SA" : "has no number beside it that fits",
                        "a link has one of its own, which Viaduct chooses"))
            }
            return nil
        }
        return (first, second)
    }

    /// The one binding of all children; a spec has one link.
    func binding(of children: [ChildImport]) -> BindingImport? {
        let bindings = children.compactMap(\.binding).uniqued
        for child in children {
            guard let first = bindings.first, child.binding != first else { continue }
            report.warn(
                child.section.remark(
                    "is not tied to the same link as the other children", "a spec has one link, and they share it now"))
        }
        return bindings.first
    }
}

extension BindingImport {
    /// The entries of a spec's section `interface`.
    var entries: [SpecValue.Entry] {
        switch self {
        case .identifiers(let input, let output):
            return [.init("id", Self.value("\(input)", "\(output)"))]
        case .marks(let input, let output):
            return [.init("kind", "vti"), .init("id", Self.value(Self.text(input), Self.text(output)))]
        }
    }

    private static func text(_ mark: Mark) -> String { mark.mask == .max ? "\(mark.value)" : "\(mark)" }

    private static func value(_ input: String, _ output: String) -> SpecValue {
        input == output && !input.contains("/")
            ? .text(input) : .mapping(.init("in", input), .init("out", output))
    }
}
