internal import CLibnl
internal import NetworkModel

/// A view of received bytes; every read is checked, and one past the end is nil.
///
/// Nothing that a peer may write into these bytes can make a read trap.
struct Bytes: Sendable {
    private let slice: ArraySlice<UInt8>

    init(_ slice: ArraySlice<UInt8>) {
        self.slice = slice
    }

    init(_ array: [UInt8]) {
        self.init(array[...])
    }

    /// The number of bytes.
    var count: Int { slice.count }

    /// The bytes as an array of their own.
    var array: [UInt8] { Array(slice) }

    /// The part from `start`, at most `length` bytes; what lies outside is left off.
    func part(from start: Int, length: Int = .max) -> Bytes {
        guard start >= 0, start < count, length > 0 else { return Bytes([]) }
        let first = slice.startIndex + start
        return Bytes(slice[first..<first + min(length, count - start)])
    }

    /// A whole C structure in host order, copied over `value`; nil when the bytes do not hold all of it.
    ///
    /// `Value` must be a C structure without pointers. Most of the XFRM ones hold a union, and so are not
    /// `BitwiseCopyable`, which rules out `loadUnaligned`.
    func structure<Value>(_ value: Value, at offset: Int = 0) -> Value? {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= count, count - offset >= size else { return nil }
        var value = value
        let part = part(from: offset, length: size)
        withUnsafeMutableBytes(of: &value) { target in
            part.slice.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return value
    }

    /// A number in host order.
    func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self, at offset: Int = 0) -> Value? {
        structure(Value.zero, at: offset)
    }

    /// The number at the start, in host order.
    var u8: UInt8? { integer() }
    /// The number at the start, in host order.
    var u16: UInt16? { integer() }
    /// The number at the start, in host order.
    var u32: UInt32? { integer() }

    /// The text up to the first NUL, or to the end.
    var text: String {
        String(decoding: slice.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// The text as an interface name; nil when it is none.
    var interfaceName: InterfaceName? { InterfaceName(text) }

    /// The address, whose family the number of bytes decides; nil for any other number.
    var address: IPAddress? { IPAddress(bytes: slice) }

    /// The first bytes as an address of a family, as in the 16 bytes of `xfrm_address_t`.
    func address(of family: AddressFamily) -> IPAddress? {
        let size = family.bitCount / 8
        return count >= size ? IPAddress(bytes: slice.prefix(size)) : nil
    }
}

extension AddressFamily {
    /// The number of the family in C (`AF_INET`, `AF_INET6`).
    var number: UInt8 {
        switch self {
        case .ipv4: UInt8(AF_INET)
        case .ipv6: UInt8(AF_INET6)
        }
    }

    /// The family of a number; nil for those of other protocols.
    init?(number: some BinaryInteger) {
        switch Int32(truncatingIfNeeded: number) {
        case AF_INET: self = .ipv4
        case AF_INET6: self = .ipv6
        default: return nil
        }
    }
}
