internal import NetworkModel

extension TunnelReader {
    /// Ids that are nobody's: 0 means none, and the two greatest mean `%unique` to charon.
    private static let identifiers: ClosedRange<UInt32> = 1...0xffff_fffd

    /// Reads `interface.id`: `auto`, one for both directions, or one for each.
    func identifier(_ field: SpecField, kind: TunnelKind) -> TunnelID? {
        switch field.node.content {
        case .text("auto"): return .automatic
        case .mapping: return pair(field, kind: kind)
        default:
            return mark(field, kind: kind).map { $0.mask == .max ? .fixed($0.value) : .pair(input: $0, output: $0) }
        }
    }

    private func pair(_ field: SpecField, kind: TunnelKind) -> TunnelID? {
        guard let section = SpecSection(field, keys: SpecKeys.id) else { return nil }
        for key in SpecKeys.id where !section.has(key) {
            section.failMissing(key, "write both, such as '{ in: 1, out: 2 }', or one number for both directions")
        }
        let input = section["in"].flatMap { mark($0, kind: kind) }
        let output = section["out"].flatMap { mark($0, kind: kind) }
        guard let input, let output else { return nil }
        return input == output && input.mask == .max ? .fixed(input.value) : .pair(input: input, output: output)
    }

    /// An if_id, or a mark that may have a mask.
    private func mark(_ field: SpecField, kind: TunnelKind) -> Mark? {
        guard case .text(let text) = field.node.content, text.contains("/") else {
            return field.identifier(Self.identifiers).map { Mark($0) }
        }
        guard kind == .vti else {
            field.failValue("has a mask, which only a VTI's marks have", "write the number alone, or 'kind: vti'")
            return nil
        }
        guard let mark = field.value("a mark such as 0x10/0xff", { Mark($0) }) else { return nil }
        guard Self.identifiers.contains(mark.value) else {
            field.failValue(
                mark.value == 0 ? "is the mark 0, which means none" : "is a mark that charon keeps for itself",
                "write a mark of \(Self.identifiers.lowerBound)...\(Self.identifiers.upperBound)")
            return nil
        }
        guard mark.mask != 0 else {
            field.failValue("has a mask that hides the whole mark", "write the mark alone, or a mask that covers it")
            return nil
        }
        guard mark.value & ~mark.mask == 0 else {
            let left = Mark(mark.value & mark.mask, mask: mark.mask)
            field.failValue(
                "has bits outside its mask, so it never matches",
                left.value == 0 ? "write a mask that covers the mark" : "write \(left)")
            return nil
        }
        return mark
    }
}
