internal import CLibnl

/// One netlink attribute (`struct nlattr`): a type without its flag bits, and its payload.
struct Attribute: Sendable {
    /// The type, such as IFLA_MTU; NLA_F_NESTED and NLA_F_NET_BYTEORDER are removed.
    let type: Int
    /// What it holds.
    let payload: Bytes
}

/// Walks over a row of attributes.
///
/// A length that is too small for a header or that reaches past the end finishes the walk, so that malformed input is
/// short input and never a trap or an endless loop.
struct AttributeReader: Sequence, IteratorProtocol, Sendable {
    private var rest: Bytes

    init(_ bytes: Bytes) {
        rest = bytes
    }

    mutating func next() -> Attribute? {
        guard let header = rest.structure(nlattr()), header.nla_len >= 4, Int(header.nla_len) <= rest.count
        else { return nil }
        let length = Int(header.nla_len)
        let type = Int(header.nla_type & 0x3fff)
        let payload = rest.part(from: 4, length: length - 4)
        rest = rest.part(from: aligned(length))
        return Attribute(type: type, payload: payload)
    }

    /// The payload of the last attribute of a type, as the kernel takes the last one too; nil when there is none.
    subscript(type: Int) -> Bytes? {
        var found: Bytes?
        for attribute in self where attribute.type == type { found = attribute.payload }
        return found
    }
}

extension Bytes {
    /// The attributes that begin after a header of `size` bytes.
    func attributes(after size: Int = 0) -> AttributeReader {
        AttributeReader(part(from: aligned(size)))
    }
}

/// A length rounded up to the 4 bytes that messages and attributes keep to (NLMSG_ALIGNTO, NLA_ALIGNTO).
func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
