internal import NetworkModel

/// Addresses from a first one to a last one.
struct AddressRange {
    private let first: UInt128
    private let last: UInt128
    private let family: AddressFamily

    /// Parses `FIRST-LAST`; nil for anything else.
    init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { IPAddress($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first.family == last.family else { return nil }
        (self.first, self.last, family) = (Self.number(first), Self.number(last), first.family)
        guard self.first <= self.last else { return nil }
    }

    /// The fewest blocks that hold just these addresses, in order.
    var blocks: [IPPrefix] {
        var blocks: [IPPrefix] = []
        var next = first
        while true {
            // The largest block that begins here and does not reach beyond the last.
            var size = min(next == 0 ? family.bitCount : next.trailingZeroBitCount, family.bitCount)
            while size > 0, size == 128 || last - next < (UInt128(1) << UInt128(size)) - 1 { size -= 1 }
            if let address = address(next), let block = IPPrefix(address, length: family.bitCount - size) {
                blocks.append(block)
            }
            let (following, isBeyond) = next.addingReportingOverflow(UInt128(1) << UInt128(size))
            guard !isBeyond, following <= last else { return blocks }
            next = following
        }
    }

    private static func number(_ address: IPAddress) -> UInt128 {
        address.bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    private func address(_ number: UInt128) -> IPAddress? {
        let count = family.bitCount / 8
        return IPAddress(bytes: (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt128(8 * (count - 1 - $0))) })
    }
}
