internal import NetworkModel

/// Ranges such as `1000-2000`.
enum NumberRange {
    /// Parses `N` or `N-M`, decimal; nil when a number is out of the limits or the second is less than the first.
    static func parse<Number: FixedWidthInteger>(
        _ text: some StringProtocol, _ limits: ClosedRange<Number>
    ) -> ClosedRange<Number>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            number(part).flatMap { Number(exactly: $0) }
        }
        guard (1...2).contains(parts.count), let first = parts[0], let last = parts[parts.count - 1],
            limits.contains(first), limits.contains(last), first <= last
        else { return nil }
        return first...last
    }

    /// Parses a decimal number: digits only, without a leading zero.
    static func number(_ text: some StringProtocol) -> UInt32? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt32(literal: text) : nil
    }
}
