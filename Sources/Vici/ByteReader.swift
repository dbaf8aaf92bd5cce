/// A cursor over received bytes that never reads past their end.
struct ByteReader {
    private var rest: ArraySlice<UInt8>
    private let start: Int

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
        start = bytes.startIndex
    }

    /// The next byte; nil at the end.
    mutating func next() -> UInt8? { rest.popFirst() }

    /// The next bytes.
    ///
    /// - Throws: `CodingFault` when fewer are left.
    mutating func take(_ count: Int) throws(CodingFault) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw fault("\(count) bytes are announced, \(rest.count) are left") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A length byte and as many bytes of name.
    ///
    /// - Throws: `CodingFault` when it is cut short.
    mutating func name() throws(CodingFault) -> String {
        guard let length = next() else { throw fault("a name is cut short") }
        var name = String.UnicodeScalarView()
        for byte in try take(Int(length)) { name.append(Unicode.Scalar(byte)) }
        return String(name)
    }

    /// Everything that is left.
    mutating func remainder() -> ArraySlice<UInt8> {
        defer { rest = [] }
        return rest
    }

    /// A fault at the place reached so far.
    func fault(_ reason: String) -> CodingFault {
        CodingFault(reason: "\(reason) (at byte \(rest.startIndex - start))")
    }
}
