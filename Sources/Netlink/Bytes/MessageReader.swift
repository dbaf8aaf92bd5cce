internal import CLibnl

/// One netlink message as received (`struct nlmsghdr` and what follows it).
struct Message: Sendable {
    let header: nlmsghdr
    let payload: Bytes

    /// What it is, such as RTM_NEWLINK.
    var type: Int { Int(header.nlmsg_type) }
    /// The number of the request that it answers; 0 in notifications.
    var sequence: UInt32 { header.nlmsg_seq }

    /// Tells whether a flag, such as NLM_F_DUMP_INTR, is set.
    func has(_ flag: Int32) -> Bool { Int32(header.nlmsg_flags) & flag != 0 }
}

/// Walks over the messages of a datagram; ends at the first header whose length cannot be true.
struct MessageReader: Sequence, IteratorProtocol, Sendable {
    private static let headerSize = MemoryLayout<nlmsghdr>.size
    private var rest: Bytes
    /// Whether bytes were left over that are no message.
    private(set) var isBroken = false

    init(_ bytes: [UInt8]) {
        rest = Bytes(bytes)
    }

    mutating func next() -> Message? {
        guard rest.count > 0 else { return nil }
        guard let header = rest.structure(nlmsghdr()), header.nlmsg_len >= Self.headerSize,
            Int(header.nlmsg_len) <= rest.count
        else {
            isBroken = true
            rest = Bytes([])
            return nil
        }
        let length = Int(header.nlmsg_len)
        let payload = rest.part(from: Self.headerSize, length: length - Self.headerSize)
        rest = rest.part(from: aligned(length))
        return Message(header: header, payload: payload)
    }
}
