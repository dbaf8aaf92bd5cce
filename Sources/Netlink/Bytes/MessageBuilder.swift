internal import CLibnl
internal import Glibc
internal import NetworkModel

/// Builds one request in a libnl message, which it owns.
///
/// It starts from a header of ours, or takes over a message that one of libnl-route's builders made. An attribute that
/// does not fit is remembered, and `finish` refuses the message: libnl would send it without.
struct MessageBuilder: ~Copyable {
    private let message: OpaquePointer?
    private var code: Int32 = 0

    /// Begins a message with a header and the fixed structure that its type begins with.
    ///
    /// - Parameters:
    ///   - type: such as RTM_NEWADDR.
    ///   - flags: NLM_F_*, to which NLM_F_REQUEST is added.
    ///   - header: such as `ifaddrmsg`; a C structure without pointers.
    init<Header>(_ type: Int, flags: Int32 = 0, header: Header) {
        self.init(type, flags: flags, bytes: withUnsafeBytes(of: header) { Array($0) })
    }

    /// Begins a message with the bytes of a fixed structure, for one with padding that must be 0.
    init(_ type: Int, flags: Int32 = 0, bytes: [UInt8]) {
        // No request of ours but an address list comes near this size; see `finish`.
        message = nlmsg_alloc_size(2048)
        guard let message else {
            code = ENOMEM
            return
        }
        guard nlmsg_put(message, 0, 0, Int32(type), 0, NLM_F_REQUEST | flags) != nil else {
            code = EMSGSIZE
            return
        }
        var bytes = bytes
        let status = nlmsg_append(message, &bytes, bytes.count, Int32(NLMSG_ALIGNTO))
        if status < 0 { code = EMSGSIZE }
    }

    /// Takes over a message that libnl-route built, and marks it as a request.
    ///
    /// - Parameters:
    ///   - built: the message; nil counts as out of memory.
    ///   - status: what the builder returned.
    init(adopting built: OpaquePointer?, status: Int32) {
        message = built
        guard status >= 0, let built, let header = nlmsg_hdr(built) else {
            code = status == -NLE_MSGSIZE ? EMSGSIZE : status == -NLE_NOMEM ? ENOMEM : EINVAL
            return
        }
        header.pointee.nlmsg_flags |= UInt16(NLM_F_REQUEST)
    }

    deinit {
        nlmsg_free(message)
    }

    /// Puts bytes as they are.
    mutating func put(_ type: Int, _ bytes: [UInt8]) {
        guard code == 0 else { return }
        if nla_put(message, Int32(type), Int32(bytes.count), bytes) < 0 { code = EMSGSIZE }
    }

    /// Puts a number in host order.
    mutating func put<Value: FixedWidthInteger>(_ type: Int, _ value: Value) {
        put(type, withUnsafeBytes(of: value) { Array($0) })
    }

    /// Puts a text with the closing NUL that the kernel wants.
    mutating func put(_ type: Int, text: String) {
        put(type, Array(text.utf8) + [0])
    }

    /// Puts an address.
    mutating func put(_ type: Int, _ address: IPAddress) {
        put(type, address.bytes)
    }

    /// Puts attributes inside of an attribute (NLA_F_NESTED).
    mutating func nest(_ type: Int, _ body: (inout MessageBuilder) -> Void) {
        guard code == 0 else { return }
        guard let start = nla_nest_start(message, Int32(type)) else {
            code = EMSGSIZE
            return
        }
        body(&self)
        nla_nest_end(message, start)
    }

    /// Ends the message and gives its bytes, with sequence number and port 0.
    ///
    /// - Parameters:
    ///   - operation: what the request does.
    ///   - subject: on what.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` EMSGSIZE when an attribute did not fit, ENOMEM when there was no memory, EINVAL when
    ///   libnl refused a value.
    consuming func finish(_ operation: NetlinkError.Operation, _ subject: Subject) throws(NetlinkError) -> Request {
        guard code == 0, let header = nlmsg_hdr(message) else {
            throw NetlinkError(operation, subject, code: code == 0 ? ENOMEM : code)
        }
        let bytes = UnsafeRawBufferPointer(start: header, count: aligned(Int(header.pointee.nlmsg_len)))
        return Request(operation: operation, subject: subject, bytes: Array(bytes))
    }
}
