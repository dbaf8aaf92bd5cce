/// Bytes written for people: hexadecimal digits, and text in single quotes.
///
/// Spaces and line ends mean nothing.
///
///     wire("0000000b 00 09 'get-conns'")
func wire(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, part) in text.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
        if index.isMultiple(of: 2) {
            let digits = part.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
            precondition(digits.count.isMultiple(of: 2), "an odd number of digits in \(part)")
            for pair in stride(from: 0, to: digits.count, by: 2) {
                bytes.append(UInt8(digits[pair] << 4 | digits[pair + 1]))
            }
        } else {
            bytes += Array(part.utf8)
        }
    }
    return bytes
}

/// The bytes as a segment: with their count in front, as four bytes.
func segment(_ bytes: [UInt8]) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
}
