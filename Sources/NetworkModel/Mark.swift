/// A packet mark with the bits of it that count: `value/mask` of ip(8), `struct xfrm_mark` of linux/xfrm.h.
public struct Mark: Sendable, Hashable, Codable {
    /// The value, in host byte order.
    public let value: UInt32
    /// The bits compared; all ones when none was given.
    public let mask: UInt32

    /// Makes a mark.
    ///
    /// - Parameters:
    ///   - value: the value, in host byte order.
    ///   - mask: the bits compared; all by default, as in the kernel.
    public init(_ value: UInt32, mask: UInt32 = .max) {
        self.value = value
        self.mask = mask
    }

    /// Parses `VALUE` or `VALUE/MASK`, each decimal or hexadecimal with `0x`, 0...4294967295.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { UInt32(literal: $0) }
        guard (1...2).contains(parts.count), let value = parts[0] else { return nil }
        guard parts.count == 2 else {
            self.init(value)
            return
        }
        guard let mask = parts[1] else { return nil }
        self.init(value, mask: mask)
    }
}

extension Mark: CustomStringConvertible {
    /// `0xVALUE`, or `0xVALUE/0xMASK` when not all bits count; ip(8) prints fwmarks the same way.
    public var description: String {
        let value = "0x" + String(value, radix: 16)
        return mask == .max ? value : value + "/0x" + String(mask, radix: 16)
    }
}

extension UInt32 {
    /// Parses a number as people write ids and marks: decimal, or hexadecimal with `0x`; no sign, no octal.
    public init?(literal text: some StringProtocol) {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let digits = isHexadecimal ? String(text.dropFirst(2)) : String(text)
        guard let first = digits.utf8.first, first != 0x2b, first != 0x2d,
            isHexadecimal || first != 0x30 || digits.utf8.count == 1
        else { return nil }
        self.init(digits, radix: isHexadecimal ? 16 : 10)
    }
}
