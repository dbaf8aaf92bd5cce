/// The types of settings, read from text exactly as loosely as strongSwan does.
///
/// strongSwan takes the default for what it cannot read, and says nothing.
public enum SettingsValue {
    /// Reads `yes`, `true`, `enabled`, `1`, `no`, `false`, `disabled` or `0`, in any case; nil for all else.
    public static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "yes", "true", "enabled": true
        case "0", "no", "false", "disabled": false
        default: nil
        }
    }

    /// Reads a number, decimal or hexadecimal with `0x`, as strtol(3), of which charon keeps 32 bits; nil when anything
    /// else is there.
    public static func integer(_ text: String) -> Int? {
        if text.hasPrefix("0x"), text.utf8.dropFirst(2).first.map(isHexadecimal) ?? false {
            return Int(text.dropFirst(2), radix: 16).map { Int(Int32(truncatingIfNeeded: $0)) }
        }
        let (value, rest) = leadingNumber(text)
        guard let value, rest.isEmpty else { return nil }
        return Int(Int32(truncatingIfNeeded: value))
    }

    /// Reads a time with the unit `s`, `m`, `h` or `d`, seconds when it has none.
    ///
    /// Only the first letter of the unit counts: `5ms` is five minutes. The number of seconds is kept in 32 bits.
    ///
    /// - Returns: the time in seconds; nil when there is no number, or another letter behind it.
    public static func seconds(_ text: String) -> UInt32? {
        let (value, rest) = leadingNumber(text)
        guard let value else { return nil }
        let number = UInt32(truncatingIfNeeded: value)
        return switch rest.drop(while: isSpace).first {
        case nil, UInt8(ascii: "s"): number
        case UInt8(ascii: "m"): number &* 60
        case UInt8(ascii: "h"): number &* 3600
        case UInt8(ascii: "d"): number &* 86400
        default: nil
        }
    }

    /// The number that a text begins with, after blanks and a sign, and the rest; nil beyond 64 bits.
    private static func leadingNumber(_ text: String) -> (value: Int?, rest: Substring.UTF8View.SubSequence) {
        let bytes = text[...].utf8.drop(while: isSpace)
        let sign = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? 1 : 0
        let digits = bytes.dropFirst(sign).prefix { (0x30...0x39).contains($0) }
        return (Int(String(bytes.prefix(sign + digits.count)) ?? ""), bytes.dropFirst(sign + digits.count))
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).isHexDigit }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension SettingsTree {
    /// The value of a key as yes or no; nil when there is none, or it is neither.
    public func bool(_ name: String) -> Bool? { value(name).flatMap(SettingsValue.bool) }

    /// The value of a key as a number; nil when there is none, or it is no number.
    public func integer(_ name: String) -> Int? { value(name).flatMap(SettingsValue.integer) }

    /// The value of a key as a time in seconds; nil when there is none, or it is no time.
    public func seconds(_ name: String) -> UInt32? { value(name).flatMap(SettingsValue.seconds) }
}
