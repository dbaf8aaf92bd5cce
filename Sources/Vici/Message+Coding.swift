/// Bytes that are not the protocol, or a message the protocol cannot express.
package struct CodingFault: Error, Sendable, Equatable {
    /// What is wrong, and where; never a value.
    package let reason: String
}

/// Which names the encoder lets pass.
package enum NameRule: Sendable {
    /// 1 to 255 printable ASCII bytes: what charon takes. To a request with any other name it gives no answer at all.
    case printable
    /// 0 to 255 bytes of any kind: what charon may send, as in the section `""` of get-counters.
    case any
}

/// The numbers of the wire format, from strongSwan's `vici_message.h`.
private enum Kind {
    static let sectionStart: UInt8 = 1
    static let sectionEnd: UInt8 = 2
    static let keyValue: UInt8 = 3
    static let listStart: UInt8 = 4
    static let listItem: UInt8 = 5
    static let listEnd: UInt8 = 6
}

extension Message {
    /// Writes the message as charon reads it.
    ///
    /// - Throws: `CodingFault` for a name or value beyond the limits.
    package func encoded(names rule: NameRule = .printable) throws(CodingFault) -> [UInt8] {
        var bytes: [UInt8] = []
        for token in tokens {
            switch token {
            case .sectionStart(let name):
                bytes.append(Kind.sectionStart)
                try bytes.append(name: name, rule)
            case .sectionEnd:
                bytes.append(Kind.sectionEnd)
            case .value(let name, let value):
                bytes.append(Kind.keyValue)
                try bytes.append(name: name, rule)
                try bytes.append(value: value, of: name)
            case .list(let name, let items):
                bytes.append(Kind.listStart)
                try bytes.append(name: name, rule)
                for item in items {
                    bytes.append(Kind.listItem)
                    try bytes.append(value: item, of: name)
                }
                bytes.append(Kind.listEnd)
            }
        }
        return bytes
    }

    /// Reads a message that fills the bytes to their end.
    ///
    /// - Throws: `CodingFault` when an element is unknown, out of place, cut short, or a section or list is left open.
    package init(decoding bytes: ArraySlice<UInt8>) throws(CodingFault) {
        var reader = ByteReader(bytes)
        var tokens: [Token] = []
        var depth = 0
        while let kind = reader.next() {
            switch kind {
            case Kind.sectionStart:
                tokens.append(.sectionStart(try reader.name()))
                depth += 1
            case Kind.sectionEnd:
                guard depth > 0 else { throw reader.fault("the end of a section that was not begun") }
                tokens.append(.sectionEnd)
                depth -= 1
            case Kind.keyValue:
                let name = try reader.name()
                tokens.append(.value(name, try reader.value()))
            case Kind.listStart:
                let name = try reader.name()
                tokens.append(.list(name, try reader.items()))
            case Kind.listItem, Kind.listEnd:
                throw reader.fault("a list element outside of a list")
            default:
                throw reader.fault("element type \(kind) is unknown")
            }
        }
        guard depth == 0 else { throw reader.fault("\(depth) sections are not ended") }
        self.init(balanced: tokens)
    }
}

extension ByteReader {
    fileprivate mutating func items() throws(CodingFault) -> [[UInt8]] {
        var items: [[UInt8]] = []
        while let kind = next() {
            switch kind {
            case Kind.listItem: items.append(try value())
            case Kind.listEnd: return items
            default: throw fault("element type \(kind) inside of a list")
            }
        }
        throw fault("a list is not ended")
    }

    fileprivate mutating func value() throws(CodingFault) -> [UInt8] {
        guard let high = next(), let low = next() else { throw fault("a value's length is cut short") }
        return Array(try take(Int(high) << 8 | Int(low)))
    }
}

extension [UInt8] {
    /// Appends a length byte and the name.
    mutating func append(name: String, _ rule: NameRule) throws(CodingFault) {
        let lengths = rule == .printable ? 1...255 : 0...255
        let limit: UInt32 = rule == .printable ? 0x7e : 0xff
        let lowest: UInt32 = rule == .printable ? 0x20 : 0
        guard lengths.contains(name.unicodeScalars.count) else {
            throw CodingFault(reason: "a name has \(name.unicodeScalars.count) characters, not 1 to 255")
        }
        append(UInt8(name.unicodeScalars.count))
        for scalar in name.unicodeScalars {
            guard (lowest...limit).contains(scalar.value) else {
                throw CodingFault(reason: "the name \"\(name.sanitized)\" is not printable ASCII")
            }
            append(UInt8(scalar.value))
        }
    }

    fileprivate mutating func append(value: [UInt8], of name: String) throws(CodingFault) {
        guard let length = UInt16(exactly: value.count) else {
            throw CodingFault(reason: "the value of \(name.sanitized) has \(value.count) bytes, more than 65535")
        }
        append(UInt8(length >> 8))
        append(UInt8(length & 0xff))
        append(contentsOf: value)
    }
}
